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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where a command reads from, puts its results, and says how it goes; all of it is UTF-8. */
final class Console {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Control characters but for tabs and line ends. */
    private static final Pattern COMMANDS = Pattern.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]");

    private static final Pattern CONTROLS = Pattern.compile("[\\x7f-\\x9f]");

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
        write(harmless(line) + "\n");
    }

    /** A line of JSON to stdout. */
    void printJson(Object value) throws IOException {
        // The JSON library leaves some of what terminals obey as it is; escaped, it is the same text.
        String json = json(value);
        write(CONTROLS.matcher(json)
                        .replaceAll(found ->
                                "\\\\u%04x".formatted((int) found.group().charAt(0))) + "\n");
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
        err.println(harmless(line));
    }

    /** What a terminal would obey, such as a label in a file may hold, is not handed to it. */
    static String harmless(String line) {
        return COMMANDS.matcher(line).replaceAll("\uFFFD");
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
        return new ProgressBar(err, System.console() != null && isTerminal());
    }

    /** Whether stderr is one; Java tells of stdin and stdout alone. Where the system does not say, it is taken for one. */
    private static boolean isTerminal() {
        Path target = Path.of("/proc/self/fd/2");
        try {
            return !Files.isSymbolicLink(target)
                    || Files.readSymbolicLink(target).startsWith("/dev/pts")
                    || Files.readSymbolicLink(target).toString().startsWith("/dev/tty");
        } catch (IOException e) {
            return false;
        }
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
