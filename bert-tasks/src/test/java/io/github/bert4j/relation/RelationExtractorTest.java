package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.bert.CheckpointMismatchException;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.models.History;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One small model, trained once on the sample data; most tests ask something of it. */
class RelationExtractorTest {
    private static final List<String> PREDICATES = List.of("丈夫", "作者", "出生地", "妻子", "导演", "成立日期");
    private static final int POSITIONS = 64;
    private static final TrainingOptions OPTIONS =
            RelationExtractor.DEFAULTS.withLearningRate(5e-3).withBatchSize(8);

    @TempDir
    private static Path folder;

    private static List<LabelledRelations> train;
    private static Path checkpoint;
    private static RelationExtractor extractor;

    @BeforeAll
    static void learn() throws IOException {
        train = TestData.relations("train.jsonl");
        checkpoint = TestData.smallBert(folder, 64, POSITIONS, texts(train));
        extractor = RelationExtractor.fromCheckpoint(checkpoint, PREDICATES, OPTIONS);
        for (int epochs = 0; epochs < 200 && extractor.evaluate(train).score().f1() < 0.95; epochs += 10) {
            extractor.fit(train, 10);
        }
    }

    @AfterAll
    static void close() {
        extractor.close();
    }

    @Test
    void learnsTheSampleData() {
        double f1 = extractor.evaluate(train).score().f1();
        assertTrue(f1 >= 0.95, "F1 " + f1);
    }

    @Test
    void findsNamesWhereTheyStand() {
        String text = "《Blue港》是温以宁导演的科幻片";
        assertEquals(
                List.of(new ExtractedTriple(new Mention("Blue港", 1, 6), "导演", new Mention("温以宁", 8, 11))),
                extractor.predict(text));
    }

