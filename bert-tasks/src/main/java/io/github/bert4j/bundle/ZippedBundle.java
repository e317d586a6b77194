package io.github.bert4j.bundle;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/** A bundle as a zip: its files, unpacked. */
final class ZippedBundle {
    /** No text and no trained weights are packed as tightly as this: a zip that is would fill the disk. */
    private static final long TIGHTEST_ZIP = 100;

    private ZippedBundle() {}

    /** Copies the files of a bundle, and nothing else the zip may hold. */
    static void unzip(Path zip, Path directory) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("accessMode", "readOnly"))) {
            List<String> names =
                    new ArrayList<>(List.of(Manifest.FILE_NAME, Bundle.CONFIG, Bundle.VOCABULARY, Bundle.WEIGHTS));
            names.addAll(Bundle.TOKENIZER_FILES);
            for (String name : names) {
                Path entry = files.getPath(name);
                if (Files.isRegularFile(entry)) {
                    long most = ManifestFile.LARGEST + TIGHTEST_ZIP * Files.size(zip);
                    if (Files.size(entry) > most || !unzip(entry, directory.resolve(name), most)) {
                        throw new BundleException(zip, name + " would take more than " + most + " bytes");
                    }
                }
            }
        } catch (ProviderNotFoundException | ZipException | EOFException | IndexOutOfBoundsException e) {
            // The last one: the JDK does not check every length that a zip claims.
            throw new BundleException(zip, "it is neither a directory nor a readable zip file: " + e.getMessage(), e);
        }
    }

    /** Whether all of it could be copied; what a zip says of a size need not be so. */
    private static boolean unzip(Path entry, Path target, long most) throws IOException {
        try (InputStream in = Files.newInputStream(entry);
                OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[1 << 16];
            long left = most;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                left -= count;
                if (left < 0) {
                    return false;
                }
                out.write(buffer, 0, count);
            }
            return true;
        }
    }
}
