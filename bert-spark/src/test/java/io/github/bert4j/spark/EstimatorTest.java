package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstimatorTest {
    private static final StructType SCHEMA =
            new StructType().add("text", DataTypes.StringType).add("label", DataTypes.IntegerType);

    @TempDir
    static Path folder;

    private static SparkSession spark;
    private static Path checkpoint;

    @BeforeAll
    static void start() throws IOException {
        checkpoint = TestData.tinyBert(folder);
        spark = LocalCluster.start();
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
    }

    /** The executor of one of two workers is killed once there is a checkpoint; dropout is on. */
    @Test
    void comesToTheSameWeightsWhenAnExecutorIsKilled() throws Exception {
        BertEstimator estimator =
                estimator("work").setEpochs(10).setCheckpointSteps(20).setLearningRate(1e-3);
        estimator.fit(rows());
        Map<String, float[]> undisturbed = BundleWeights.in(folder.resolve("work"));

        List<Long> processes = spark.range(0, 8, 1, 8)
                .mapPartitions(
                        (MapPartitionsFunction<Long, Long>) numbers ->
                                List.of(ProcessHandle.current().pid()).iterator(),
                        Encoders.LONG())
                .distinct()
                .collectAsList();
        assertEquals(2, processes.size());
        AtomicBoolean killed = new AtomicBoolean();
        CompletableFuture<Void> killer = CompletableFuture.runAsync(() -> {
            while (!hasState(folder.resolve("again"))) {
                Thread.onSpinWait();
            }
            killed.set(ProcessHandle.of(processes.get(1)).orElseThrow().destroyForcibly());
        });
        estimator
                .copy(estimator.extractParamMap())
                .setWorkFolder(folder.resolve("again").toString())
                .fit(rows());
        killer.join();

        assertTrue(killed.get());
        Map<String, float[]> disturbed = BundleWeights.in(folder.resolve("again"));
        assertEquals(undisturbed.keySet(), disturbed.keySet());
        undisturbed.forEach(
                (name, values) -> assertEquals(FloatBuffer.wrap(values), FloatBuffer.wrap(disturbed.get(name)), name));
        assertFalse(hasState(folder.resolve("again")));
    }

    @Test
    void aPipelineTrainsAndAnswers() throws IOException {
        Pipeline pipeline = new Pipeline()
                .setStages(
                        new PipelineStage[] {estimator("pipeline").setEpochs(30).setLearningRate(3e-3)});

        Dataset<Row> answered = pipeline.fit(rows()).transform(rows());

        assertTrue(answered.filter("label = prediction").count() > 0.9 * rows().count());
    }

    @Test
    void savesWhatItLoads() throws IOException {
        BertEstimator estimator =
                estimator("unused").setSeed(7).setLearningRate(2e-5).setChoices(List.of("a=b", "c=d"));
        String saved = folder.resolve("estimator").toString();
        estimator.save(saved);

        BertEstimator loaded = BertEstimator.load(saved);

        assertEquals(described(estimator), described(loaded));
        assertArrayEquals(new String[] {"a=b", "c=d"}, loaded.getOrDefault(loaded.choices()));
    }

    @Test
    void refusesRowsWithoutLabels() {
        Dataset<Row> texts = rows().select("text");

        assertThrows(IllegalArgumentException.class, () -> estimator("unused").fit(texts));
    }

    @ParameterizedTest
    @ValueSource(doubles = {2, -1, 0.5})
    void refusesLabelsThatAreNone(double label) {
        Dataset<Row> odd = rows().withColumn("label", functions.lit(label));

        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> estimator("unused").fit(odd))
                .getMessage();

        assertTrue(message.contains("expected 0 or 1"), message);
    }

    @Test
    void leavesOutRowsWithoutATextOrALabel() {
        List<Row> odd = List.of(RowFactory.create(null, 1), RowFactory.create(" ", 1), RowFactory.create("没有标签", null));
        estimator("complete").setEpochs(1).fit(rows());

        estimator("incomplete").setEpochs(1).fit(rows().union(spark.createDataFrame(odd, SCHEMA)));

        assertEquals(names(folder.resolve("complete")), names(folder.resolve("incomplete")));
    }

    /** Executors run in folders of their own. */
    @Test
    void takesARelativeWorkFolderAsTheDriverDoes() {
        Path relative = Path.of("").toAbsolutePath().relativize(folder.resolve("relative"));

        estimator("unused").setWorkFolder(relative.toString()).setEpochs(1).fit(rows());

        assertEquals(1, names(folder.resolve("relative")).size());
    }

    /** Four attempts of Spark's would end the same way. */
    @Test
    void saysWhatIsWrongWithACheckpoint() throws IOException {
        Path damaged = TestData.tinyBert(folder);
        Files.delete(damaged.resolve("vocab.txt"));
        BertEstimator estimator = BertEstimator.of(
                TaskType.named("sentiment"),
                damaged.toString(),
                folder.resolve("unused").toString());

        String message = assertThrows(IllegalArgumentException.class, () -> estimator.fit(rows()))
                .getMessage();

        assertTrue(message.contains("the checkpoint: there is no vocabulary"), message);
    }

    /** Arrays say no more of themselves than where they are. */
    private static String described(BertEstimator estimator) {
        return estimator.extractParamMap().toString().replaceAll("String;@[0-9a-f]+", "");
    }

    private static BertEstimator estimator(String work) {
        return BertEstimator.of(
                        TaskType.named("sentiment"),
                        checkpoint.toString(),
                        folder.resolve(work).toString())
                .setBatchSize(4)
                .setMaxLength(30)
                .setPatienceSeconds(60);
    }

    private static Dataset<Row> rows() {
        List<Row> rows = IntStream.range(0, 61)
                .mapToObj(i -> RowFactory.create((i % 2 == 0 ? "好" : "坏").repeat(1 + i % 13) + i, 1 - i % 2))
                .toList();
        return spark.createDataFrame(rows, SCHEMA);
    }

    private static List<String> names(Path work) {
        return List.of(work.toFile().list((directory, name) -> name.endsWith(".zip")));
    }

    private static boolean hasState(Path work) {
        if (!Files.isDirectory(work)) {
            return false;
        }
        try (Stream<Path> files = Files.walk(work)) {
            return files.anyMatch(file -> file.toString().endsWith(".safetensors"));
        } catch (IOException | UncheckedIOException e) {
            // A file was moved meanwhile.
            return false;
        }
    }
}
