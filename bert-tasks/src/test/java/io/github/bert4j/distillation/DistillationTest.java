package io.github.bert4j.distillation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.classification.ClassificationTask;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentTask;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistillationTest {
    private static final TrainingOptions OPTIONS =
            TextClassifier.DEFAULTS.withLearningRate(3e-3).withMaxLength(40).withBatchSize(16);

    @TempDir
    Path folder;

    @Test
    void aStudentLearnsTopicsWithoutSeeingALabel() throws IOException {
        List<LabelledInput> train = TestData.classified("train.tsv");
        List<LabelledInput> validation = TestData.classified("valid.tsv");
        Path checkpoint = TestData.smallBert(
                folder, 32, 64, train.stream().map(row -> row.input().text()).toList());
        List<Question> questions =
                train.stream().map(row -> Question.of(row.input().text())).toList();
        Path bundle = folder.resolve("student");
        try (TextClassifier teacher = TextClassifier.fromCheckpoint(
                checkpoint, TextClassifier.labels(train), Labelling.MULTI_CLASS, OPTIONS)) {
            teacher.fit(train, 6);
            try (TextClassifier student = Distillation.student(new ClassificationTask(), teacher, 1, OPTIONS)) {
                double[] losses = Distillation.DEFAULT
                        .fit(teacher, student, questions, 8, Map::of)
                        .values("loss");
                assertTrue(losses[7] < 0.7 * losses[0], losses[0] + " " + losses[7]);
                assertEquals(1, student.backbone().bert().config().numHiddenLayers());
                assertTrue(
                        student.evaluate(validation).accuracy() >= 0.9,
                        student.evaluate(validation).toString());
                student.save(bundle);
                try (TextClassifier loaded = TextClassifier.load(bundle)) {
                    assertEquals(student.predict("球队赢了"), loaded.predict("球队赢了"));
                }
            }
        }
    }

    /** Without dropout, and before the one step of its one batch has changed anything. */
    @Test
    void theLossIsThatOfTheFormula() throws IOException {
        List<LabelledInput> rows = TestData.classified("train.tsv").subList(0, 16);
        List<String> labels = TextClassifier.labels(TestData.classified("train.tsv"));
        List<Question> questions =
                rows.stream().map(row -> Question.of(row.input().text())).toList();
        Path checkpoint = TestData.smallBert(
                folder, 32, 64, rows.stream().map(row -> row.input().text()).toList());
        try (TextClassifier teacher =
                        TextClassifier.fromCheckpoint(checkpoint, labels, Labelling.MULTI_CLASS, OPTIONS);
                TextClassifier student = Distillation.student(new ClassificationTask(), teacher, 1, OPTIONS)) {
            double temperature = 3;
            var taught = teacher.probabilities(questions);
            var said = student.probabilities(questions);
            double expected = 0;
            for (int i = 0; i < questions.size(); i++) {
                Map<String, Double> target = softened(taught.get(i), temperature);
                Map<String, Double> own = softened(said.get(i), temperature);
                for (String label : labels) {
                    expected -= target.get(label) * Math.log(own.get(label));
                }
            }
            expected *= temperature * temperature / questions.size();
            var history = new Distillation(temperature, 5).fit(teacher, student, questions, 1, Map::of);
            assertEquals(expected, history.values("probabilities_loss")[0], 1e-5 * expected);
            double vectors = history.values("layer_1_loss")[0];
            // Twice one less the cosine of two vectors is the squared distance of both made one long.
            assertTrue(vectors > 0 && vectors < 5 * 4, "layer 1: " + vectors);
            assertEquals(expected + vectors, history.values("loss")[0], 1e-5 * expected);
        }
    }

    private static Map<String, Double> softened(Map<String, Double> probabilities, double temperature) {
        double sum = probabilities.values().stream()
                .mapToDouble(p -> Math.pow(p, 1 / temperature))
                .sum();
        Map<String, Double> soft = new HashMap<>();
        probabilities.forEach((label, p) -> soft.put(label, Math.pow(p, 1 / temperature) / sum));
        return soft;
    }

    /** A student that is wider than its teacher, and asked about one label alone. */
    @Test
    void aStudentOfAnotherCheckpointComesCloseToItsTeachersProbabilities() throws IOException {
        List<LabelledReview> train = TestData.reviews("train.tsv").subList(0, 160);
        List<String> texts = train.stream().map(LabelledReview::text).toList();
        Path small = TestData.smallBert(folder.resolve("small"), 16, 64, texts);
        Path wide = TestData.smallBert(folder.resolve("wide"), 32, 64, texts);
        TrainingOptions options = OPTIONS.withBatchSize(8);
        try (SentimentClassifier teacher = SentimentClassifier.fromCheckpoint(small, options);
                SentimentClassifier student = SentimentClassifier.fromCheckpoint(wide, options)) {
            teacher.fit(train, 3);
            double before = distance(teacher, student, texts);
            List<Question> questions = texts.stream().map(Question::of).toList();
            var measured = new Distillation(1, 1)
                    .fit(
                            teacher,
                            student,
                            questions,
                            6,
                            () -> student.evaluate(train).metrics())
                    .values("val_accuracy");
            assertEquals(student.evaluate(train).accuracy(), measured[5]);
            double after = distance(teacher, student, texts);
            assertTrue(after < before / 2, before + " " + after);
        }
    }

    private static double distance(SentimentClassifier a, SentimentClassifier b, List<String> texts) {
        List<Sentiment> one = a.predict(texts);
        List<Sentiment> other = b.predict(texts);
        return IntStream.range(0, texts.size())
                .mapToDouble(i -> Math.abs(one.get(i).positive() - other.get(i).positive()))
                .average()
                .orElseThrow();
    }

    @Test
    void refusesStudentsThatAreNoneOfTheirTeacher() throws IOException {
        List<String> texts = List.of("很好", "很差");
        Path checkpoint = TestData.smallBert(folder, 16, 64, texts);
        try (SentimentClassifier teacher = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS);
                SentimentClassifier other = SentimentClassifier.fromCheckpoint(checkpoint, OPTIONS.withMaxLength(7))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Distillation.student(new SentimentTask(), teacher, 2, OPTIONS));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Distillation.DEFAULT.fit(teacher, other, List.of(Question.of("很好")), 1, Map::of));
            assertThrows(IllegalArgumentException.class, () -> new Distillation(0, 1));
        }
    }
}
