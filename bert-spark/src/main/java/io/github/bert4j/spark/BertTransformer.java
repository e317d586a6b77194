package io.github.bert4j.spark;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.BundleException;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A trained model of any task that answers the rows of a DataFrame, alone or in a {@code Pipeline}.
 *
 * <pre>{@code
 * BertTransformer.load("sentiment").setInputCol("review").transform(reviews)
 *         .select("review", "prediction", "probability");
 * }</pre>
 *
 * <p>It adds {@code answer}, what the command {@code predict} prints for the text: an object of JSON; {@code error}, why a
 * row has no answer, null where it has one; and where the answer is a number, such as sentiment's 0 or 1, {@code prediction},
 * and {@code probability} of that.
 * Rows stay in their order. Blank and null texts have the error {@code blank}; a row that fails has its own error, and the
 * job goes on.
 *
 * <p>The bundle goes to each executor once, and an executor loads one model for all its tasks.
 */
public final class BertTransformer extends Model<BertTransformer> implements MLWritable {
    private static final long serialVersionUID = 1;
    /** As many as are sorted by length together when a model predicts. */
    private static final int ROWS_TOGETHER = 2048;

    private final String uid;
    private final transient Shipment bundle;
    private final String task;
    private final boolean numeric;
    private final Param<String> inputCol;
    private final Param<String> secondCol;
    private final Param<String> askedCol;
    private final Param<String> outputCol;
    private final Param<String> errorCol;
    private final Param<String> predictionCol;
    private final Param<String> probabilityCol;
    private final IntParam rowsTogether;
    /** Not a parameter: for the command alone, whose texts are lines. */
    private boolean lines;

    private BertTransformer(String uid, Shipment bundle, String task, boolean numeric) {
        this.uid = uid;
        this.bundle = bundle;
        this.task = task;
        this.numeric = numeric;
        inputCol = text("inputCol", "column of texts");
        secondCol = text("secondCol", "column of the second texts of pairs");
        askedCol = text(
                "askedCol",
                "column of what is asked of the text, such as an event's type; or of the first text of a pair, whose second one is the input column's");
        outputCol = text("outputCol", "new column: the answer as JSON");
        errorCol = text("errorCol", "new column: why there is no answer");
        predictionCol = text(
                "predictionCol", "new column of tasks whose answer is a number: sentiment's 1 positive, 0 negative");
        probabilityCol = text("probabilityCol", "new column: of the prediction");
        rowsTogether = new IntParam(
                uid, "rowsTogether", "rows that a task holds and sorts by length at a time", ParamValidators.gt(0));
        setDefault(inputCol, "text");
        setDefault(outputCol, "answer");
        setDefault(errorCol, "error");
        setDefault(predictionCol, "prediction");
        setDefault(probabilityCol, "probability");
        setDefault(rowsTogether, ROWS_TOGETHER);
    }

    /**
     * A trained model, or what {@code save} wrote of a transformer.
     *
     * @param location a bundle or a zip of it, or a saved transformer: a URI of a file system that Hadoop knows, or a path
     *     on this machine or else on the default one of them
     * @throws IOException if there is none, or it is damaged
     */
    public static BertTransformer load(String location) throws IOException {
        Configuration hadoop = SparkSession.active().sparkContext().hadoopConfiguration();
        return SavedStage.isIn(location, hadoop)
                ? read().load(location)
                : ofBundle(Identifiable$.MODULE$.randomUID("bert"), location, hadoop);
    }

