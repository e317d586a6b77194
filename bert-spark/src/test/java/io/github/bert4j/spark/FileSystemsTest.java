package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models and work folders on a file system of Hadoop's whose paths mean nothing to Java: ViewFs, which Spark brings, and
 * which is the default one here, as HDFS is on a cluster.
 */
class FileSystemsTest {
    @TempDir
    static Path folder;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .appName("test")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "localhost")
                .config("spark.hadoop.fs.defaultFS", "viewfs://cluster/")
                .config(
                        "spark.hadoop.fs.viewfs.mounttable.cluster.link./elsewhere",
                        folder.toUri().toString())
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewfs://cluster/elsewhere", "/elsewhere", "file:FOLDER"})
    void trainsSavesLoadsAndAnswers(String given) throws IOException {
        String root = given.replace("FOLDER", folder.toString());
        String test = root + "/" + Files.createTempDirectory(folder, "test").getFileName();
        String checkpoint = root + "/" + TestData.tinyBert(folder).getFileName();

        BertTransformer trained = BertEstimator.of(TaskType.named("sentiment"), checkpoint, test + "/work")
                .setBatchSize(4)
                .setMaxLength(30)
                .setEpochs(2)
                .setCheckpointSteps(1)
                .fit(rows());
        trained.save(test + "/model");

        List<Row> answers = trained.transform(rows()).collectAsList();
        assertEquals(
                rows().count(),
                answers.stream().filter(row -> row.getAs("error") == null).count());
        assertEquals(
                answers, BertTransformer.load(test + "/model").transform(rows()).collectAsList());
        assertEquals(
                answers,
                BertTransformer.load(test + "/model/bundle.zip")
                        .transform(rows())
                        .collectAsList());
        // Nothing is left but the bundle, and nothing of a temporary name.
        try (Stream<Path> files = Files.walk(folder.resolve(Path.of(test).getFileName()))) {
            assertTrue(files.noneMatch(file ->
                    file.toString().contains("pending") || file.toString().contains("step-")));
        }
    }

    @Test
    void keepsTheNewFileOfTheStore() throws IOException {
        CheckpointStore store =
                CheckpointStore.at("/elsewhere/store", spark.sparkContext().hadoopConfiguration());
        store.make();
        for (String content : List.of("old", "new")) {
            store.put(Files.writeString(folder.resolve("local"), content), "run/step-7.safetensors");
        }
        Path copies = Files.createDirectory(folder.resolve("copies"));

        store.fetch("run", copies);
        store.fetch("another run", copies);

        assertEquals("new", Files.readString(copies.resolve("step-7.safetensors")));
        assertEquals("viewfs://cluster/elsewhere/store/run/step-7.safetensors", store.uri("run/step-7.safetensors"));
        store.deleteStates("run");
        assertThrows(IOException.class, () -> store.uri("run/step-7.safetensors"));
    }

    @Test
    void leavesNoOtherCopyOfWhatIsShipped() throws IOException {
        Path checkpoint = TestData.tinyBert(folder).getFileName();

        Shipment shipment =
                Shipment.of("/elsewhere/" + checkpoint, spark.sparkContext().hadoopConfiguration());

        try (Stream<Path> files = Files.list(shipment.zip().getParent())) {
            assertEquals(List.of(shipment.zip()), files.toList());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"viewfs://cluster/elsewhere/none", "/elsewhere/none", "none"})
    void saysWhatIsNotThere(String location) {
        assertThrows(NoSuchFileException.class, () -> BertTransformer.load(location));
    }

    private static Dataset<Row> rows() {
        List<Row> rows = IntStream.range(0, 21)
                .mapToObj(i -> RowFactory.create((i % 2 == 0 ? "好" : "坏").repeat(1 + i % 13) + i, 1 - i % 2))
                .toList();
        return spark.createDataFrame(
                rows, new StructType().add("text", DataTypes.StringType).add("label", DataTypes.IntegerType));
    }
}
