package io.github.bert4j.spark;

import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code predict}. */
@Command(
        name = "predict",
        description =
                "Answer every row of files: of texts one JSON object per line, of tables the rows with more columns.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true)
final class SparkPredictCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "BUNDLE", description = "What training saved, or a zip of it; a path or URI.")
    private String bundle;

    @Parameters(index = "1", paramLabel = "INPUT", description = "A file or folder.")
    private String input;

    @Parameters(index = "2", paramLabel = "OUTPUT", description = "A folder that is not there yet.")
    private String output;

    @Option(names = "--format", description = "Of input and output: ${COMPLETION-CANDIDATES}.")
    private Format format = Format.TEXT;

    @Option(names = "--column", description = "Of the texts. Default: text, or the lines of a text file.")
    private Optional<String> column = Optional.empty();

    @Option(names = "--asked", description = "Column of what is asked of the text, such as an event's type.")
    private Optional<String> asked = Optional.empty();

    @Option(names = "--second", description = "Column of the second texts of pairs.")
    private Optional<String> second = Optional.empty();

    @Option(names = "--partitions", description = "Spread the rows over so many first; their order is then lost.")
    private Optional<Integer> partitions = Optional.empty();

    /** Of files, as Spark names them. */
    enum Format {
        TEXT,
        JSON,
        PARQUET,
        ORC
    }

    @Override
    public Integer call() throws Exception {
        try (SparkSession spark =
                SparkSession.builder().appName("bert4j predict").getOrCreate()) {
            NewFolder.require(output, spark.sparkContext().hadoopConfiguration());
            Dataset<Row> rows =
                    spark.read().format(format.name().toLowerCase(Locale.ROOT)).load(input);
            BertTransformer transformer =
                    BertTransformer.load(bundle).setInputCol(column.orElse(format == Format.TEXT ? "value" : "text"));
            asked.ifPresent(transformer::setAskedCol);
            second.ifPresent(transformer::setSecondCol);
            if (format == Format.TEXT) {
                transformer.readingLines();
            }
            Dataset<Row> answered =
                    transformer.transform(partitions.map(rows::repartition).orElse(rows));
            (format == Format.TEXT ? answered.select(transformer.getOrDefault(transformer.outputCol())) : answered)
                    .write()
                    .format(format.name().toLowerCase(Locale.ROOT))
                    .save(output);
        }
        return ExitCode.OK;
    }
}
