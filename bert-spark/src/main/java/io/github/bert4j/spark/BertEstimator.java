package io.github.bert4j.spark;

import io.github.bert4j.datasets.FieldsFiles;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model by several executors together: each takes its share of every batch, and the gradients are added up, so
 * that n executors with batches of b texts train as one process with batches of n·b does.
 *
 * <pre>{@code
 * BertTransformer model = BertEstimator.of(new SentimentTask(), "hdfs:///bert-base-chinese", "hdfs:///work")
 *         .setWorkers(8).setBatchSize(32).setEpochs(3)
 *         .fit(reviews);
 * }</pre>
 *
 * <p>The state of training goes into the work folder every so many steps. If an executor is lost, Spark starts the stage
 * again, and it goes on from there; so does a new application that fits the same rows with the same parameters.
 *
 * <p>All workers must run at a time, and each has all the rows, as texts: some hundred bytes per row.
 *
 * <p>Trap: a program that trains with a local master must end by {@code System.exit}, since a timer of Spark's keeps its JVM.
 */
public final class BertEstimator extends Estimator<BertTransformer> implements MLWritable {
    private static final long serialVersionUID = 1;
    private static final Logger LOG = LoggerFactory.getLogger(BertEstimator.class);
    private static final int SECRET = 32;

    private final String uid;
    private final Param<String> task;
    private final StringArrayParam choices;
    private final Param<String> checkpoint;
    private final Param<String> workFolder;
    private final Param<String> textCol;
    private final Param<String> secondCol;
    private final Param<String> labelCol;
    private final Param<String> askedCol;
    private final IntParam workers;
    private final IntParam batchSize;
    private final IntParam epochs;
    private final IntParam maxLength;
    private final DoubleParam learningRate;
    private final IntParam frozenLayers;
    private final LongParam seed;
    private final IntParam checkpointSteps;
    private final IntParam patienceSeconds;

    private BertEstimator(String uid) {
        this.uid = uid;
        task = new Param<>(uid, "task", "what is trained: a task's name, such as sentiment");
        choices = new StringArrayParam(this, "choices", "of the task's own options: NAME=VALUE");
        checkpoint = new Param<>(uid, "checkpoint", "BERT's: a folder or a zip of it, path or URI");
        workFolder = new Param<>(uid, "workFolder", "that all executors see: of checkpoints and the result");
        textCol = new Param<>(uid, "textCol", "column of texts");
        secondCol = new Param<>(uid, "secondCol", "column of the second texts of pairs");
        labelCol = new Param<>(uid, "labelCol", "column of labels; default: as the task calls them");
        askedCol = new Param<>(uid, "askedCol", "column of what is asked; default: as the task calls it");
        workers = new IntParam(uid, "workers", "tasks that train together", ParamValidators.gt(0));
        batchSize = new IntParam(uid, "batchSize", "texts per step of each worker", ParamValidators.gt(0));
        epochs = new IntParam(uid, "epochs", "times to go through the rows", ParamValidators.gt(0));
        maxLength =
                new IntParam(uid, "maxLength", "characters read of each text; 0: the task's", ParamValidators.gtEq(0));
        learningRate = new DoubleParam(uid, "learningRate", "the peak; 0: the task's", ParamValidators.gtEq(0));
        frozenLayers = new IntParam(
                uid,
                "frozenLayers",
                "the embeddings and so many lowest layers stay as they are; -1: everything is trained");
        seed = new LongParam(uid, "seed", "the same seed gives the same run");
        checkpointSteps = new IntParam(uid, "checkpointSteps", "steps between checkpoints", ParamValidators.gt(0));
        patienceSeconds = new IntParam(
                uid, "patienceSeconds", "how long a worker waits for another before all fail", ParamValidators.gt(0));
        setDefault(textCol, "text");
        setDefault(secondCol, "second");
        setDefault(choices, new String[0]);
        setDefault(workers, 2);
        setDefault(batchSize, 32);
        setDefault(epochs, 3);
        setDefault(maxLength, 0);
        setDefault(learningRate, 0.0);
        setDefault(frozenLayers, -1);
        setDefault(seed, 42L);
        setDefault(checkpointSteps, 500);
        setDefault(patienceSeconds, 300);
    }

    /**
     * An estimator with the task's settings, two workers and three epochs.
     *
     * @param checkpoint BERT's weights, see {@code Bert.load}; a folder or a zip of it, path or URI
     * @param workFolder a path or URI that means the same place to the driver and all executors
     */
    public static BertEstimator of(TaskType<?, ?, ?> task, String checkpoint, String workFolder) {
        BertEstimator estimator = new BertEstimator(Identifiable$.MODULE$.randomUID("bertEstimator"));
        estimator.set(estimator.task, task.name());
        estimator.set(estimator.checkpoint, checkpoint);
        estimator.set(estimator.workFolder, workFolder);
        return estimator;
    }

