package io.github.bert4j.spark;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder that is there when it is complete, and not before. */
final class NewFolder {
    private NewFolder() {}

    /** Writes into a folder. */
    @FunctionalInterface
    interface Content {
        void write(FileSystem files, Path folder) throws IOException;
    }

    /** @throws FileAlreadyExistsException if it is there, which is better known before the work than after it */
    static void require(String location, Configuration hadoop) throws IOException {
        Path folder = new Path(location);
        if (folder.getFileSystem(hadoop).exists(folder)) {
            throw new FileAlreadyExistsException(
                    location, null, "this is there already: expected the name of a folder that is not there yet");
        }
    }

    /** Fills it under a temporary name, and then moves it. */
    static void write(String location, Configuration hadoop, Content content) throws IOException {
        FileSystem files = new Path(location).getFileSystem(hadoop);
        Path folder = files.makeQualified(new Path(location));
        Path pending = new Path(folder.getParent(), "." + folder.getName() + ".pending");
        files.delete(pending, true);
        files.mkdirs(pending);
        content.write(files, pending);
        if (!files.rename(pending, folder)) {
            throw new IOException("%s cannot be moved to %s".formatted(pending, folder));
        }
    }
}
