package io.github.bert4j.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * A stage as a directory: {@code metadata}, in the format of Spark's own stages, so that pipelines load it, and a file that
 * goes with it.
 *
 * @param file beside the metadata
 */
record SavedStage(String uid, JsonNode params, String file) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "metadata";
    private static final String PART = "part-00000";
    private static final String FILE = "bundle.zip";

    /** Whether a stage was saved there. */
    static boolean isIn(String location, Configuration hadoop) throws IOException {
        Path metadata = new Path(location, METADATA);
        return metadata.getFileSystem(hadoop).exists(metadata);
    }

    /** Saves a stage and its file in a directory that is not there yet. */
    static void save(PipelineStage stage, java.nio.file.Path file, String location, SparkContext spark)
            throws IOException {
        NewFolder.write(location, spark.hadoopConfiguration(), (files, folder) -> {
            files.copyFromLocalFile(false, true, new Path(file.toUri()), new Path(folder, FILE));
            writeMetadata(metadata(stage, spark), files, folder);
        });
    }

    /** As {@link #save(PipelineStage, java.nio.file.Path, String, SparkContext)}, of a stage that has no file. */
    static void save(PipelineStage stage, String location, SparkContext spark) throws IOException {
        NewFolder.write(
                location,
                spark.hadoopConfiguration(),
                (files, folder) -> writeMetadata(metadata(stage, spark), files, folder));
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IOException if it is of another class
     */
    static SavedStage load(String location, Class<?> expected, SparkContext spark) throws IOException {
        Path part = new Path(new Path(location, METADATA), PART);
        JsonNode metadata;
        try (InputStream in = part.getFileSystem(spark.hadoopConfiguration()).open(part)) {
            metadata = JSON.readTree(in);
        }
        String found = metadata.path("class").asText();
        if (!found.equals(expected.getName())) {
            throw new IOException("%s holds a %s, expected a %s".formatted(location, found, expected.getName()));
        }
        return new SavedStage(
                metadata.path("uid").asText(),
                metadata.path("paramMap"),
                part.getFileSystem(spark.hadoopConfiguration())
                        .makeQualified(new Path(location, FILE))
                        .toString());
    }

    /** Gives a stage the values that were set. */
    void setParams(Params stage) {
        params.fields().forEachRemaining(entry -> set(stage, stage.getParam(entry.getKey()), entry.getValue()));
    }

    private static ObjectNode metadata(PipelineStage stage, SparkContext spark) throws IOException {
        ObjectNode metadata = JSON.createObjectNode()
                .put("class", stage.getClass().getName())
                .put("timestamp", System.currentTimeMillis())
                .put("sparkVersion", spark.version())
                .put("uid", stage.uid());
        ObjectNode given = metadata.putObject("paramMap");
        ObjectNode defaults = metadata.putObject("defaultParamMap");
        for (Param<?> param : stage.params()) {
            if (stage.isSet(param)) {
                given.set(param.name(), encoded(param, stage));
            }
            if (stage.hasDefault(param)) {
                defaults.set(
                        param.name(),
                        JSON.readTree(encode(param, stage.getDefault(param).get())));
            }
        }
        return metadata;
    }

    /** A folder of one part and a mark that it is complete, as Spark writes text. */
    private static void writeMetadata(ObjectNode metadata, FileSystem files, Path stage) throws IOException {
        Path folder = new Path(stage, METADATA);
        try (FSDataOutputStream out = files.create(new Path(folder, PART))) {
            out.write((metadata + "\n").getBytes(StandardCharsets.UTF_8));
        }
        files.create(new Path(folder, "_SUCCESS")).close();
    }

    private static void set(Params stage, Param<Object> param, JsonNode value) {
        stage.set(param, param.jsonDecode(value.toString()));
    }

    private static JsonNode encoded(Param<?> param, Params stage) throws IOException {
        return JSON.readTree(encode(param, stage.getOrDefault(param)));
    }

    private static String encode(Param<?> param, Object value) {
        @SuppressWarnings("unchecked")
        Param<Object> any = (Param<Object>) param;
        return any.jsonEncode(value);
    }
}
