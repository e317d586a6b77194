package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubjectEnsembleTest {
    private static final Event EVENT = new Event("松涛电器亏损", "下滑");
    private static final List<LabelledEvent> ROWS = List.of(LabelledEvent.of(EVENT.text(), EVENT.type(), "松涛电器"));
    private static final Vocabulary VOCABULARY = Extractors.vocabulary(List.of("下滑松涛电器亏损召回"));

    @TempDir
    Path folder;

    /** The mean of both members' softmaxes, in doubles, from their logits. */
    @Test
    void averagesProbabilities() throws IOException {
        SubjectExtractor first = extractor(1, VOCABULARY, ROWS);
        SubjectExtractor second = extractor(2, VOCABULARY, ROWS);
        try (SubjectEnsemble ensemble = new SubjectEnsemble(List.of(first, second))) {
            Subject subject = ensemble.predict(EVENT).orElseThrow();
            double[][] a = probabilities(first);
            double[][] b = probabilities(second);
            // [CLS] and ___下滑___ come before the text.
            int start = 9 + subject.start();
            int end = 9 + subject.end() - 1;
            double ends = 0;
            for (int token = start; token < a[1].length; token++) {
                ends += (a[1][token] + b[1][token]) / 2;
            }
            double expected = (a[0][start] + b[0][start]) / 2 * ((a[1][end] + b[1][end]) / 2) / ends;
            assertEquals(expected, subject.probability(), 1e-6);
            for (int token = 9; token < 15; token++) {
                assertTrue(a[0][start] + b[0][start] >= a[0][token] + b[0][token], "start " + token);
                assertTrue(token < start || a[1][end] + b[1][end] >= a[1][token] + b[1][token], "end " + token);
            }
            assertNotEquals(first.predict(EVENT), second.predict(EVENT));
        }
    }

    @Test
    void answersAloneAsItsOnlyMember() throws IOException {
        SubjectExtractor only = extractor(1, VOCABULARY, ROWS);
        try (SubjectEnsemble ensemble = new SubjectEnsemble(List.of(only))) {
            assertEquals(only.predict(EVENT), ensemble.predict(EVENT));
            assertEquals(
                    only.evaluate(ROWS).exactMatch(), ensemble.evaluate(ROWS).exactMatch());
        }
    }

    @Test
    void loadsBundlesAndClosesThem() throws IOException {
        Path first = saved(extractor(1, VOCABULARY, ROWS), "first");
        Path second = saved(extractor(2, VOCABULARY, ROWS), "second");
        SubjectEnsemble ensemble = SubjectEnsemble.load(List.of(first, second));
        assertTrue(ensemble.predict(EVENT).isPresent());
        ensemble.close();
        assertThrows(IllegalStateException.class, () -> ensemble.predict(EVENT));
    }

    @Test
    void refusesModelsOfAnotherVocabulary() throws IOException {
        Path first = saved(extractor(1, VOCABULARY, ROWS), "first");
        Path other = saved(extractor(1, Extractors.vocabulary(List.of("下滑松涛电器亏")), ROWS), "other");
        String message = assertThrows(IllegalArgumentException.class, () -> SubjectEnsemble.load(List.of(first, other)))
                .getMessage();
        assertTrue(message.startsWith("Model 2 of the ensemble reads another vocabulary than the first"), message);
    }

    @Test
    void refusesModelsOfOtherTypes() throws IOException {
        Path first = saved(extractor(1, VOCABULARY, ROWS), "first");
        Path other = saved(extractor(1, VOCABULARY, List.of(LabelledEvent.of("松涛召回电器", "召回", "松涛"))), "other");
        String message = assertThrows(IllegalArgumentException.class, () -> SubjectEnsemble.load(List.of(first, other)))
                .getMessage();
        assertTrue(message.contains("answers the event types [召回], but the first [下滑]"), message);
        assertThrows(IllegalArgumentException.class, () -> SubjectEnsemble.load(List.of()));
    }

    private static SubjectExtractor extractor(long seed, Vocabulary vocabulary, List<LabelledEvent> rows)
            throws IOException {
        SubjectExtractor extractor = Extractors.random(
                SubjectExtractor.DEFAULTS.withSeed(seed).withLearningRate(1e-2), vocabulary, 16, 64, 0.1);
        extractor.fit(rows, 1);
        return extractor;
    }

    private Path saved(SubjectExtractor extractor, String name) throws IOException {
        try (extractor) {
            extractor.save(folder.resolve(name));
        }
        return folder.resolve(name);
    }

    /** Start and end, [2, length]. */
    private static double[][] probabilities(SubjectExtractor extractor) {
        int[] ids = extractor.tokenizer().encode("___下滑___" + EVENT.text()).ids();
        List<FloatValues> logits =
                extractor.model().predict(List.of(Sample.of(ids)), 1).get(0).outputs();
        return new double[][] {softmax(logits.get(0)), softmax(logits.get(1))};
    }

    private static double[] softmax(FloatValues logits) {
        double[] powers = new double[logits.values().length];
        double sum = 0;
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Math.exp(logits.values()[i]);
            sum += powers[i];
        }
        for (int i = 0; i < powers.length; i++) {
            powers[i] /= sum;
        }
        return powers;
    }
}
