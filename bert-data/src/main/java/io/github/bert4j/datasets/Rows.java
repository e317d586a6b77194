package io.github.bert4j.datasets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.github.bert4j.files.JsonFault;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** The rows of a file as objects of JSON: an object per line, a list of objects, or CSV with a header. */
final class Rows {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final ObjectMapper ELEMENTS = new ObjectMapper();
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** What a row is used for. */
    @FunctionalInterface
    interface Use {
        /**
         * @param row an object
         * @throws IllegalArgumentException if it is not as it should be
         */
        void of(ObjectNode row);
    }

    private final LeftOutLines malformed = new LeftOutLines();
    private final Use use;
    private int blank;
    private int used;

    private Rows(Use use) {
        this.use = use;
    }

    /** Whether a file is one of these rather than lines of another format. */
    static boolean are(Path file) throws IOException {
        return Files.isRegularFile(file) && (isCsv(file) || "{[".indexOf(first(file)) >= 0);
    }

    static boolean isCsv(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    /** The first character of a file that is no white space; 0 if there is none. */
    private static char first(Path file) throws IOException {
        try (Lines lines = Lines.of(file)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (!line.get().isBlank()) {
                    return line.get().strip().charAt(0);
                }
            }
        }
        return 0;
    }

    /**
     * Reads a file; rows that are refused are left out, as long as they are not the most.
     *
     * @param what a row is to be, such as {@code {"text": …}}
     * @param warnings told how many are left out
     * @throws IOException if the file cannot be read, or holds none
     */
    static void read(Path file, String what, Use use, Consumer<String> warnings) throws IOException {
        Rows rows = new Rows(use);
        if (isCsv(file)) {
            rows.csv(file);
        } else if (first(file) == '[') {
            rows.list(file);
        } else {
            rows.lines(file);
        }
        if (rows.used == 0) {
            rows.malformed.report(file.toString(), what, 0, warnings);
        }
        if (rows.used == 0) {
            throw new IOException(
                    "%s holds no data: %d lines, all of them blank, expected %s".formatted(file, rows.blank, what));
        }
        if (rows.blank > 0) {
            warnings.accept("%s: left out %d blank lines".formatted(file, rows.blank));
        }
        rows.malformed.report(file.toString(), what, rows.used, warnings);
    }

    private void add(JsonNode row, long line) {
        if (!(row instanceof ObjectNode object)) {
            malformed.add(line, JsonFault.kind(row) + ", expected an object");
            return;
        }
        try {
            use.of(object);
            used++;
        } catch (IllegalArgumentException e) {
            malformed.add(line, e.getMessage());
        }
    }

    private void lines(Path file) throws IOException {
        try (Lines lines = Lines.of(file)) {
            for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
                if (line.get().isBlank()) {
                    blank++;
                    continue;
                }
                try {
                    add(JSON.readTree(line.get()), lines.number());
                } catch (JsonProcessingException e) {
                    malformed.add(lines.number(), "this is no JSON: " + JsonFault.syntax(e));
                }
            }
        }
    }

    private void list(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                JsonParser json = ELEMENTS.createParser(in)) {
            json.nextToken();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                long line = json.currentTokenLocation().getLineNr();
                add(json.<JsonNode>readValueAsTree(), line);
            }
        } catch (JsonProcessingException e) {
            throw new IOException("%s is no JSON: %s".formatted(file, JsonFault.syntax(e)), e);
        } catch (CharConversionException e) {
            throw new IOException("%s is not JSON in UTF-8: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Records of any number of fields, blank ones included. */
    static CsvReader<CsvRecord> csv(String text) {
        return CsvReader.builder()
                .skipEmptyLines(false)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .ofCsvRecord(text);
    }

    /** Names in the first line. */
    private void csv(Path file) throws IOException {
        List<String> names = new ArrayList<>();
        try (CsvReader<CsvRecord> records = csv(EventFiles.decoded(file.toString(), Files.readAllBytes(file)))) {
            for (CsvRecord record : records) {
                if (record.getFields().stream().allMatch(String::isBlank)) {
                    blank++;
                } else if (names.isEmpty()) {
                    record.getFields().forEach(name -> names.add(name.strip().replace(BYTE_ORDER_MARK, "")));
                } else if (record.getFieldCount() != names.size()) {
                    malformed.add(
                            record.getStartingLineNumber(),
                            "%d fields, but the header has %d".formatted(record.getFieldCount(), names.size()));
                } else {
                    ObjectNode row = JSON.createObjectNode();
                    for (int i = 0; i < names.size(); i++) {
                        row.put(names.get(i), record.getField(i));
                    }
                    add(row, record.getStartingLineNumber());
                }
            }
        } catch (CsvParseException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
