package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.bert4j.tokenize.OurTokenizer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probabilities made by hand: of the characters of the text, counted from 0; of the tokens before it, from -1 down. */
class AnswerRulesTest {
    private static final OurTokenizer TOKENIZER = OurTokenizer.cased(Extractors.vocabulary(List.of("业绩下滑松涛电器亏损")));
    private static final String TYPE = "业绩下滑";

    private final AnswerRules rules = AnswerRules.NONE.learn(List.of(
            LabelledEvent.of("", TYPE, "松涛（上海）"), LabelledEvent.of("", TYPE, "松，涛"), LabelledEvent.of("", "召回", "涛")));

    @Test
    void goesFromTheMostProbableStartToTheMostProbableEndBehindIt() {
        assertAnswer("涛电", "松涛电器亏损", Map.of(0, 0.3, 1, 0.4), Map.of(0, 0.5, 2, 0.2, 3, 0.1));
    }

    @Test
    void takesTheFirstOfTheMostProbable() {
        assertAnswer("松涛", "松涛电器亏损", Map.of(0, 0.5, 2, 0.5), Map.of(1, 0.5, 3, 0.5));
    }

    @Test
    void canBeOneCharacterAndTheWholeText() {
        assertAnswer("涛", "松涛电器", Map.of(1, 1.0), Map.of(1, 1.0));
        assertAnswer("松涛电器", "松涛电器", Map.of(0, 1.0), Map.of(3, 1.0));
        assertAnswer("器", "松涛电器", Map.of(3, 1.0), Map.of(0, 1.0));
    }

    @Test
    void endsBeforeOrAtTheFirstCharacterThatNoEntityHolds() {
        assertAnswer("松涛", "松涛、电器", Map.of(0, 1.0), Map.of(1, 0.2, 3, 0.7, 4, 0.1));
        assertAnswer("松涛、", "松涛、电、器", Map.of(0, 1.0), Map.of(1, 0.1, 2, 0.2, 3, 0.6, 4, 0.1));
    }

    @Test
    void readsOnOverCharactersThatSomeEntityHolds() {
        assertAnswer("松涛（电）", "松涛（电）、器", Map.of(0, 1.0), Map.of(4, 0.3, 6, 0.7));
        assertAnswer("（电）", "松涛（电）", Map.of(2, 1.0), Map.of(4, 1.0));
    }

    @Test
    void endsAtACommaEvenIfAnEntityHoldsOne() {
        assertAnswer("松", "松，涛", Map.of(0, 1.0), Map.of(0, 0.1, 2, 0.9));
        assertAnswer("涛", "松，涛", Map.of(0, 0.1, 1, 0.7, 2, 0.2), Map.of(2, 1.0));
    }

    @Test
    void startsAtACharacterThatNoEntityHoldsOnlyWhereThereAreNoOthers() {
        assertAnswer("松涛", "“松涛”", Map.of(0, 0.98, 1, 0.01, 3, 0.01), Map.of(0, 0.4, 2, 0.2));
        assertAnswer("！", "。！？", Map.of(0, 0.1, 1, 0.8, 2, 0.1), Map.of(0, 0.5, 1, 0.1, 2, 0.4));
    }

    @Test
    void startsNeitherAtASpecialTokenNorInTheType() {
        // From the front: [CLS], the first _, 业, the last _; and [SEP] at the end.
        Map<Integer, Double> starts = Map.of(-11, 0.3, -10, 0.1, -7, 0.3, -1, 0.1, 4, 0.15, 2, 0.05);
        assertAnswer("电器", "松涛电器", starts, Map.of(-5, 0.6, 3, 0.1, 4, 0.3));
    }

