package io.github.bert4j.checkpoint;

import io.github.bert4j.files.PendingFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file read at given positions, whose complaints name the file and the position. */
final class CheckpointFile implements Closeable {
    private final Path path;
    private final FileChannel channel;
    private final long size;

    private CheckpointFile(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
    }

    static CheckpointFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new CheckpointFile(path, channel, channel.size());
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    Path path() {
        return path;
    }

    /** The size in bytes when the file was opened. */
    long size() {
        return size;
    }

    /** Fills the buffer with the bytes from a position on. */
    void read(long position, ByteBuffer target) throws IOException {
        long from = position;
        int end = target.limit();
        while (target.position() < end) {
            target.limit(Math.min(end, target.position() + PendingFile.LARGEST_REQUEST));
            int count = channel.read(target, from);
            target.limit(end);
            verify(count >= 0, from, "the file ends here, but " + target.remaining() + " more bytes belong to it");
            from += count;
        }
    }

    void verify(boolean condition, long offset, String reason) throws MalformedCheckpointException {
        if (!condition) {
            throw malformed(offset, reason);
        }
    }

    MalformedCheckpointException malformed(long offset, String reason) {
        return new MalformedCheckpointException(path, offset, reason);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
