package io.github.bert4j.cli;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.Description;
import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code inspect}. */
@Command(
        name = "inspect",
        description = "Say what a checkpoint is, and list its tensors: type, shape, sum, first and last value.")
final class InspectCommand implements Callable<Integer> {
    @ParentCommand
    private Bert4j program;

    @Parameters(
            paramLabel = "PREFIX",
            description = "A TensorFlow checkpoint's prefix such as bert_model.ckpt, a .safetensors or .onnx file, the"
                    + " .index.json of several .safetensors files, or a directory with just one of these.")
    private Path prefix;

    @Option(names = "--json", description = "Print one JSON array instead of a table.")
    private boolean json;

    /** One row; numbers are null where there are none, or none that JSON knows. */
    private record Row(String name, String dtype, List<Long> shape, Double sum, Double first, Double last) {}

    @Override
    public Integer call() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (TensorSource source = Bert.tensors(prefix)) {
            for (TensorInfo tensor : source.tensors().values()) {
                rows.add(row(source, tensor));
            }
        }
        if (json) {
            program.console().printJson(rows);
        } else {
            describe();
            for (Row row : rows) {
                program.console()
                        .print("%-9s %-14s %14s %14s %14s  %s"
                                .formatted(
                                        row.dtype(),
                                        row.shape(),
                                        number(row.sum()),
                                        number(row.first()),
                                        number(row.last()),
                                        row.name()));
            }
        }
        return ExitCode.OK;
    }

    /** Of a checkpoint's directory; other files have no configuration beside them. */
    private void describe() throws IOException {
        Optional<Description> found = Files.isDirectory(prefix) ? Description.of(prefix) : Optional.empty();
        if (found.isEmpty()) {
            return;
        }
        Description description = found.get();
        program.console().print(description.encoder());
        program.console().print("tokenizer: " + description.tokenizer());
        if (!description.unusual().isEmpty()) {
            program.console().print("unusual: " + String.join("; ", description.unusual()));
        }
        program.console().print("");
    }

    private static Row row(TensorSource source, TensorInfo tensor) throws IOException {
        Values values = new Values();
        if (tensor.type() != DataType.STRING && tensor.type() != DataType.BOOL) {
            source.values(tensor.name(), values);
        }
        return new Row(
                tensor.name(),
                tensor.type().toString(),
                tensor.shape(),
                values.orNull(values.sum),
                values.orNull(values.first),
                values.orNull(values.last));
    }

    private static String number(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.6g", value);
    }

    /** What is left of a tensor's values after one pass. */
    private static final class Values implements DoubleConsumer {
        private boolean empty = true;
        private double sum;
        private double first;
        private double last;

        @Override
        public void accept(double value) {
            first = empty ? value : first;
            last = value;
            sum += value;
            empty = false;
        }

        Double orNull(double value) {
            return empty || !Double.isFinite(value) ? null : value;
        }
    }
}
