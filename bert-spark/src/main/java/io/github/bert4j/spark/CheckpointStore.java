package io.github.bert4j.spark;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A folder that all executors and the driver see, on a file system of Hadoop's or a shared disk: it outlives executors.
 *
 * @param location path or URI
 * @param hadoop the driver's settings
 */
record CheckpointStore(String location, SerializableConfiguration hadoop) implements Serializable {

    boolean has(String name) throws IOException {
        return files().exists(path(name));
    }

    /** Copies a file from here. */
    void fetch(String name, Path local) throws IOException {
        files().copyToLocalFile(false, path(name), new org.apache.hadoop.fs.Path(local.toUri()), true);
    }

    /** Copies a file to here under a temporary name, then moves it: one that is there stays until the new one is complete. */
    void put(Path local, String name) throws IOException {
        FileSystem files = files();
        files.mkdirs(folder());
        org.apache.hadoop.fs.Path pending = files.makeQualified(path("." + name + ".pending"));
        files.copyFromLocalFile(false, true, new org.apache.hadoop.fs.Path(local.toUri()), pending);
        FileContext.getFileContext(pending.toUri(), hadoop.value())
                .rename(pending, files.makeQualified(path(name)), Options.Rename.OVERWRITE);
    }

    void delete(String name) throws IOException {
        files().delete(path(name), false);
    }

    /** As {@link #put}, once the file is there; it is removed then. */
    void putIfThere(Path local, String name) {
        if (Files.exists(local)) {
            try {
                put(local, name);
                Files.delete(local);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    String uri(String name) {
        return path(name).toString();
    }

    private org.apache.hadoop.fs.Path path(String name) {
        return new org.apache.hadoop.fs.Path(location, name);
    }

    private org.apache.hadoop.fs.Path folder() {
        return new org.apache.hadoop.fs.Path(location);
    }

    private FileSystem files() throws IOException {
        return folder().getFileSystem(hadoop.value());
    }
}
