package io.github.bert4j.spark;

import io.github.bert4j.train.Checkpoints;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A folder that all executors and the driver see, on a file system of Hadoop's or a shared disk: it outlives executors.
 *
 * @param location a URI, since executors may take a path for another place than the driver does
 * @param hadoop the driver's settings
 */
record CheckpointStore(String location, SerializableConfiguration hadoop) implements Serializable {
    private static final String STATE = "step-";

    /** @param location path or URI, as the driver understands it */
    static CheckpointStore at(String location, Configuration hadoop) throws IOException {
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(location);
        return new CheckpointStore(
                folder.getFileSystem(hadoop).makeQualified(folder).toString(), new SerializableConfiguration(hadoop));
    }

    /** @throws IOException if nothing can be put there */
    void make() throws IOException {
        if (!files().mkdirs(folder())) {
            throw new IOException("%s cannot be made: expected a folder to write to".formatted(location));
        }
    }

    /** Copies the states of a run from here, if there are any. */
    void fetch(String run, Path local) throws IOException {
        org.apache.hadoop.fs.Path states = path(run);
        if (files().exists(states)) {
            for (FileStatus state :
                    files().listStatus(states, file -> file.getName().startsWith(STATE))) {
                Path copy = local.resolve(state.getPath().getName());
                files().copyToLocalFile(false, state.getPath(), new org.apache.hadoop.fs.Path(copy.toUri()), true);
            }
        }
    }

    /** Copies the newest state of a run to here, unless it is there; then the others go. */
    void putNewest(Checkpoints checkpoints, String run) {
        try {
            Optional<Path> newest = checkpoints.states().stream().findFirst();
            if (newest.isEmpty()) {
                return;
            }
            String name = newest.get().getFileName().toString();
            org.apache.hadoop.fs.Path states = path(run);
            if (files().exists(new org.apache.hadoop.fs.Path(states, name))) {
                return;
            }
            put(newest.get(), run + "/" + name);
            for (FileStatus state :
                    files().listStatus(states, file -> !file.getName().equals(name))) {
                files().delete(state.getPath(), false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a file to here under a temporary name, then moves it: one that is there stays until the new one is complete. */
    void put(Path local, String name) throws IOException {
        FileSystem files = files();
        org.apache.hadoop.fs.Path target = path(name);
        files.mkdirs(target.getParent());
        org.apache.hadoop.fs.Path pending =
                new org.apache.hadoop.fs.Path(target.getParent(), "." + target.getName() + ".pending");
        files.copyFromLocalFile(false, true, new org.apache.hadoop.fs.Path(local.toUri()), pending);
        FileContext.getFileContext(pending.toUri(), hadoop.value()).rename(pending, target, Options.Rename.OVERWRITE);
    }

    /** Removes the states of a run. */
    void deleteStates(String run) throws IOException {
        files().delete(path(run), true);
    }

    /** @throws IOException if there is no such file */
    String uri(String name) throws IOException {
        org.apache.hadoop.fs.Path file = path(name);
        if (!files().exists(file)) {
            throw new IOException(
                    "%s was saved by the first worker, but the driver does not see it: expected a work folder that means the same place to all of them"
                            .formatted(file));
        }
        return file.toString();
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
