package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
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

class TransformerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final StructType SCHEMA =
            new StructType().add("number", DataTypes.IntegerType).add("text", DataTypes.StringType);

    @TempDir
    static Path folder;

    private static SparkSession spark;
    private static Path bundle;
    private static List<String> texts;
    private static List<JsonNode> expected;

    @BeforeAll
    static void train() throws IOException {
        bundle = bundle("sentiment", 60);
        texts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            texts.add(i % 50 == 7 ? null : i % 50 == 8 ? " " : "酒店很好，".repeat(1 + i * 7 % 20) + i);
        }
        expected = new ArrayList<>();
        try (TrainedTask<?> task = TrainedTask.load(bundle)) {
            for (Answer answer : task.answer(texts.stream()
                    .map(text -> Question.of(text == null ? "" : text))
                    .toList())) {
                expected.add(JSON.readTree(answer.toString()));
            }
        }
        spark = LocalCluster.start();
    }

    @AfterAll
    static void stop() {
        if (spark != null) {
            spark.stop();
        }
    }

    @Test
    void answersRowsInTheirOrderAsOneProcessDoes() throws IOException {
        Dataset<Row> answered = BertTransformer.load(bundle.toString())
                .setRowsTogether(40)
                .transform(rows().repartitionByRange(4, functions.col("number")));

        requireExpected(answered);
    }

    @Test
    void worksInAPipelineThatIsSavedAndLoaded() throws IOException {
        Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {
            BertTransformer.load(bundle.toString()).setOutputCol("json").setErrorCol("why")
        });
        String saved = folder.resolve("pipeline").toString();
        pipeline.fit(rows()).write().save(saved);

        Dataset<Row> answered = PipelineModel.load(saved).transform(rows());

        requireExpected(answered.withColumnRenamed("json", "answer").withColumnRenamed("why", "error"));
    }

    @Test
    void savesWhatItLoads() throws IOException {
        String saved = folder.resolve("saved").toString();
        BertTransformer transformer = BertTransformer.load(bundle.toString()).setOutputCol("json");
        transformer.save(saved);

        BertTransformer loaded = BertTransformer.load(saved);

        assertEquals(transformer.uid(), loaded.uid());
        assertEquals("json", loaded.getOrDefault(loaded.outputCol()));
    }

    @Test
    void loadsAnExecutorsModelOnce() throws IOException {
        BertTransformer.load(bundle.toString()).transform(rows().repartition(8)).collectAsList();

        List<Integer> models = spark.range(0, 8, 1, 8)
                .mapPartitions(
                        (org.apache.spark.api.java.function.MapPartitionsFunction<Long, Integer>)
                                numbers -> List.of(ExecutorModels.loaded()).iterator(),
                        Encoders.INT())
                .collectAsList();

        assertTrue(models.stream().allMatch(count -> count == 1), models::toString);
    }

    @Test
    void aRowThatFailsSaysWhyAndLeavesTheOthersAlone() throws IOException {
        BertTransformer transformer = BertTransformer.load(bundle("short", 60).toString());
        List<Row> rows = List.of(
                RowFactory.create(0, "好".repeat(20)), RowFactory.create(1, " "), RowFactory.create(2, "坏".repeat(20)));

        List<Row> answered = transformer
                .transform(spark.createDataFrame(rows, SCHEMA).coalesce(1))
                .collectAsList();

        assertNull(answered.get(0).getAs("error"));
        assertEquals("blank", answered.get(1).<String>getAs("error"));
        assertNull(answered.get(1).getAs("probability"));
        assertNull(answered.get(2).getAs("error"));
    }

    @Test
    void refusesColumnsThatAreThere() throws IOException {
        BertTransformer transformer = BertTransformer.load(bundle.toString()).setOutputCol("text");

        assertThrows(IllegalArgumentException.class, () -> transformer.transform(rows()));
    }

    @Test
    void refusesADamagedBundleBeforeAnyTaskStarts() throws IOException {
        Path damaged = Files.createDirectory(folder.resolve("damaged"));
        Files.writeString(damaged.resolve("bundle.json"), "{}");

        assertThrows(IOException.class, () -> BertTransformer.load(damaged.toString()));
    }

    /** An untrained classifier of a model with 64 positions. */
    private static Path bundle(String name, int maxLength) throws IOException {
        Path saved = folder.resolve(name);
        try (SentimentClassifier classifier = SentimentClassifier.fromCheckpoint(
                TestData.tinyBert(folder), SentimentClassifier.DEFAULTS.withMaxLength(maxLength))) {
            classifier.save(saved);
        }
        return saved;
    }

    private static Dataset<Row> rows() {
        List<Row> rows = IntStream.range(0, texts.size())
                .mapToObj(i -> RowFactory.create(i, texts.get(i)))
                .toList();
        return spark.createDataFrame(rows, SCHEMA);
    }

    private static void requireExpected(Dataset<Row> answered) throws IOException {
        List<Row> rows = answered.collectAsList();
        assertEquals(texts.size(), rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            assertEquals(i, row.<Integer>getAs("number"));
            assertEquals(texts.get(i), row.getAs("text"));
            JsonNode json = JSON.readTree(row.<String>getAs("answer"));
            if (texts.get(i) == null || texts.get(i).isBlank()) {
                assertEquals(expected.get(i), json);
                assertEquals("blank", row.getAs("error"));
                assertNull(row.getAs("prediction"));
                assertNull(row.getAs("probability"));
            } else {
                assertEquals(expected.get(i).get("label"), json.get("label"));
                assertEquals(expected.get(i).get("label").asDouble(), row.<Double>getAs("prediction"));
                assertEquals(expected.get(i).get("probability").doubleValue(), row.<Double>getAs("probability"), 1e-5);
                assertNull(row.getAs("error"));
            }
        }
    }
}
