package io.github.bert4j.answer;

import static io.github.bert4j.answer.AnswerScoring.CMRC2018;
import static io.github.bert4j.answer.AnswerScoring.SQUAD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers computed by hand from what the official scripts define. */
class AnswerScoringTest {
    @ParameterizedTest
    @CsvSource({
        "The Gull  Rock!, gull rock, true",
        "a U.S. ship, US ship, true",
        "theatre, atre, false",
        "an apple, apple a, true",
        "Ａ, a, false",
        "'--', '', true"
    })
    void comparesAsSquadDoes(String right, String answer, boolean same) {
        assertEquals(same, SQUAD.exactMatch(List.of(right), answer));
    }

    @Test
    void countsCommonWordsAsSquadDoes() {
        // right: red red fox; answer: red dog red red; common 2, P 2/4, R 2/3
        assertEquals(
                2 * 0.5 * (2 / 3.0) / (0.5 + 2 / 3.0), SQUAD.f1(List.of("the red, red fox"), "red dog red red"), 1e-12);
        assertEquals(0, SQUAD.f1(List.of("fox"), "dog"));
        assertEquals(0, SQUAD.f1(List.of("fox"), ""));
        assertEquals(1, SQUAD.f1(List.of("fox"), "The fox."));
        // Words are taken whatever their order.
        assertEquals(1, SQUAD.f1(List.of("Anna Vane"), "Vane, Anna"));
        // The best of the right answers: P 1, R 1/2 against P 1, R 1.
        assertEquals(1, SQUAD.f1(List.of("Anna Vane", "Vane"), "Vane"));
    }

    @ParameterizedTest
    @CsvSource({
        "《晚潮》, 晚潮, true",
        "Nova-3 手机, nova3 手机, true",
        "九 点, 九点, false",
        "3.5, 35, false",
        "晚潮…, 晚潮, false",
        "青石镇, 青石, false"
    })
    void comparesAsCmrcDoes(String right, String answer, boolean same) {
        assertEquals(same, CMRC2018.exactMatch(List.of(right), answer));
    }

    @Test
    void countsTheLongestCommonSubstringAsCmrcDoes() {
        // 一 二 三 四 and 二 三 五: 二 三; P 2/3, R 2/4
        assertEquals(2 * (2 / 3.0) * 0.5 / (2 / 3.0 + 0.5), CMRC2018.f1(List.of("一二三四"), "二三五"), 1e-12);
        // A substring, not a subsequence: 一 and 三 are not neighbours. P 1/2, R 1/3
        assertEquals(2 * 0.5 * (1 / 3.0) / (0.5 + 1 / 3.0), CMRC2018.f1(List.of("一二三"), "一三"), 1e-12);
        // Without punctuation 二 and 三 are neighbours.
        assertEquals(1, CMRC2018.f1(List.of("二、三。"), "二三"));
        assertEquals(0, CMRC2018.f1(List.of("青石镇"), "鹿鸣山"));
        assertEquals(0, CMRC2018.f1(List.of("青石镇"), ""));
        // 6.1 英 寸 and 英 寸: P 1, R 2/3
        assertEquals(2 * (2 / 3.0) / (1 + 2 / 3.0), CMRC2018.f1(List.of("6.1英寸"), "英寸"), 1e-12);
        // gull rock 的 塔 and rock 的 塔: P 1, R 3/4
        assertEquals(2 * 0.75 / 1.75, CMRC2018.f1(List.of("Gull Rock的塔"), "rock的塔"), 1e-12);
        // 一 二 once: the run ends in every row, so that runs of other rows are not added to. P 2/2, R 2/5
        assertEquals(2 * 0.4 / 1.4, CMRC2018.f1(List.of("一三二一二"), "一二"), 1e-12);
    }

    @Test
    void takesNoAnswerAsRightWhereThereIsNone() {
        for (AnswerScoring scoring : AnswerScoring.values()) {
            assertTrue(scoring.exactMatch(List.of(), ""));
            assertEquals(1, scoring.f1(List.of(), ""));
            assertFalse(scoring.exactMatch(List.of(), "塔"));
            assertEquals(0, scoring.f1(List.of(), "塔"));
        }
    }

    @Test
    void measuresChineseQuestionsAsCmrcAndOthersAsSquad() {
        LabelledQuestion chinese = question("谁？", "江晚");
        LabelledQuestion english = question("Who?", "Anna Vane");
        assertEquals(CMRC2018, AnswerScoring.of(List.of(chinese, english)));
        assertEquals(SQUAD, AnswerScoring.of(List.of(chinese, english, english)));
    }

    @Test
    void takesTheMeanOverTheQuestions() {
        List<LabelledQuestion> questions = List.of(question("谁？", "江晚"), question("谁？", "江晚"), question("谁？"));
        AnswerEvaluation evaluation =
                AnswerEvaluation.of(questions, List.of(answer("江晚"), answer("江"), Optional.empty()));
        assertEquals(2 / 3.0, evaluation.exactMatch(), 1e-12);
        assertEquals((1 + 2 / 3.0 + 1) / 3, evaluation.f1(), 1e-12);
        assertEquals(3, evaluation.samples());
        assertThrows(IllegalArgumentException.class, () -> AnswerEvaluation.of(questions, List.of()));
    }

    private static Optional<PassageAnswer> answer(String text) {
        return Optional.of(new PassageAnswer(text, 0, text.length(), 1));
    }

    private static LabelledQuestion question(String text, String... answers) {
        return new LabelledQuestion(
                text,
                new PassageQuestion(text, ""),
                List.of(answers).stream()
                        .map(answer -> new KnownAnswer(answer, OptionalInt.empty()))
                        .toList());
    }
}
