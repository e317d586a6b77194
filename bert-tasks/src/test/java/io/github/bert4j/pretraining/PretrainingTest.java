package io.github.bert4j.pretraining;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Trains on texts that go round in a circle of characters from one of three places on: a position alone leaves three
 * characters to choose from, its neighbours none.
 */
class PretrainingTest {
    private static final String CIRCLE = "天地玄黄宇宙洪荒日月盈昃";
    private static final Vocabulary VOCABULARY = Vocabulary.of(Stream.concat(
                    Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
                    CIRCLE.codePoints().mapToObj(Character::toString))
            .toList());
    private static final TrainingOptions OPTIONS = TrainingOptions.of(16, 16, 5e-3);

    @TempDir
    Path folder;

    private Path checkpoint;
    private Corpus corpus;

    /** A crash. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void writeACheckpointAndTexts() throws IOException {
        checkpoint = folder.resolve("checkpoint");
        BertConfig config = new BertConfig(VOCABULARY.size(), 32, 2, 2, 64, 16, 2, 0, 0, 0.1, Gelu.TANH);
        try (Graph graph = new Graph(2)) {
            Bert.random(graph, config, VOCABULARY).save(checkpoint);
        }
        Random random = new Random(4);
        List<String> lines = new ArrayList<>();
        for (int document = 0; document < 60; document++) {
            String text = CIRCLE.repeat(2).substring(4 * random.nextInt(3));
            lines.addAll(List.of(text.substring(0, 7), text.substring(7, 14), ""));
        }
        Path texts = Files.write(folder.resolve("texts.txt"), lines);
        corpus = Corpus.read(List.of(texts), WordPieceTokenizer.uncased(VOCABULARY));
    }

    @Test
    void learnsWordsFromTheirContext() throws IOException {
        Path adapted = folder.resolve("adapted");
        try (Pretraining pretraining = Pretraining.fromCheckpoint(checkpoint, OPTIONS, Objective.MASKED_WORDS)) {
            History history = pretraining.fit(corpus, 300, new Pretraining.Progress(folder.resolve("state"), 30));
            double[] losses = history.values("loss");
            double entropy = Math.log(CIRCLE.length()); // all characters are about equally frequent
            assertTrue(losses[0] > 0.8 * entropy, "starts with " + losses[0]);
            assertTrue(losses[losses.length - 1] < 0.3 * entropy, "ends with " + losses[losses.length - 1]);
            pretraining.save(adapted);
        }
        try (MaskedWordPredictor words = MaskedWordPredictor.load(adapted)) {
            List<List<MaskedWordPredictor.Candidate>> masks = words.fill("天地[MASK]黄宇宙洪[MASK]日月盈昃天地", 3);
            assertEquals("玄", masks.get(0).get(0).token());
            assertEquals("荒", masks.get(1).get(0).token());
            for (List<MaskedWordPredictor.Candidate> candidates : masks) {
                assertEquals(3, candidates.size());
                assertTrue(candidates.get(0).probability() >= candidates.get(1).probability());
            }
            double all = words.fill("天[MASK]", 1000).get(0).stream()
                    .mapToDouble(MaskedWordPredictor.Candidate::probability)
                    .sum();
            assertEquals(1, all, 1e-5);
        }
    }

    /** A document of one line has no next sentence, so the answer is always the same. */
    @Test
    void learnsThatNothingFollowsWhereDocumentsAreOfOneLine() throws IOException {
        Path texts = Files.writeString(folder.resolve("lines.txt"), "天地玄黄\n\n宇宙洪荒\n\n日月盈昃\n");
        Path adapted = folder.resolve("adapted");
        try (Pretraining pretraining =
                Pretraining.fromCheckpoint(checkpoint, OPTIONS, Objective.MASKED_WORDS_AND_NEXT_SENTENCES)) {
            pretraining.fit(Corpus.read(List.of(texts), WordPieceTokenizer.uncased(VOCABULARY)), 20);
            pretraining.save(adapted);
        }
        try (MaskedWordPredictor words = MaskedWordPredictor.load(adapted)) {
            double next = words.nextSentence("天地玄黄", "日月盈昃");
            assertTrue(next < 0.1, "probability of following " + next);
        }
    }

