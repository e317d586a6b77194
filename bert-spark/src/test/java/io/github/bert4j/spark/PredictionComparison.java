package io.github.bert4j.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A program: one process of two threads beside two executors of one thread each, in turns on the same texts. Prints how far
 * the answers differ and texts per second, the time to start left out.
 */
final class PredictionComparison {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CHUNK = 1024;

    private PredictionComparison() {}

    /** Arguments: bundle of sentiment, file of lines of label, TAB and text, lines to read, rounds. */
    public static void main(String[] arguments) throws IOException {
        Path bundle = Path.of(arguments[0]);
        List<String> texts;
        try (Stream<String> lines = Files.lines(Path.of(arguments[1]))) {
            texts = lines.map(line -> line.substring(line.indexOf('\t') + 1))
                    .filter(text -> !text.isBlank())
                    .limit(Integer.parseInt(arguments[2]))
                    .toList();
        }
        try (TrainedTask<?> task = TrainedTask.load(bundle);
                SparkSession spark = LocalCluster.start()) {
            BertTransformer transformer =
                    BertTransformer.load(bundle.toString()).setInputCol("value");
            Dataset<Row> rows = spark.createDataset(texts, Encoders.STRING())
                    .toDF()
                    .repartition(2)
                    .cache();
            List<String> ordered = rows.as(Encoders.STRING()).collectAsList();
            Threads.use(2);
            answers(task, ordered.subList(0, 64));
            transformer.transform(rows.limit(64).repartition(2)).collectAsList();
            for (int round = 1; round <= Integer.parseInt(arguments[3]); round++) {
                long start = System.nanoTime();
                List<String> alone = new ArrayList<>();
                for (int i = 0; i < ordered.size(); i += CHUNK) {
                    alone.addAll(answers(task, ordered.subList(i, Math.min(ordered.size(), i + CHUNK))));
                }
                double aloneSeconds = (System.nanoTime() - start) / 1e9;
                start = System.nanoTime();
                List<Row> answered = transformer.transform(rows).collectAsList();
                double clusterSeconds = (System.nanoTime() - start) / 1e9;
                report(round, alone, answered, aloneSeconds, clusterSeconds);
            }
        }
    }

    private static List<String> answers(TrainedTask<?> task, List<String> texts) {
        return task.answer(texts.stream().map(Question::of).toList()).stream()
                .map(Answer::toString)
                .toList();
    }

    private static void report(int round, List<String> alone, List<Row> answered, double aloneSeconds, double seconds)
            throws IOException {
        int otherLabels = 0;
        double furthest = 0;
        for (int i = 0; i < alone.size(); i++) {
            JsonNode expected = JSON.readTree(alone.get(i));
            Row row = answered.get(i);
            if (!expected.get("text").textValue().equals(row.getAs("value"))) {
                throw new IllegalStateException("Row " + i + " is another: " + Arrays.asList(expected, row));
            }
            otherLabels += expected.get("label").asDouble() == row.<Double>getAs("prediction") ? 0 : 1;
            furthest = Math.max(
                    furthest, Math.abs(expected.get("probability").doubleValue() - row.<Double>getAs("probability")));
        }
        System.out.printf(
                "round %d: %d texts, %d other labels, probabilities differ by %.1e; %.1f and %.1f texts/s, ratio %.3f%n",
                round,
                alone.size(),
                otherLabels,
                furthest,
                alone.size() / aloneSeconds,
                alone.size() / seconds,
                aloneSeconds / seconds);
    }
}
