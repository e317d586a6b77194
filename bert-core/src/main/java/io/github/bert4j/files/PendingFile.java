package io.github.bert4j.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file written under a temporary name beside its own, so that nobody ever sees it half written.
 *
 * <p>One process writes a file at a time. What one that was stopped in the middle left behind is overwritten when the file is
 * written again. A symbolic link is followed. An interrupted thread writes like any other.
 */
public final class PendingFile implements Closeable {
    private static final String SUFFIX = ".part";
    private static final String LOCK_SUFFIX = ".lock";
    /** A channel copies heap buffers through a direct buffer as large as the request, so requests stay small. */
    public static final int LARGEST_REQUEST = 1 << 18;

    private final Path target;
    private final Path temporary;
    private final ProcessLock lock;
    /** No channel: an interruption would close it. */
    private final RandomAccessFile file;

    private final byte[] buffer = new byte[LARGEST_REQUEST];
    private boolean complete;

    private PendingFile(Path target, Path temporary, ProcessLock lock, RandomAccessFile file) {
        this.target = target;
        this.temporary = temporary;
        this.lock = lock;
        this.file = file;
    }

    /** Writes a file; one that is there is replaced once the new one is complete. */
    public static void write(Path target, byte[] bytes) throws IOException {
        try (PendingFile file = create(target)) {
            file.write(ByteBuffer.wrap(bytes));
            file.commit();
        }
    }

    /**
     * Begins to write a file; it is deleted again unless {@link #commit} is called before {@link #close}.
     *
     * @throws IOException if the place cannot be written, or someone else is writing the file
     */
    public static PendingFile create(Path target) throws IOException {
        Path place = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
        ProcessLock lock = ProcessLock.acquire(hidden(place, LOCK_SUFFIX))
                .orElseThrow(() -> new IOException(target + " is being written by another process, or a second time by"
                        + " this one: wait for it, or choose another place"));
        Path temporary = hidden(place, SUFFIX);
        RandomAccessFile file = null;
        try {
            file = new RandomAccessFile(temporary.toFile(), "rw");
            file.setLength(0);
            return new PendingFile(place, temporary, lock, file);
        } finally {
            if (file == null) {
                lock.close();
            }
        }
    }

    private static Path hidden(Path file, String suffix) {
        return file.resolveSibling("." + file.getFileName() + suffix);
    }

    /** Whether a name is that of something that a process left behind which was stopped while it wrote a file. */
    public static boolean isLeftover(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && (name.endsWith(SUFFIX) || name.endsWith(LOCK_SUFFIX));
    }

    /** The temporary name, for code that writes a file by its name. */
    public Path path() {
        return temporary;
    }

    /** Adds bytes at the end. */
    public void write(ByteBuffer bytes) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        try {
            while (rest.hasRemaining()) {
                int count = Math.min(rest.remaining(), buffer.length);
                rest.get(buffer, 0, count);
                file.write(buffer, 0, count);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Writes once more what is already written. */
    public void overwrite(long position, ByteBuffer bytes) throws IOException {
        long end = file.getFilePointer();
        file.seek(position);
        write(bytes);
        file.seek(end);
    }

    /** Makes the bytes survive a power cut; nothing can be written any more. */
    public void complete() throws IOException {
        try {
            file.getFD().sync();
            file.close();
            complete = true;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Makes the bytes survive a power cut and gives the file its name, replacing one that has it. */
    public void commit() throws IOException {
        if (!complete) {
            complete();
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Folder.force(target.getParent());
    }

    /** Deletes what was not committed. */
    @Override
    public void close() throws IOException {
        try (lock) {
            file.close();
            Files.deleteIfExists(temporary);
        }
    }

    /** A full disk says no more than that it is full. */
    private IOException failed(IOException reason) {
        return new IOException("%s cannot be written: %s".formatted(target, reason.getMessage()), reason);
    }
}
