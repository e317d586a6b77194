package io.github.bert4j.task;

import io.github.bert4j.train.NonFiniteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.ServiceConfigurationError;

/** What a user is told about an exception, by the command line and by programs that launch the library. */
public final class FailureMessage {
    /** How JavaCPP's message of native memory begins. */
    private static final String JAVACPP = "Cannot allocate new ";

    private static final String CACHE = "org.bytedeco.javacpp.cachedir";

    private FailureMessage() {}

    /** A sentence or two, without a class's name where the user can do something about it. */
    public static String of(Throwable failure) {
        if (failure instanceof UncheckedIOException unchecked) {
            return of(unchecked.getCause());
        }
        if (failure instanceof FileSystemException file) {
            return file.getFile() + ": " + reason(file);
        }
        if (failure instanceof OutOfMemoryError
                && String.valueOf(failure.getMessage()).startsWith(JAVACPP)) {
            return "out of native memory, which Java's limit of the heap limits too: start with a larger one, such as java -Xmx2g";
        }
        if (failure instanceof OutOfMemoryError && failure.getCause() instanceof OutOfMemoryError) {
            return failure.getMessage()
                    + " On the command line, train takes them as --batch, --accumulate and --max-length.";
        }
        if (failure instanceof OutOfMemoryError) {
            return "out of memory (%s): try a smaller --batch or --max-length, or java -Xmx with more"
                    .formatted(failure.getMessage());
        }
        if (failure instanceof LinkageError) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (failure instanceof NoClassDefFoundError && cause instanceof ClassNotFoundException) {
                return "the class %s is missing: a jar is damaged, was replaced while the program ran, or is not on the class path"
                        .formatted(cause.getMessage());
            }
            return "the native libraries cannot be unpacked or loaded (%s): they take 500 MB in %s; give them another place with java -Dorg.bytedeco.javacpp.cachedir=DIR"
                    .formatted(
                            cause.getMessage(),
                            System.getProperty(CACHE, System.getProperty("user.home") + "/.javacpp/cache"));
        }
        if (failure instanceof InvalidPathException path) {
            return path.getMessage() + ": if the name is not ASCII, set the environment variable LC_ALL to C.UTF-8";
        }
        if (failure instanceof ServiceConfigurationError) {
            return "a jar on the class path has a task that cannot be used: " + failure.getMessage();
        }
        if (failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof NonFiniteException
                || failure instanceof NonFiniteAnswerException) {
            return failure.getMessage();
        }
        return failure + " (this should not happen: run it again with --stacktrace, and report it)";
    }

    /** Where in the program it happened. */
    public static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    /** Java gives most of these no text at all. */
    private static String reason(FileSystemException failure) {
        if (failure.getReason() != null) {
            return failure.getReason();
        }
        if (failure instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (failure instanceof AccessDeniedException) {
            return "access denied";
        }
        return failure.getClass().getSimpleName();
    }
}
