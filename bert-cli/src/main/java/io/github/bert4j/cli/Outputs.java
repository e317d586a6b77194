package io.github.bert4j.cli;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Looks before any work whether its results will have a place. */
final class Outputs {
    private Outputs() {}

    /** @throws IOException if the file cannot be written */
    static void require(Optional<Path> file) throws IOException {
        if (file.isPresent()) {
            if (Files.isDirectory(file.get())) {
                throw new FileSystemException(file.get().toString(), null, "a directory, expected a file or nothing");
            }
            PendingFile.create(file.get()).close();
        }
    }

    /** @throws IOException if files cannot be written to the directory, or it cannot be made */
    static void requireDirectory(Path directory) throws IOException {
        PendingDirectory.replacing(directory).close();
    }

    /** @throws IOException if a bundle is there, which may not be replaced unasked */
    static void requireNew(Path place) {
        if (Files.exists(place)) {
            throw new IllegalArgumentException(place + " exists already: choose another place, or remove it first");
        }
    }

    static void requireNoBundle(Path directory) throws IOException {
        if (Bundle.isBundle(directory)) {
            throw new IOException(
                    directory + " is a bundle already: add --overwrite to replace it, or choose another place");
        }
    }

    /** @throws ParameterException if one of the places, by options, lies in a directory that is for other files alone */
    static void requireOutside(Path directory, Map<String, Path> places, CommandSpec spec) {
        Path whole = directory.toAbsolutePath().normalize();
        places.forEach((option, place) -> {
            if (place.toAbsolutePath().normalize().startsWith(whole)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "%s is %s, which lies in %s: expected another place, since that holds a bundle's files alone"
                                .formatted(option, place, directory));
            }
        });
    }
}
