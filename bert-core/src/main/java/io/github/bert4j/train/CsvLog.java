package io.github.bert4j.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Adds a line per epoch to a CSV file: {@code epoch}, {@code learning_rate}, and every metric. A new file gets a line of
 * names first; one that is there is continued, so nothing in it is lost.
 *
 * <p>Source: Keras' {@code CSVLogger} with {@code append}.
 */
public final class CsvLog implements Callback {
    private static final String SIZE = "size";

    private final Path file;
    private final Recording recording;

    /** @param file in UTF-8; open only while a line is written */
    public CsvLog(Path file) {
        this.file = file;
        this.recording = new Recording(file);
    }

    /** @throws UncheckedIOException if the file cannot be written, which is better known before the first epoch */
    @Override
    public void onTrainingStart() {
        try {
            append(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if the file has other columns */
    @Override
    public void onEpochEnd(EpochEnd epoch) {
        recording.write(() -> add(epoch));
    }

    private void add(EpochEnd epoch) throws IOException {
        List<String> names = new ArrayList<>(List.of("epoch", "learning_rate"));
        names.addAll(epoch.metrics().keySet());
        List<String> values = Stream.concat(
                        Stream.of(epoch.number(), epoch.learningRate()), epoch.metrics().values().stream())
                .map(String::valueOf)
                .toList();
        List<String> columns = columns();
        if (columns.isEmpty()) {
            append(List.of(names, values));
        } else if (columns.equals(names)) {
            append(List.of(values));
        } else {
            throw new IllegalArgumentException(
                    "%s has the columns %s, but this training has %s: give it a file of its own"
                            .formatted(file, columns, names));
        }
    }

    /** How long the file is. */
    @Override
    public CallbackState state() {
        return CallbackState.of("CsvLog", Map.of(SIZE, (double) file.toFile().length()));
    }

    /** Takes off the lines that the interrupted training wrote after this state, since it writes them again. */
    @Override
    public void restore(CallbackState state) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(state.numbers().get(SIZE).longValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> columns() throws IOException {
        try (CsvReader<CsvRecord> csv = CsvReader.builder().ofCsvRecord(file, UTF_8)) {
            return csv.stream().findFirst().map(CsvRecord::getFields).orElse(List.of());
        }
    }

    private void append(List<List<String>> lines) throws IOException {
        try (CsvWriter csv = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.LF)
                .build(file, UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            lines.forEach(csv::writeRecord);
        }
    }
}