    /** Reads what {@link #write} wrote; Spark calls it to load pipelines. */
    public static MLReader<BertEstimator> read() {
        return new MLReader<>() {
            @Override
            public BertEstimator load(String path) {
                try {
                    SavedStage saved = SavedStage.load(path, BertEstimator.class, sc());
                    BertEstimator estimator = new BertEstimator(saved.uid());
                    saved.setParams(estimator);
                    return estimator;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    public static BertEstimator load(String path) {
        return read().load(path);
    }

    @Override
    public MLWriter write() {
        return new MLWriter() {
            @Override
            public void saveImpl(String path) {
                try {
                    SavedStage.save(BertEstimator.this, path, sc());
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

    /**
     * Trains, and leaves the bundle in the work folder.
     *
     * @throws IllegalArgumentException if a column is missing or of another type, a label is none of the task's, all rows
     *     are without text or label, or a local master runs too few tasks at a time
     */
    @Override
    public BertTransformer fit(Dataset<?> dataset) {
        return fit(dataset, reports -> LOG.info("Trained: {}", reports));
    }

    /** @param told what the workers did */
    BertTransformer fit(Dataset<?> dataset, Consumer<List<TrainingJob.Trained>> told) {
        transformSchema(dataset.schema());
        SparkContext spark = dataset.sparkSession().sparkContext();
        requireSlots(spark);
        try {
            return fit(columns(dataset.schema()), dataset, spark, told);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Columns that the trained model will not need are not asked for. */
    @Override
    public StructType transformSchema(StructType schema) {
        Columns.requireStrings(schema, getOrDefault(textCol));
        columns(schema);
        return schema;
    }

    @Override
    public BertEstimator copy(ParamMap extra) {
        return copyValues(new BertEstimator(uid), extra);
    }

    @Override
    public String uid() {
        return uid;
    }

    public BertEstimator setTextCol(String column) {
        set(textCol, column);
        return this;
    }

    /** That the driver and all executors see; another one than {@link #of} was given. */
    public BertEstimator setWorkFolder(String location) {
        set(workFolder, location);
        return this;
    }

    /** Default: as the task calls them, such as {@code label}, {@code spo_list} or {@code entities}. */
    public BertEstimator setLabelCol(String column) {
        set(labelCol, column);
        return this;
    }

    /** Of the second texts of pairs. */
    public BertEstimator setSecondCol(String column) {
        set(secondCol, column);
        return this;
    }

    /** Default: as the task calls it, such as {@code type}. */
    public BertEstimator setAskedCol(String column) {
        set(askedCol, column);
        return this;
    }

    /** Of the task's own options: {@code NAME=VALUE}, as the command {@code train} has them. */
    public BertEstimator setChoices(List<String> ofOptions) {
        set(choices, ofOptions.toArray(String[]::new));
        return this;
    }

    /** Tasks that train together: as many as executors run at a time, or fewer. */
    public BertEstimator setWorkers(int count) {
        set(workers, count);
        return this;
    }

    /** Texts per step of each worker. */
    public BertEstimator setBatchSize(int texts) {
        set(batchSize, texts);
        return this;
    }

    public BertEstimator setEpochs(int number) {
        set(epochs, number);
        return this;
    }

    public BertEstimator setMaxLength(int characters) {
        set(maxLength, characters);
        return this;
    }

    public BertEstimator setLearningRate(double rate) {
        set(learningRate, rate);
        return this;
    }

    /** The embeddings and so many lowest layers stay as they are, and are not sent. */
    public BertEstimator setFrozenLayers(int lowest) {
        set(frozenLayers, lowest);
        return this;
    }

    public BertEstimator setSeed(long number) {
        set(seed, number);
        return this;
    }

    /** Steps from one checkpoint to the next. */
    public BertEstimator setCheckpointSteps(int steps) {
        set(checkpointSteps, steps);
        return this;
    }

    /** How long a worker waits for another before all of them fail. */
    public BertEstimator setPatienceSeconds(int seconds) {
        set(patienceSeconds, seconds);
        return this;
    }

    public Param<String> task() {
        return task;
    }

    public StringArrayParam choices() {
        return choices;
    }

    public Param<String> checkpoint() {
        return checkpoint;
    }

    public Param<String> workFolder() {
        return workFolder;
    }

    public Param<String> textCol() {
        return textCol;
    }

    public Param<String> secondCol() {
        return secondCol;
    }

    public Param<String> labelCol() {
        return labelCol;
    }

    public Param<String> askedCol() {
        return askedCol;
    }

    public IntParam workers() {
        return workers;
    }

    public IntParam batchSize() {
        return batchSize;
    }

    public IntParam epochs() {
        return epochs;
    }

    public IntParam maxLength() {
        return maxLength;
    }

    public DoubleParam learningRate() {
        return learningRate;
    }

    public IntParam frozenLayers() {
        return frozenLayers;
    }

    public LongParam seed() {
        return seed;
    }

    public IntParam checkpointSteps() {
        return checkpointSteps;
    }

    public IntParam patienceSeconds() {
        return patienceSeconds;
    }

    private BertTransformer fit(
            LabelledColumns columns, Dataset<?> dataset, SparkContext spark, Consumer<List<TrainingJob.Trained>> told)
            throws IOException {
        List<String> rows = rows(columns, dataset);
        String shipped = Shipment.of(getOrDefault(checkpoint), spark.hadoopConfiguration())
                .ship(spark);
        TrainingSettings settings = settings();
        CheckpointStore store = CheckpointStore.at(getOrDefault(workFolder), spark.hadoopConfiguration());
        store.make();
        List<String> options = List.of(getOrDefault(choices));
        String run = run(shipped, settings, options, rows);
        JavaSparkContext context = new JavaSparkContext(spark);
        Broadcast<List<String>> broadcast = context.broadcast(rows);
        try {
            byte[] secret = new byte[SECRET];
            new SecureRandom().nextBytes(secret);
            TrainingJob job =
                    new TrainingJob(chosen().name(), options, shipped, settings, broadcast, store, run, secret);
            told.accept(BarrierStage.run(context, number(workers), job).stream()
                    .map(BertEstimator::trained)
                    .toList());
        } finally {
            broadcast.destroy();
        }
        BertTransformer model =
                BertTransformer.ofBundle(uid, store.uri(TrainingJob.bundle(run)), spark.hadoopConfiguration());
        store.deleteStates(run);
        model.setParent(this);
        model.setInputCol(getOrDefault(textCol));
        if (columns.isOfPairs()) {
            model.setSecondCol(getOrDefault(secondCol));
        }
        chosen().questions().asked().ifPresent(asked -> model.setAskedCol(columns.of(asked)));
        return model;
    }

    private static TrainingJob.Trained trained(TrainingJob.Report report) {
        if (report instanceof TrainingJob.Trained trained) {
            return trained;
        }
        throw new IllegalArgumentException(((TrainingJob.Refused) report).reason());
    }

    private TrainingSettings settings() {
        return new TrainingSettings(
                number(epochs),
                Math.multiplyExact(number(batchSize), number(workers)),
                number(maxLength),
                (Double) getOrDefault(learningRate),
                number(frozenLayers),
                (Long) getOrDefault(seed),
                number(checkpointSteps),
                number(patienceSeconds));
    }

    private TaskType<?, ?, ?> chosen() {
        return TaskType.named(getOrDefault(task));
    }

    private LabelledColumns columns(StructType schema) {
        return LabelledColumns.of(
                chosen(), schema, getOrDefault(textCol), getOrDefault(secondCol), column(askedCol), column(labelCol));
    }

    private Optional<String> column(Param<String> param) {
        return isDefined(param) ? Optional.of(getOrDefault(param)) : Optional.empty();
    }

    private int number(IntParam param) {
        return (Integer) getOrDefault(param);
    }

    /** Lines of JSON; in an order of their own, since that of files may differ in another run. */
    private List<String> rows(LabelledColumns columns, Dataset<?> dataset) {
        List<String> all = columns.json(dataset);
        List<String> rows = all.stream().filter(columns::isComplete).sorted().toList();
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to learn from: all %d rows lack a text or a label".formatted(all.size()));
        }
        if (rows.size() < all.size()) {
            LOG.warn(
                    "Left out of training: {} of {} rows, without a text or a label",
                    all.size() - rows.size(),
                    all.size());
        }
        FieldsFiles<?> fields = new FieldsFiles<>(chosen());
        for (String row : rows) {
            try {
                fields.read(row);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("The row %s: %s".formatted(row, e.getMessage()), e);
            }
        }
        return new ArrayList<>(rows);
    }

    /** On a cluster, Spark waits for executors to come; where there are none to come, it would wait just as long. */
    private void requireSlots(SparkContext spark) {
        int tasks = spark.defaultParallelism() / spark.conf().getInt("spark.task.cpus", 1);
        if (spark.isLocal() && !spark.conf().contains("spark.default.parallelism") && tasks < number(workers)) {
            throw new IllegalArgumentException(
                    "%d workers must run at a time, but the master %s runs %d tasks at a time: expected --master local[%d], or fewer workers"
                            .formatted(number(workers), spark.master(), tasks, number(workers)));
        }
    }

    /** Names what the result depends on, so that a checkpoint of anything else is not taken up. */
    private String run(String shipped, TrainingSettings settings, List<String> options, List<String> rows) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Object part : List.of(getOrDefault(task), shipped, number(workers), settings, options, rows)) {
                digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
            }
            return "bert4j-" + HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
