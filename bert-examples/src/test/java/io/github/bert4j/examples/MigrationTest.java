package io.github.bert4j.examples;

import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.testdata.SampleData;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.Loss;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;

/** What docs/migration.md shows, run on a tiny random checkpoint, and the names it gives. */
class MigrationTest {
    private static final Path MODULE = Path.of("").toAbsolutePath();
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern NAME = Pattern.compile("(?<![\\w\"\\[-])([A-Za-z]\\w*)(\\()?");
    private static final List<LabelledReview> REVIEWS = List.of(
            new LabelledReview(1, "很好"),
            new LabelledReview(0, "很差"),
            new LabelledReview(1, "房间很干净"),
            new LabelledReview(0, "不好"));

    @TempDir
    static Path folder;

    private static Path checkpoint;

    @BeforeAll
    static void copy() throws IOException {
        checkpoint = SampleData.tinyBert(folder.resolve("checkpoint"));
    }

    @Test
    void loadsAndSaves() throws IOException {
        try (var graph = new Graph(42)) {
            var model = MigrationExample.load(graph, checkpoint);
            assertEquals(2, model.inputs().size());
            float[] before = model.weights().get(0).values();
            MigrationExample.save(model, folder.resolve("weights.safetensors"));
            assertArrayEquals(before, model.weights().get(0).values());
        }
    }

    @Test
    void tokenizesPairs() throws IOException {
        Sample pair = MigrationExample.tokenize(checkpoint);
        int[] segments = ((IntValues) pair.inputs().get(1)).values();
        assertEquals(4, Arrays.stream(segments).sum(), "three characters and [SEP]");
    }

