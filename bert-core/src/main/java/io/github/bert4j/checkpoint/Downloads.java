package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Recognizes what people have instead of a checkpoint's files: names of a hub, pointers, web pages, nothing. */
public final class Downloads {
    private static final int BEGINNING = 64;
    private static final int LISTED = 12;

    private Downloads() {}

    /**
     * Looks at the first bytes of a file.
     *
     * @throws IOException if it stands for another file, or is a page that a browser saved instead; a file that is not there
     *     is not complained about
     */
    public static void require(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return;
        }
        String beginning;
        try (InputStream in = Files.newInputStream(file)) {
            beginning = new String(in.readNBytes(BEGINNING), StandardCharsets.ISO_8859_1);
        }
        if (beginning.startsWith("version https://git-lfs")) {
            throw new IOException(file
                    + ": a pointer of Git LFS, not the file itself: run git lfs pull, or download the file on its own");
        }
        String text = beginning.stripLeading().toLowerCase(Locale.ROOT);
        if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
            throw new IOException(
                    file + ": a web page, not the file itself: download it by its raw or resolve address");
        }
    }

    /**
     * Asks for a directory.
     *
     * @throws IOException if there is none; names of a hub look like one
     */
    public static void requireDirectory(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            throw new NoSuchFileException(
                    directory.toString(),
                    null,
                    "there is no such directory; models are not downloaded by their names on a hub: download the files, and give their directory");
        }
    }

    /** The names of a directory's files, for messages. */
    public static String listing(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            return names.isEmpty()
                    ? "nothing"
                    : names.stream().limit(LISTED).collect(Collectors.joining(", "))
                            + (names.size() > LISTED ? " …" : "");
        }
    }
}
