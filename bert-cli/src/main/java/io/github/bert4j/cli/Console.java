package io.github.bert4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.datasets.Lines;
import io.github.bert4j.train.ProgressBar;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Where a command reads from, puts its results, and says how it goes; all of it is UTF-8. */
final class Console {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InputStream in;
    private final Writer out;
    private final PrintStream err;
    private boolean closedByReader;

    Console(InputStream in, OutputStream out, OutputStream err) {
        this.in = in;
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    }

    /** The lines of stdin. */
    Lines input() {
        return new Lines("stdin", in);
    }

    /** The lines of a file, or of stdin if there is none. */
    Lines input(Optional<Path> file) throws IOException {
        return file.isPresent() ? Lines.of(file.get()) : input();
    }

    /** A line of text to stdout. */
    void print(String line) throws IOException {
        write(line + "\n");
    }

    /** A line of JSON to stdout. */
    void printJson(Object value) throws IOException {
        print(json(value));
    }

    /** Hands results over to whoever reads stdout. */
    void flush() throws IOException {
        write("");
        try {
            out.flush();
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /** A line to stderr. */
    void log(String line) {
        err.println(line);
    }

    /** Says how many texts were read in part alone. */
    void logCut(long count) {
        if (count > 0) {
            log("%d texts were longer than the model's maximum length: what is beyond it was not read"
                    .formatted(count));
        }
    }

    /** A training's progress on stderr, with a bar on a terminal. */
    ProgressBar progressBar() {
        return ProgressBar.on(err);
    }

    /** Whether stdout was a pipe whose reader has had enough, as {@code head} has. */
    boolean isClosedByReader() {
        return closedByReader;
    }

    private void write(String text) throws IOException {
        try {
            out.write(text);
        } catch (IOException e) {
            throw refused(e);
        }
    }

    /** A full disk must not pass for a reader who has had enough, and the text is all that tells them apart. */
    private IOException refused(IOException failure) {
        String reason = String.valueOf(failure.getMessage());
        closedByReader = reason.contains("Broken pipe") || reason.contains("pipe is being closed");
        return new IOException("stdout cannot be written: " + reason, failure);
    }

    static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Every result can be written as JSON", e);
        }
    }
}