    @Test
    void goesOnAfterAnInterruptionToTheSameWeights() throws IOException {
        Map<String, float[]> whole = weights(9, folder.resolve("whole"));
        Path file = folder.resolve("cut");
        int[] steps = {0};
        Callback crash = new Callback() {
            @Override
            public void onStepEnd(StepEnd step) {
                if (++steps[0] == 5) {
                    throw new Interrupted();
                }
            }
        };
        assertThrows(Interrupted.class, () -> weights(9, file, crash));
        assertTrue(Files.exists(file));
        int[] left = {0};
        Callback count = new Callback() {
            @Override
            public void onStepEnd(StepEnd step) {
                left[0]++;
            }
        };
        Map<String, float[]> resumed = weights(9, file, count);
        assertEquals(6, left[0], "steps after the last that was saved, the third");
        assertEquals(whole.keySet(), resumed.keySet());
        whole.forEach((name, values) -> assertArrayEquals(values, resumed.get(name), name));
        weights(9, file, count);
        assertEquals(6, left[0], "nothing is left to do");
        try (Pretraining again =
                Pretraining.fromCheckpoint(checkpoint, OPTIONS, Objective.MASKED_WORDS_AND_NEXT_SENTENCES)) {
            again.fit(corpus, 9, new Pretraining.Progress(file, 3));
            assertEquals(9, again.step());
        }
    }

    @Test
    void goesOnToTheSameWeightsWhereACallbackStoppedIt() throws IOException {
        Map<String, float[]> whole = weights(9, folder.resolve("whole"));
        Path file = folder.resolve("stopped");
        int[] steps = {0};
        Callback stop = new Callback() {
            @Override
            public void onStepEnd(StepEnd step) {
                if (++steps[0] % 4 == 0) {
                    step.training().stop();
                }
            }
        };
        Map<String, float[]> afterFour = weights(9, file, stop);
        assertEquals(4, steps[0]);
        assertFalse(Arrays.equals(whole.get("bert/pooler/dense/bias"), afterFour.get("bert/pooler/dense/bias")));
        weights(9, file, stop);
        assertEquals(8, steps[0]);
        Map<String, float[]> resumed = weights(9, file, stop);
        assertEquals(9, steps[0]);
        whole.forEach((name, values) -> assertArrayEquals(values, resumed.get(name), name));
    }

    @Test
    void refusesToGoOnWithAnotherRun() throws IOException {
        Path file = folder.resolve("state");
        assertThrows(
                Interrupted.class,
                () -> weights(9, file, new Callback() {
                    @Override
                    public void onEpochEnd(EpochEnd epoch) {
                        if (epoch.number() == 1 && Files.exists(file)) {
                            throw new Interrupted();
                        }
                    }
                }));
        String message =
                assertThrows(IOException.class, () -> weights(10, file)).getMessage();
        assertTrue(message.contains("is of another run") && message.contains("steps: 9 in the state, 10 now"), message);
        assertTrue(Files.exists(file));
    }

    @Test
    void startsHeadsAnewThatTheCheckpointLacks() throws IOException {
        Path encoder = folder.resolve("encoder");
        BertConfig config = BertConfig.of(checkpoint);
        try (Graph graph = new Graph(2)) {
            var bert = Bert.random(graph, config, VOCABULARY);
            var ids = graph.ids("ids");
            Files.createDirectories(encoder);
            config.save(encoder.resolve(BertConfig.FILE_NAME));
            VOCABULARY.save(encoder.resolve("vocab.txt"));
            Model.of(ids).to(bert.apply(ids)).saveWeights(encoder.resolve("model.safetensors"));
        }
        assertThrows(IllegalArgumentException.class, () -> MaskedWordPredictor.load(encoder));
        try (Pretraining pretraining = Pretraining.fromCheckpoint(encoder, OPTIONS, Objective.MASKED_WORDS)) {
            pretraining.fit(corpus, 2);
            assertTrue(pretraining.bert().hasMaskedWords());
            assertFalse(pretraining.bert().hasPooler());
        }
    }

    private Map<String, float[]> weights(int steps, Path state, Callback... callbacks) throws IOException {
        try (Pretraining pretraining =
                Pretraining.fromCheckpoint(checkpoint, OPTIONS, Objective.MASKED_WORDS_AND_NEXT_SENTENCES)) {
            pretraining.fit(corpus, steps, new Pretraining.Progress(state, 3), callbacks);
            Map<String, float[]> weights = new TreeMap<>();
            for (Weight weight : pretraining.model().weights()) {
                weights.put(weight.name(), weight.values());
            }
            return weights;
        }
    }
}