    /** The recipe's class is [^一-龥a-zA-Z0-9*]; these stand at its edges. */
    @ParameterizedTest
    @ValueSource(strings = {"一", "龥", "a", "z", "A", "Z", "0", "9", "*", "（", "）"})
    void readsOnOver(String character) {
        assertAnswer("松" + character + "涛", "松" + character + "涛", Map.of(0, 1.0), Map.of(2, 1.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"龦", "㐀", "𠮷", "`", "{", "@", "[", "/", ":", ")", "+", " ", "\u3000", "Ａ", "é", "😀", "，"})
    void endsAt(String character) {
        assertAnswer("松", "松" + character + "涛", Map.of(0, 1.0), Map.of(0, 0.1, 2, 0.9));
    }

    @Test
    void countsCharactersOutsideTheBasicPlaneAsTwoUnitsOfTheText() {
        String text = "😀𠮷松涛😀";
        Subject subject = answer(text, Map.of(2, 1.0), Map.of(3, 1.0)).orElseThrow();
        assertEquals("松涛", subject.entity());
        assertEquals(4, subject.start());
        assertEquals(6, subject.end());
    }

    @Test
    void saysHowProbableTheStartIsAndTheEndAmongThoseThatAreLeft() {
        Subject subject = answer("松涛电器、亏损", Map.of(1, 0.6, 0, 0.4), Map.of(0, 0.5, 2, 0.1, 3, 0.3, 6, 0.1))
                .orElseThrow();
        assertEquals("涛电器", subject.entity());
        assertEquals(0.6 * 0.3 / (0.1 + 0.3 + 0.1), subject.probability(), 1e-12);
    }

    @Test
    void answersOnlyKnownTypesAndTextsThatSayAnything() {
        List<Event> events = List.of(
                new Event("松涛", "其他"),
                new Event("松涛", TYPE),
                new Event("松涛", "不知道"),
                new Event("", TYPE),
                new Event(" \u3000", TYPE),
                new Event("电器", "召回"));
        List<Optional<Subject>> answers = rules.answer(events, TOKENIZER, questions -> {
            assertEquals(
                    List.of(events.get(1), events.get(5)),
                    questions.stream().map(EventQuestion::event).toList());
            return questions.stream()
                    .map(question -> probabilities(question, Map.of(0, 1.0), Map.of(1, 1.0)))
                    .toList();
        });
        assertEquals(
                List.of("NaN", "松涛", "NaN", "NaN", "NaN", "电器"),
                answers.stream().map(LabelledEvent::entity).toList());
    }

    @Test
    void learnsTypesAndCharactersAndKeepsWhatItKnew() {
        assertEquals(Set.of(TYPE, "召回"), rules.types());
        assertEquals(Set.of("（", "）"), rules.allowedCharacters());
        AnswerRules more = rules.learn(List.of(LabelledEvent.of("", "违规", "a-𠮷")));
        assertEquals(Set.of(TYPE, "召回", "违规"), more.types());
        assertEquals(Set.of("（", "）", "-", "𠮷"), more.allowedCharacters());
        AnswerRules both = rules.with(new AnswerRules(rules.types(), more.allowedCharacters()));
        assertEquals(more.allowedCharacters(), both.allowedCharacters());
        assertFalse(rules.allowedCharacters().contains("-"));
    }

    private void assertAnswer(String expected, String text, Map<Integer, Double> starts, Map<Integer, Double> ends) {
        Subject subject = answer(text, starts, ends).orElseThrow();
        assertEquals(expected, subject.entity());
        assertEquals(expected, text.substring(subject.start(), subject.end()));
    }

    private Optional<Subject> answer(String text, Map<Integer, Double> starts, Map<Integer, Double> ends) {
        return rules.answer(
                        List.of(new Event(text, TYPE)),
                        TOKENIZER,
                        questions -> List.of(probabilities(questions.get(0), starts, ends)))
                .get(0);
    }

    private static SpanProbabilities probabilities(
            EventQuestion question, Map<Integer, Double> starts, Map<Integer, Double> ends) {
        int first = 1 + "______".length() + question.event().type().length();
        return new SpanProbabilities(array(question, first, starts), array(question, first, ends));
    }

    private static double[] array(EventQuestion question, int first, Map<Integer, Double> values) {
        double[] array = new double[question.encoding().length()];
        values.forEach((character, value) -> array[first + character] = value);
        return array;
    }
}