    @Test
    void predictsManyTextsInOrder() throws IOException {
        Random random = new Random(3);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder();
            int length = 20 + random.nextInt(281);
            while (i % 50 != 7 && text.length() < length) {
                text.append(train.get(random.nextInt(train.size())).text());
            }
            texts.add(text.substring(0, Math.min(length, text.length())));
        }
        List<List<ExtractedTriple>> found = extractor.predict(texts);
        assertEquals(1000, found.size());
        int count = 0;
        for (int i = 0; i < 1000; i++) {
            for (ExtractedTriple triple : found.get(i)) {
                assertStandsIn(texts.get(i), triple.subject());
                assertStandsIn(texts.get(i), triple.object());
                count++;
            }
            if (texts.get(i).isEmpty()) {
                assertEquals(List.of(), found.get(i));
            }
        }
        assertTrue(count > 300, count + " triples");
        for (int i = 0; i < 1000; i += 125) {
            assertEquals(found.get(i), extractor.predict(texts.get(i)), texts.get(i));
        }
    }

    /** An untrained model finds triples everywhere, half of the probabilities being above one half. */
    @Test
    void mergesTheAnswersOfTheWindowsOfALongText() throws IOException {
        Path small = TestData.smallBert(folder.resolve("windows"), 32, 20, texts(train));
        OurTokenizer tokenizer = OurTokenizer.uncased(Vocabulary.load(small.resolve("vocab.txt")));
        String text = String.join("", texts(train)).substring(0, 70);
        try (RelationExtractor untrained = RelationExtractor.fromCheckpoint(small, List.of("作者", "导演"), OPTIONS)) {
            List<ExtractedTriple> all = new ArrayList<>();
            List<Window> windows = new TextWindows(tokenizer, 20).of(text);
            for (Window window : windows) {
                TokenSpan whole = new TokenSpan(window.firstToken(), window.lastToken());
                int from = window.start(whole);
                int to = window.end(whole);
                for (ExtractedTriple triple : untrained.predict(text.substring(from, to))) {
                    ExtractedTriple moved = new ExtractedTriple(
                            moved(triple.subject(), from), triple.predicate(), moved(triple.object(), from));
                    if (!isCut(moved.subject(), from, to, text) && !isCut(moved.object(), from, to, text)) {
                        all.add(moved);
                    }
                }
            }
            all.sort(Comparator.comparingInt(
                            (ExtractedTriple triple) -> triple.subject().start())
                    .thenComparingInt(triple -> triple.object().start()));
            Map<Triple, ExtractedTriple> expected = new LinkedHashMap<>();
            all.forEach(triple -> expected.putIfAbsent(triple.triple(), triple));
            assertTrue(expected.size() > 20 && expected.size() < all.size(), expected.size() + " of " + all.size());
            assertEquals(List.copyOf(expected.values()), untrained.predict(text));
        }
    }

    @Test
    void appliesRulesOneAfterTheOtherAndKeepsNoTripleTwice() throws IOException {
        String text = "演员温雅的丈夫是摄影师石磊";
        Path bundle = folder.resolve("rules");
        extractor.save(bundle);
        try (RelationExtractor ruled = RelationExtractor.load(bundle)) {
            List<ExtractedTriple> found = ruled.predict(text);
            assertEquals(List.of(new Triple("温雅", "丈夫", "石磊")), triples(found));
            ruled.addRule(TripleRule.mirror(Map.of("丈夫", "妻子")));
            ruled.addRule(TripleRule.mirror(Map.of("妻子", "丈夫")));
            assertEquals(
                    List.of(new Triple("温雅", "丈夫", "石磊"), new Triple("石磊", "妻子", "温雅")), triples(ruled.predict(text)));
            ruled.addRule((given, triples) -> given.startsWith("演员") ? List.of() : triples);
            assertEquals(List.of(), ruled.predict(text));
        }
    }

    @Test
    void predictsTheSameAfterSavingAndLoading() throws IOException {
        Path bundle = folder.resolve("bundle");
        extractor.save(bundle);
        try (RelationExtractor loaded = RelationExtractor.load(bundle)) {
            assertEquals(PREDICATES, loaded.predicates());
            assertEquals(extractor.predict(texts(train)), loaded.predict(texts(train)));
        }
    }

    @Test
    void savesItsThresholds() throws IOException {
        Path bundle = folder.resolve("thresholds");
        String text = texts(train).get(0);
        Thresholds timid = new Thresholds(0.999, 0.4);
        try (RelationExtractor untrained = RelationExtractor.fromCheckpoint(checkpoint, PREDICATES, OPTIONS);
                RelationExtractor careful = RelationExtractor.fromCheckpoint(checkpoint, PREDICATES, timid, OPTIONS)) {
            assertFalse(untrained.predict(text).isEmpty());
            careful.save(bundle);
        }
        assertTrue(Files.readString(bundle.resolve("bundle.json")).contains("\"maxTrainingLength\" : 160"));
        try (RelationExtractor loaded = RelationExtractor.load(bundle)) {
            assertEquals(List.of(), loaded.predict(text));
        }
    }

    @Test
    void refusesADamagedBundle() throws IOException {
        Path bundle = folder.resolve("damaged");
        extractor.save(bundle);
        Path weights = bundle.resolve("weights.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
        assertRefused(BundleException.class, "weights.safetensors is damaged", bundle);
    }

    @Test
    void refusesABundleWhoseConfigNamesAnotherShape() throws IOException {
        Path bundle = folder.resolve("reshaped");
        extractor.save(bundle);
        Path config = bundle.resolve("bert_config.json");
        Path manifest = bundle.resolve("bundle.json");
        String before = sha256(Files.readAllBytes(config));
        Files.writeString(config, Files.readString(config).replace("\"hidden_size\" : 64", "\"hidden_size\" : 32"));
        assertRefused(BundleException.class, "bert_config.json is damaged", bundle);
        // Even if all checksums fit.
        String changed = Files.readString(manifest).replace(before, sha256(Files.readAllBytes(config)));
        String unsigned = changed.replaceFirst("(?<=\"checksum\" : \")[0-9a-f]{64}", "0".repeat(64));
        String checksum = sha256(unsigned.getBytes(StandardCharsets.UTF_8));
        Files.writeString(manifest, unsigned.replace("0".repeat(64), checksum));
        assertRefused(
                CheckpointMismatchException.class,
                "bert/embeddings/LayerNorm/gamma: expected float32 [32], found float32 [64]",
                bundle);
    }

    @Test
    void refusesPredicatesThatAreNone() {
        for (List<String> wrong : List.of(List.<String>of(), List.of("作者", "作者"))) {
            assertThrows(
                    IllegalArgumentException.class, () -> RelationExtractor.fromCheckpoint(checkpoint, wrong, OPTIONS));
        }
    }

    @Test
    void repeatsARunUnderTheSameSeed() throws IOException {
        assertArrayEquals(losses(7), losses(7));
        assertNotEquals(losses(7)[1], losses(8)[1]);
    }

    @Test
    void measuresEveryEpoch() throws IOException {
        try (RelationExtractor untrained = RelationExtractor.fromCheckpoint(checkpoint, PREDICATES, OPTIONS)) {
            History history = untrained.fit(train.subList(0, 16), 2, train.subList(0, 8));
            assertEquals(
                    List.of(
                            "loss",
                            "subject_start_loss",
                            "subject_end_loss",
                            "object_start_loss",
                            "object_end_loss",
                            "val_precision",
                            "val_recall",
                            "val_f1"),
                    List.copyOf(history.epochs().get(1).metrics().keySet()));
            assertEquals(untrained.evaluate(train.subList(0, 8)).score().f1(), history.values("val_f1")[1]);
        }
    }

    private static double[] losses(long seed) throws IOException {
        try (RelationExtractor untrained =
                RelationExtractor.fromCheckpoint(checkpoint, PREDICATES, OPTIONS.withSeed(seed))) {
            return untrained.fit(train.subList(0, 32), 2).values("loss");
        }
    }

    private static List<String> texts(List<LabelledRelations> annotated) {
        return annotated.stream().map(LabelledRelations::text).toList();
    }

    private static List<Triple> triples(List<ExtractedTriple> found) {
        return found.stream().map(ExtractedTriple::triple).toList();
    }

    private static Mention moved(Mention mention, int shift) {
        return new Mention(mention.text(), mention.start() + shift, mention.end() + shift);
    }

    private static boolean isCut(Mention mention, int from, int to, String text) {
        return from > 0 && mention.start() == from || to < text.length() && mention.end() == to;
    }

    private static void assertStandsIn(String text, Mention mention) {
        assertEquals(text.substring(mention.start(), mention.end()), mention.text());
    }

    private static void assertRefused(Class<? extends IOException> type, String part, Path bundle) {
        String message =
                assertThrows(type, () -> RelationExtractor.load(bundle)).getMessage();
        assertTrue(message.contains(part), message);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
