package io.github.bert4j.datasets;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import io.github.bert4j.event.Event;
import io.github.bert4j.event.EventTask;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.task.TaskOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Labelled events from CSV files (RFC 4180) without a header: id, text, event type, entity.
 *
 * <p>Blank and malformed rows are left out, counted and reported.
 */
public final class EventFiles implements DatasetReader<LabelledEvent> {
    private static final int COLUMNS = 4;
    /** The last column's name, where a file has a header all the same. */
    private static final Set<String> HEADER = Set.of("entity", "subject", "主体", "实体");

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    @Override
    public String task() {
        return "event";
    }

    @Override
    public List<LabelledEvent> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings)
            throws IOException {
        return read(files, warnings);
    }

    /**
     * Reads files in the order given.
     *
     * @param warnings told how many rows are left out, and what else is odd
     * @throws IOException if a file cannot be read, is not UTF-8, has a quotation mark that is never closed, or holds no
     *     events
     */
    public static List<LabelledEvent> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledEvent> all = new ArrayList<>();
        for (Path file : files) {
            if (!Rows.isCsv(file) && Rows.are(file)) {
                all.addAll(new FieldsFiles<>(new EventTask()).read(List.of(file), TaskOptions.NONE, warnings));
                continue;
            }
            try (InputStream in = Files.newInputStream(file)) {
                all.addAll(read(file.toString(), in, warnings));
            }
        }
        return List.copyOf(all);
    }

    /** Reads the content of a file. */
    public static List<LabelledEvent> read(String name, InputStream in, Consumer<String> warnings) throws IOException {
        Reading reader = new Reading(name, warnings);
        reader.read(decoded(name, in.readAllBytes()));
        return List.copyOf(reader.rows);
    }

    /** @throws IOException if it is not UTF-8 */
    static String decoded(String name, byte[] bytes) throws IOException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new IOException(name + ": this is not UTF-8 text; convert it first, for example with iconv", e);
        }
    }

    /** One file. */
    private static final class Reading {
        private final String name;
        private final Consumer<String> warnings;
        private final List<LabelledEvent> rows = new ArrayList<>();

        private Reading(String name, Consumer<String> warnings) {
            this.name = name;
            this.warnings = warnings;
        }

        private void read(String text) throws IOException {
            int blank = 0;
            LeftOutLines malformed = new LeftOutLines();
            try (CsvReader<CsvRecord> records = Rows.csv(text)) {
                for (CsvRecord fields : records) {
                    if (fields.getFields().stream().allMatch(String::isBlank)) {
                        blank++;
                    } else if (isRow(fields)) {
                        rows.add(new LabelledEvent(
                                fields.getField(0),
                                new Event(fields.getField(1), fields.getField(2)),
                                fields.getField(3)));
                    } else {
                        malformed.add(
                                fields.getStartingLineNumber(),
                                LeftOutLines.beginning(String.join(",", fields.getFields())));
                    }
                }
            } catch (CsvParseException e) {
                throw new IOException(name + ": " + e.getMessage(), e);
            }
            if (rows.isEmpty()) {
                throw new IOException(
                        name + " holds no events: expected CSV with four columns: id, text, type and entity");
            }
            if (HEADER.contains(rows.get(0).entity().strip().toLowerCase(Locale.ROOT))) {
                warnings.accept(name + ": the first row looks like a header, which such files do not have: remove it");
            }
            warn(blank, "left out %d blank rows");
            malformed.report(name, "four columns: id, text, type and entity", rows.size(), warnings);
            warn(severalAnswers(), "%d events have more than one subject");
            warn(rows.stream().filter(LabelledEvent::lacksEntity).count(), "%d rows have a type, but no entity");
        }

        private void warn(long count, String what) {
            if (count > 0) {
                warnings.accept(name + ": " + what.formatted(count));
            }
        }

        private long severalAnswers() {
            Map<Event, Set<String>> entities = new HashMap<>();
            rows.forEach(row -> entities.computeIfAbsent(row.event(), event -> new HashSet<>())
                    .add(row.entity()));
            return entities.values().stream()
                    .filter(answers -> answers.size() > 1)
                    .count();
        }

        private static boolean isRow(CsvRecord fields) {
            return fields.getFieldCount() == COLUMNS
                    && !fields.getField(1).isBlank()
                    && !fields.getField(2).isBlank();
        }
    }
}
