package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file's bytes through a small window, so that what is skipped is not read. */
final class FileBytes implements Bytes {
    private final CheckpointFile file;
    private final ByteBuffer window = ByteBuffer.allocate(1 << 14).limit(0);
    private long windowStart;

    FileBytes(CheckpointFile file) {
        this.file = file;
    }

    @Override
    public int at(long position) throws IOException {
        if (position < windowStart || position >= windowStart + window.limit()) {
            windowStart = position;
            window.clear().limit((int) Math.min(window.capacity(), file.size() - position));
            file.read(position, window);
        }
        return window.get((int) (position - windowStart)) & 0xff;
    }

    @Override
    public long fileOffset(long position) {
        return position;
    }

    @Override
    public MalformedCheckpointException malformed(long position, String reason) {
        return file.malformed(position, reason);
    }
}