    @Test
    void finetunesAndStops() throws IOException {
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var model = MigrationExample.classify(graph, bert, REVIEWS, 2, 1);
            var data = Dataset.of(REVIEWS, 2, review -> {
                var text = bert.tokenizer().encode(review.text());
                return Sample.of(text.ids(), text.segments()).labelled(review.label());
            });
            var file = folder.resolve("best.safetensors");
            var history = MigrationExample.stop(model, data, data, file);
            assertTrue(history.epochs().size() <= 20);
            assertTrue(Files.exists(file));
        }
    }

    @Test
    void freezesAndDisturbs() throws IOException {
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var model = Model.of(tokens)
                    .to(dense(2, SOFTMAX).apply(bert.apply(tokens).at(0)));
            var data = Dataset.of(
                    REVIEWS,
                    1,
                    review -> Sample.of(bert.tokenizer().encode(review.text()).ids())
                            .labelled(review.label()));
            var disturbed =
                    MigrationExample.disturb(bert, model.compile(Loss.sparseCategoricalCrossEntropy(), new Adam(1e-3)));
            disturbed.fit(data, 1);
            float[] words = bert.wordEmbeddings().values();
            float[] first = bert.layerWeights(0).get(0).values();
            var query = graph.weightsNamed("bert/encoder/layer_1/attention/self/query/kernel")
                    .get(0);
            float[] second = query.values();
            MigrationExample.freeze(graph, bert, model).fit(data, 2);
            assertArrayEquals(words, bert.wordEmbeddings().values());
            assertArrayEquals(first, bert.layerWeights(0).get(0).values());
            assertFalse(Arrays.equals(second, query.values()));
        }
    }

    @Test
    void warmsUpAsBertKerasDoes() {
        var adam = (Adam) MigrationExample.piecewise();
        // {1000: 1, 2000: 0.1} times 2e-5
        for (var expected :
                new double[][] {{0, 0}, {500, 1e-5}, {1000, 2e-5}, {1500, 1.1e-5}, {2000, 2e-6}, {9000, 2e-6}}) {
            assertEquals(expected[1], adam.learningRate().at((long) expected[0]), 1e-12);
        }
        var data = Dataset.of(REVIEWS, 1, review -> Sample.of(new int[] {1}));
        var adamW = (AdamW) MigrationExample.warmUp(data, 10);
        assertEquals(2e-5 * 0.9, adamW.adam().learningRate().at(4), 1e-12, "40 steps, 4 of them to warm up");
    }

    @Test
    void extractsFeatures() throws IOException {
        try (var graph = new Graph(42)) {
            var features = MigrationExample.extract(graph, Bert.load(graph, checkpoint), List.of("很好", "房间很干净"));
            Prediction first = features.get(0);
            assertArrayEquals(new int[] {4, 64}, first.output(0).shape(), "padding is cut off");
            double sum = 0;
            for (int token = 0; token < 4; token++) {
                sum += first.output(0).get(token, 5);
            }
            assertEquals(first.output(0).get(0, 5), first.output(1).get(5), 1e-6);
            assertEquals(sum / 4, first.output(2).get(5), 1e-5, "padding does not count");
        }
    }

    @Test
    void fillsAndFollows() throws IOException {
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            assertTrue(bert.vocabulary().contains(MigrationExample.fill(graph, bert)));
        }
        try (var graph = new Graph(42)) {
            double p = MigrationExample.next(graph, Bert.load(graph, checkpoint));
            assertTrue(p > 0 && p < 1);
        }
    }

    @Test
    void tagsAndPoints() throws IOException {
        try (var graph = new Graph(42)) {
            var samples = List.of(Sample.of(new int[] {12, 30, 31, 13}, new int[] {0, 1, 2, 0}));
            int[] path = MigrationExample.tag(graph, Bert.load(graph, checkpoint), samples, 3);
            assertEquals(12, path.length, "ten characters, [CLS] and [SEP]");
        }
        try (var graph = new Graph(42)) {
            var samples =
                    List.of(Sample.of(new int[] {12, 30, 31, 13}).labelled(new IntValues(new int[] {0, 1, 2}, 1, 3)));
            FloatValues spans = MigrationExample.point(graph, Bert.load(graph, checkpoint), samples, 2);
            assertArrayEquals(new int[] {2, 4, 4}, spans.shape());
        }
    }

    @Test
    void buildsFromNothingAndTrainsTwoTasks() throws IOException {
        try (var graph = new Graph(42)) {
            var words = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "all", "work");
            assertTrue(MigrationExample.random(graph, words).hasMaskedWords());
        }
        try (var graph = new Graph(42)) {
            var samples = List.of(Sample.of(new int[] {12, 30, 31, 13}, new int[] {1}, new int[] {0, 1, 2, 0}));
            var history = MigrationExample.together(graph, Bert.load(graph, checkpoint), samples, 2, 3);
            assertEquals(3, history.epochs().size());
        }
    }

    /** Every code in a table's last column is made of names that there are. */
    @Test
    void namesWhatThereIs() throws IOException, ClassNotFoundException {
        Set<String> types = new HashSet<>(Set.of("FLOAT", "List", "SDVariable"));
        Set<String> methods = new HashSet<>();
        addMethods(SDVariable.class, methods);
        addMethods(String.class, methods);
        addMethods(List.class, methods);
        for (String module : List.of("bert-core", "bert-tasks", "bert4j-bge-small-zh", "bert-examples")) {
            for (Class<?> type : classes(MODULE.resolveSibling(module).resolve("src/main/java"))) {
                add(type, types, methods);
            }
        }
        try (var files = Files.walk(MODULE.resolveSibling("bert-serve").resolve("src/main/java"))) {
            files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .forEach(types::add);
        }
        List<String> unknown = Files.readAllLines(MODULE.resolveSibling("docs").resolve("migration.md")).stream()
                .filter(line -> line.startsWith("| "))
                .map(row -> row.split("\\|"))
                .flatMap(cells -> CODE.matcher(cells[cells.length - 1]).results())
                .flatMap(code -> NAME.matcher(code.group(1)).results())
                .filter(name -> Character.isUpperCase(name.group(1).charAt(0))
                        ? !types.contains(name.group(1))
                        : name.group(2) != null && !methods.contains(name.group(1)))
                .map(name -> name.group(1))
                .distinct()
                .toList();
        assertEquals(List.of(), unknown);
    }

    private static List<Class<?>> classes(Path sources) throws IOException, ClassNotFoundException {
        List<Class<?>> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = sources.relativize(file).toString();
                if (name.endsWith(".java") && !name.endsWith("-info.java")) {
                    String type = name.substring(0, name.length() - ".java".length());
                    found.add(Class.forName(
                            type.replace(File.separatorChar, '.'), false, MigrationTest.class.getClassLoader()));
                }
            }
        }
        return found;
    }

    private static void add(Class<?> type, Set<String> types, Set<String> methods) {
        if (Modifier.isPublic(type.getModifiers())) {
            types.add(type.getSimpleName());
        }
        for (Field field : type.getFields()) {
            types.add(field.getName());
        }
        addMethods(type, methods);
        // Not getClasses(): a class within the one it extends has itself among these.
        for (Class<?> inner : type.getDeclaredClasses()) {
            if (Modifier.isPublic(inner.getModifiers())) {
                add(inner, types, methods);
            }
        }
    }

    private static void addMethods(Class<?> type, Set<String> methods) {
        for (Method method : type.getMethods()) {
            methods.add(method.getName());
        }
    }
}
