package io.github.bert4j.classification;

import static io.github.bert4j.classification.Labelling.MULTI_CLASS;
import static io.github.bert4j.classification.Labelling.MULTI_LABEL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.explain.TextAttention;
import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.models.History;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class TextClassifierTest {
    private static final TrainingOptions OPTIONS =
            TextClassifier.DEFAULTS.withLearningRate(3e-3).withMaxLength(40).withBatchSize(16);

    @TempDir
    Path folder;

    @Test
    void learnsTopics() throws IOException {
        List<LabelledInput> train = TestData.classified("train.tsv");
        List<LabelledInput> validation = TestData.classified("valid.tsv");
        try (TextClassifier classifier = classifier(train, MULTI_CLASS)) {
            assertEquals(List.of("体育", "科技", "美食", "财经"), classifier.labels());
            double[] accuracy = classifier.fit(train, 6, validation).values("val_accuracy");
            ClassificationEvaluation evaluation = classifier.evaluate(validation);
            assertTrue(evaluation.accuracy() >= 0.95, evaluation.table().toString());
            assertTrue(evaluation.macroF1() >= 0.95, evaluation.table().toString());
            assertEquals(evaluation.accuracy(), accuracy[accuracy.length - 1]);
        }
    }

    @Test
    void learnsFromFewTextsByPairs() throws IOException {
        List<LabelledInput> all = TestData.classified("train.tsv");
        List<LabelledInput> few = TextClassifier.labels(all).stream()
                .flatMap(label -> all.stream()
                        .filter(text -> text.labels().contains(label))
                        .limit(8))
                .toList();
        Path bundle = folder.resolve("few");
        Path checkpoint = TestData.smallBert(
                folder, 32, 64, all.stream().map(text -> text.input().text()).toList());
        try (TextClassifier classifier =
                TextClassifier.fromCheckpoint(checkpoint, TextClassifier.labels(all), FewShot.SETFIT, OPTIONS)) {
            History history = classifier.fit(few, 6, few);
            double[] losses = history.values("loss");
            assertTrue(losses[5] < losses[0] / 2, losses[0] + " " + losses[5]);
            double[] accuracy = history.values("val_accuracy");
            // Measured with the head that was fitted after the epoch.
            assertEquals(classifier.evaluate(few).accuracy(), accuracy[5]);
            assertTrue(accuracy[5] >= 0.8, "accuracy " + accuracy[5]);
            assertTrue(classifier.evaluate(TestData.classified("valid.tsv")).accuracy() >= 0.5);
            classifier.save(bundle);
            try (TextClassifier loaded = TextClassifier.load(bundle)) {
                assertEquals(classifier.predict("球队赢了"), loaded.predict("球队赢了"));
                assertEquals(FewShot.SETFIT, loaded.head().fewShot());
            }
            List<LabelledInput> one = few.subList(0, 4);
            assertThrows(IllegalArgumentException.class, () -> classifier.fit(one, 1));
        }
    }

    @Test
    void learnsSeveralLabelsOfATextOrNone() throws IOException {
        List<LabelledInput> train = TestData.classified("aspects-train.tsv");
        List<LabelledInput> validation = TestData.classified("aspects-valid.tsv");
        assertTrue(validation.stream().anyMatch(text -> text.labels().isEmpty()), "no text without labels");
        try (TextClassifier classifier = classifier(train, MULTI_LABEL)) {
            classifier.fit(train, 12);
            ClassificationEvaluation evaluation = classifier.evaluate(validation);
            assertTrue(evaluation.microF1() >= 0.95, evaluation.table().toString());
            assertTrue(evaluation.macroF1() >= 0.95, evaluation.table().toString());
        }
    }

    @Test
    void learnsFromTheSecondTextOfAPair() throws IOException {
        // Both texts hold one of two words, in half of the pairs not the same, and the second one's decides.
        List<LabelledInput> pairs = new ArrayList<>();
        for (LabelledInput text : TestData.classified("train.tsv")) {
            String word = pairs.size() % 2 == 0 ? "对" : "错";
            String other = pairs.size() / 2 % 2 == 0 ? "对" : "错";
            pairs.add(LabelledInput.of(word, other + text.input().text().substring(0, 4), word + "的"));
        }
        List<LabelledInput> validation = pairs.subList(0, 40);
        List<LabelledInput> train = pairs.subList(40, pairs.size());
        try (TextClassifier classifier = classifier(pairs, MULTI_CLASS)) {
            classifier.fit(train, 8);
            assertTrue(classifier.evaluate(validation).accuracy() >= 0.95);
        }
    }

    @Test
    void tellsTheTextsOfAPairApart() throws IOException {
        try (TextClassifier classifier = classifier(TestData.classified("train.tsv"), MULTI_CLASS)) {
            double pair = classifier.predict("主队", "客队").probability();
            assertNotEquals(pair, classifier.predict("客队", "主队").probability());
            assertNotEquals(pair, classifier.predict("主队客队").probability());
        }
    }

    @Test
    void saysWhichOfTwoTextsSpeaksForALabel() throws IOException {
        List<LabelledInput> train = new ArrayList<>();
        for (LabelledInput text : TestData.classified("train.tsv")) {
            String word = train.size() % 2 == 0 ? "对" : "错";
            train.add(LabelledInput.of(word, text.input().text().substring(0, 4), word + "的"));
        }
        try (TextClassifier classifier = classifier(train, MULTI_CLASS)) {
            classifier.fit(train, 8);
            TextInput pair = TextInput.of("新的X手机", "错的");
            TextAttributions attributions = classifier.attributions(pair, "错", 128);
            assertEquals("错", attributions.label());
            assertEquals(classifier.predict("新的X手机", "错的").probabilities().get("错"), attributions.probability(), 1e-5);
            double change = attributions.probability() - attributions.baseline();
            assertEquals(0, attributions.missing(), 0.01 * Math.abs(change));
            TextAttributions.Token strongest = attributions.tokens().stream()
                    .max(Comparator.comparingDouble(TextAttributions.Token::value))
                    .orElseThrow();
            assertEquals("错", strongest.token());
            assertEquals(1, strongest.text());
            // As the text has it, though the tokenizer lower-cases.
            assertTrue(attributions.tokens().stream()
                    .anyMatch(token -> token.token().equals("X")));
            double against = classifier.attributions(pair, "对", 128).tokens().stream()
                    .filter(token -> token.token().equals("错"))
                    .findFirst()
                    .orElseThrow()
                    .value();
            // The two probabilities add up to 1.
            assertEquals(-strongest.value(), against, 1e-4);
            assertThrows(IllegalArgumentException.class, () -> classifier.attributions(pair, "中", 128));
        }
    }

    @Test
    void showsWhichTokensLookAtWhich() throws IOException {
        try (TextClassifier classifier = classifier(TestData.classified("train.tsv"), MULTI_CLASS)) {
            TextAttention attention = classifier.attention(TextInput.of("主队A", "客"));
            assertEquals(List.of("[CLS]", "主", "队", "A", "[SEP]", "客", "[SEP]"), attention.tokens());
            double[][] mean = attention.mean(1).probabilities();
            for (int i = 0; i < attention.tokens().size(); i++) {
                assertEquals(1, Arrays.stream(mean[i]).sum(), 1e-5);
                double sum = 0;
                for (int head = 0; head < 4; head++) {
                    sum += attention.map(1, head).probabilities()[i][0];
                }
                assertEquals(sum / 4, mean[i][0], 1e-9);
            }
            assertThrows(IndexOutOfBoundsException.class, () -> attention.map(2, 0));
            assertThrows(IndexOutOfBoundsException.class, () -> attention.map(0, 4));
        }
    }

    @Test
    void predictsTheSameAfterSavingAndLoading() throws IOException {
        for (Labelling labelling : Labelling.values()) {
            List<LabelledInput> train = TestData.classified("train.tsv").subList(0, 32);
            List<TextInput> inputs = Stream.concat(
                            TestData.classified("valid.tsv").stream().map(LabelledInput::input),
                            Stream.of(TextInput.of("主队赢了", "股价跌了")))
                    .toList();
            Path bundle = folder.resolve(labelling.name());
            List<Classification> before;
            try (TextClassifier classifier = classifier(train, labelling)) {
                classifier.fit(train, 1);
                before = classifier.predict(inputs);
                classifier.save(bundle);
            }
            try (TextClassifier classifier = TextClassifier.load(bundle)) {
                assertEquals(before, classifier.predict(inputs));
                assertEquals(labelling, classifier.labelling());
            }
        }
    }

    @Test
    void answersWithTheMostProbableLabelOrWithAllThatAreMoreProbableThanNot() throws IOException {
        List<LabelledInput> texts = TestData.classified("aspects-train.tsv");
        try (TextClassifier several = classifier(texts, MULTI_LABEL);
                TextClassifier one = classifier(TestData.classified("train.tsv"), MULTI_CLASS)) {
            for (LabelledInput text : texts.subList(0, 20)) {
                Classification any = several.predict(text.input().text());
                assertEquals(
                        Set.copyOf(several.labels().stream()
                                .filter(label -> any.probabilities().get(label) > 0.5)
                                .toList()),
                        Set.copyOf(any.labels()));
                Classification exclusive = one.predict(text.input().text());
                assertEquals(List.of(exclusive.label()), exclusive.labels());
                assertEquals(
                        1,
                        exclusive.probabilities().values().stream()
                                .mapToDouble(p -> p)
                                .sum(),
                        1e-6);
                assertEquals(
                        exclusive.probability(),
                        exclusive.probabilities().values().stream()
                                .mapToDouble(p -> p)
                                .max()
                                .orElseThrow());
            }
        }
    }

    @Test
    void refusesLabelsThatItCannotLearn() throws IOException {
        List<LabelledInput> texts = TestData.classified("train.tsv");
        try (TextClassifier classifier = classifier(texts, MULTI_CLASS)) {
            var unknown = List.of(LabelledInput.of("天气", "明天有雨"));
            assertMessage("the classifier knows [体育, 科技, 美食, 财经]", () -> classifier.fit(unknown, 1));
            var two = List.of(new LabelledInput(Set.of("体育", "财经"), TextInput.of("球队上市")));
            assertMessage("expected exactly one", () -> classifier.fit(two, 1));
            // A label that is not known can be measured: it is missed.
            assertEquals(0, classifier.evaluate(unknown).accuracy());
        }
        assertMessage("blank label", () -> LabelledInput.of(" ", "明天有雨"));
        assertMessage(
                "expected at least 2 to choose from, and none twice",
                () -> TextClassifier.fromCheckpoint(folder, List.of("a", "a"), MULTI_CLASS, OPTIONS));
    }

    private static void assertMessage(String part, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    private TextClassifier classifier(List<LabelledInput> texts, Labelling labelling) throws IOException {
        Path checkpoint = TestData.smallBert(
                folder.resolve("bert-" + System.nanoTime()),
                32,
                64,
                texts.stream()
                        .flatMap(text -> Stream.of(
                                text.input().text(), text.input().second().orElse("")))
                        .toList());
        return TextClassifier.fromCheckpoint(checkpoint, TextClassifier.labels(texts), labelling, OPTIONS);
    }
}