    /** Reads what {@link #write} wrote; Spark calls it to load pipelines. */
    public static MLReader<BertTransformer> read() {
        return new MLReader<>() {
            @Override
            public BertTransformer load(String path) {
                try {
                    SavedStage saved = SavedStage.load(path, BertTransformer.class, sc());
                    BertTransformer transformer = ofBundle(saved.uid(), saved.file(), sc().hadoopConfiguration());
                    saved.setParams(transformer);
                    return transformer;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** @throws IOException if there is no bundle, or it is damaged */
    static BertTransformer ofBundle(String uid, String location, Configuration hadoop) throws IOException {
        Shipment shipment = Shipment.of(location, hadoop);
        try (Bundle bundle = Bundle.open(shipment.zip())) {
            return new BertTransformer(
                    uid, shipment, bundle.task(), TaskType.of(bundle).isNumeric());
        } catch (BundleException e) {
            throw new IOException(e.getMessage().replace(shipment.zip().toString(), location), e);
        }
    }

    @Override
    public MLWriter write() {
        return new MLWriter() {
            @Override
            public void saveImpl(String path) {
                try {
                    SavedStage.save(BertTransformer.this, bundle.zip(), path, sc());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    @Override
    public void save(String path) throws IOException {
        write().save(path);
    }

    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        RowQuestion question =
                RowQuestion.of(dataset.schema(), getOrDefault(inputCol), chosen(askedCol), chosen(secondCol));
        String file = bundle.ship(dataset.sparkSession().sparkContext());
        MapPartitionsFunction<Row, Row> answering =
                new PartitionAnswers(file, question, lines, numeric, (Integer) getOrDefault(rowsTogether));
        return dataset.toDF().mapPartitions(answering, Encoders.row(schema));
    }

    /** @throws IllegalArgumentException if a column is missing, no string, or would be there twice */
    @Override
    public StructType transformSchema(StructType schema) {
        Columns.requireStrings(schema, getOrDefault(inputCol));
        Stream.of(chosen(askedCol), chosen(secondCol))
                .flatMap(Optional::stream)
                .forEach(column -> Columns.requireStrings(schema, column));
        StructType result = schema;
        for (StructField added : added()) {
            if (Arrays.asList(schema.fieldNames()).contains(added.name())) {
                throw new IllegalArgumentException(
                        "The column \"%s\" is there already: give the new one another name by the parameter whose value it is, such as setOutputCol"
                                .formatted(added.name()));
            }
            result = result.add(added);
        }
        return result;
    }

    @Override
    public BertTransformer copy(ParamMap extra) {
        BertTransformer copy = new BertTransformer(uid, bundle, task, numeric);
        copy.lines = lines;
        copyValues(copy, extra);
        copy.setParent(parent());
        return copy;
    }

    @Override
    public String uid() {
        return uid;
    }

    /** What the model was trained for, such as {@code sentiment}. */
    public String task() {
        return task;
    }

    /** Reads texts as lines, as the command {@code predict} does. */
    BertTransformer readingLines() {
        lines = true;
        return this;
    }

    public BertTransformer setInputCol(String column) {
        set(inputCol, column);
        return this;
    }

    /** Of the second texts of pairs, whose first ones are the input column's. */
    public BertTransformer setSecondCol(String column) {
        set(secondCol, column);
        return this;
    }

    /** Of what is asked of the text, such as an event's type. */
    public BertTransformer setAskedCol(String column) {
        set(askedCol, column);
        return this;
    }

    public BertTransformer setOutputCol(String column) {
        set(outputCol, column);
        return this;
    }

    public BertTransformer setErrorCol(String column) {
        set(errorCol, column);
        return this;
    }

    public BertTransformer setPredictionCol(String column) {
        set(predictionCol, column);
        return this;
    }

    public BertTransformer setProbabilityCol(String column) {
        set(probabilityCol, column);
        return this;
    }

    /** More rows are better sorted by length, fewer take less memory. */
    public BertTransformer setRowsTogether(int rows) {
        set(rowsTogether, rows);
        return this;
    }

    public Param<String> inputCol() {
        return inputCol;
    }

    public Param<String> secondCol() {
        return secondCol;
    }

    public Param<String> askedCol() {
        return askedCol;
    }

    public Param<String> outputCol() {
        return outputCol;
    }

    public Param<String> errorCol() {
        return errorCol;
    }

    public Param<String> predictionCol() {
        return predictionCol;
    }

    public Param<String> probabilityCol() {
        return probabilityCol;
    }

    public IntParam rowsTogether() {
        return rowsTogether;
    }

    private Param<String> text(String name, String doc) {
        return new Param<>(uid, name, doc);
    }

    private Optional<String> chosen(Param<String> column) {
        return isDefined(column) ? Optional.of(getOrDefault(column)) : Optional.empty();
    }

    private StructField[] added() {
        Stream<StructField> all = Stream.of(
                DataTypes.createStructField(getOrDefault(outputCol), DataTypes.StringType, false),
                DataTypes.createStructField(getOrDefault(errorCol), DataTypes.StringType, true));
        Stream<StructField> numbers = numeric
                ? Stream.of(predictionCol, probabilityCol)
                        .map(column -> DataTypes.createStructField(getOrDefault(column), DataTypes.DoubleType, true))
                : Stream.of();
        return Stream.concat(all, numbers).toArray(StructField[]::new);
    }
}
