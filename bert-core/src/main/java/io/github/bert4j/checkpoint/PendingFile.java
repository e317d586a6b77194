package io.github.bert4j.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file written under a temporary name beside its own, so that nobody ever sees it half written. */
public final class PendingFile implements Closeable {
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

    static PendingFile create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path temporary = absolute.resolveSibling(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".part");
        FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return new PendingFile(absolute, temporary, channel);
    }

    void write(ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        int end = rest.limit();
        while (rest.position() < end) {
            rest.limit(Math.min(end, rest.position() + CheckpointFile.LARGEST_REQUEST));
            channel.write(rest);
            rest.limit(end);
        }
    }

    /** Gives the file its name, replacing one that has it; first the bytes are made to survive a power cut. */
    void commit() throws IOException {
        channel.force(true);
        channel.close();
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Deletes what was not committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(temporary);
    }
}
