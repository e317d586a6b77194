package io.github.bert4j.spark;

import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code train}. */
@Command(
        name = "train",
        description = {
            "Train a model on several executors together. Given again after a failure, it goes on from the last checkpoint.",
            "Columns: text; second of pairs; and what the task's lines of JSON have, such as label, spo_list, or type and entity."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        showDefaultValues = true)
final class SparkTrainCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TASK", converter = Named.class, description = "Such as sentiment.")
    private TaskType<?, ?, ?> task;

    @Parameters(index = "1", paramLabel = "CHECKPOINT", description = "BERT's: a folder or a zip of it; path or URI.")
    private String checkpoint;

    @Parameters(index = "2", paramLabel = "INPUT", description = "A file or folder.")
    private String input;

    @Parameters(index = "3", paramLabel = "WORK", description = "A folder that all executors see: for checkpoints.")
    private String workFolder;

    @Parameters(index = "4", paramLabel = "OUTPUT", description = "A folder, not there yet: the model, for predict.")
    private String output;

    @Option(names = "--format", description = "Of the input: ${COMPLETION-CANDIDATES}.")
    private Format format = Format.JSON;

    @Option(names = "--workers", description = "Tasks that train together.")
    private int workers = 2;

    @Option(names = "--batch-size", description = "Texts per step of each worker.")
    private int batchSize = 32;

    @Option(names = "--epochs", description = "Times to go through the rows.")
    private int epochs = 3;

    @Option(names = "--learning-rate", showDefaultValue = Visibility.NEVER, description = "Default: the task's.")
    private Optional<Double> learningRate = Optional.empty();

    @Option(names = "--max-length", showDefaultValue = Visibility.NEVER, description = "Default: the task's.")
    private Optional<Integer> maxLength = Optional.empty();

    @Option(
            names = "--freeze-layers",
            showDefaultValue = Visibility.NEVER,
            description = "So many lowest layers, and the embeddings, stay as they are and are not sent.")
    private Optional<Integer> frozenLayers = Optional.empty();

    @Option(names = "--checkpoint-steps", description = "Steps from one checkpoint to the next.")
    private int checkpointSteps = 500;

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            showDefaultValue = Visibility.NEVER,
            description = "One of the task's own, such as head=global_pointer. May be given several times.")
    private List<String> choices = List.of();

    /** Finds a task by its name. */
    static final class Named implements ITypeConverter<TaskType<?, ?, ?>> {
        @Override
        public TaskType<?, ?, ?> convert(String name) {
            try {
                return TaskType.named(name.toLowerCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Of files that have types, as Spark names them. */
    enum Format {
        JSON,
        PARQUET,
        ORC
    }

    @Override
    public Integer call() throws IOException {
        try (SparkSession spark = SparkSession.builder().appName("bert4j train").getOrCreate()) {
            NewFolder.require(output, spark.sparkContext().hadoopConfiguration());
            Dataset<Row> rows =
                    spark.read().format(format.name().toLowerCase(Locale.ROOT)).load(input);
            BertEstimator estimator = BertEstimator.of(task, checkpoint, workFolder)
                    .setChoices(choices)
                    .setWorkers(workers)
                    .setBatchSize(batchSize)
                    .setEpochs(epochs)
                    .setCheckpointSteps(checkpointSteps);
            learningRate.ifPresent(estimator::setLearningRate);
            maxLength.ifPresent(estimator::setMaxLength);
            frozenLayers.ifPresent(estimator::setFrozenLayers);
            estimator.fit(rows).save(output);
        }
        return ExitCode.OK;
    }
}
