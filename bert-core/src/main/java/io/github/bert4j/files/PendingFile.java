package io.github.bert4j.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file written under a temporary name beside its own, so that nobody ever sees it half written.
 *
 * <p>What a process that was stopped in the middle left behind is deleted when the file is written again.
 */
public final class PendingFile implements Closeable {
    private static final String SUFFIX = ".part";
    /** A channel copies heap buffers through a direct buffer as large as the request, so requests stay small. */
    public static final int LARGEST_REQUEST = 1 << 18;

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;

    private PendingFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /** Writes a file; one that is there is replaced once the new one is complete. */
    public static void write(Path target, byte[] bytes) throws IOException {
        try (PendingFile file = create(target)) {
            file.write(ByteBuffer.wrap(bytes));
            file.commit();
        }
    }

    /** Begins to write a file; it is deleted again unless {@link #commit} is called before {@link #close}. */
    public static PendingFile create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        deleteLeftovers(absolute);
        Path temporary = absolute.resolveSibling(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + SUFFIX);
        FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new PendingFile(absolute, temporary, channel);
    }

    private static void deleteLeftovers(Path target) throws IOException {
        Pattern name = Pattern.compile(
                Pattern.quote("." + target.getFileName() + ".") + "(\\d{1,18})-\\d+" + Pattern.quote(SUFFIX));
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(target.getParent())) {
            for (Path sibling : siblings) {
                Matcher leftover = name.matcher(sibling.getFileName().toString());
                if (leftover.matches()
                        && ProcessHandle.of(Long.parseLong(leftover.group(1))).isEmpty()) {
                    Files.deleteIfExists(sibling);
                }
            }
        }
    }

    /** The temporary name, for code that writes a file by its name. */
    public Path path() {
        return temporary;
    }

    /** Adds bytes at the end. */
    public void write(ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        int end = rest.limit();
        while (rest.position() < end) {
            rest.limit(Math.min(end, rest.position() + LARGEST_REQUEST));
            channel.write(rest);
            rest.limit(end);
        }
    }

    /** Writes once more what is already written. */
    public void overwrite(long position, ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        for (long at = position; rest.hasRemaining(); ) {
            at += channel.write(rest, at);
        }
    }

    /** Makes the bytes survive a power cut; nothing can be written any more. */
    public void complete() throws IOException {
        channel.force(true);
        channel.close();
    }

    /** Makes the bytes survive a power cut and gives the file its name, replacing one that has it. */
    public void commit() throws IOException {
        if (channel.isOpen()) {
            complete();
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes what was not committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
