package io.github.bert4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkFiles;

/**
 * A folder as one zip file on the driver, called by what is in it, which every executor fetches once.
 *
 * @param zip on the driver's disk as long as the driver runs
 */
record Shipment(Path zip) {
    private static final String LOCAL = "file";

    /**
     * Packs a folder.
     *
     * @param location a folder or a zip of it: a URI, or a path on this machine or else on Hadoop's default file system
     * @throws NoSuchFileException if there is none
     */
    static Shipment of(String location, Configuration hadoop) throws IOException {
        Path folder = Files.createTempDirectory("bert4j-spark-");
        folder.toFile().deleteOnExit();
        Path source = local(location, folder, hadoop);
        Path packed = folder.resolve("packed");
        if (Files.isDirectory(source)) {
            pack(source, packed);
        } else {
            Files.copy(source, packed);
        }
        if (source.startsWith(folder)) {
            FileUtil.fullyDelete(source.toFile());
        }
        Path zip = Files.move(packed, folder.resolve("bert4j-" + checksum(packed) + ".zip"));
        zip.toFile().deleteOnExit();
        return new Shipment(zip);
    }

    /** Lets executors fetch it, which they do when their next task starts; returns what they find it by. */
    String ship(SparkContext context) {
        String name = zip.getFileName().toString();
        if (!Files.exists(Path.of(SparkFiles.get(name)))) {
            context.addFile(zip.toString());
        }
        return name;
    }

    /** Unpacks on an executor what the driver shipped, its files alone. */
    static void unpack(String name, Path folder) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of(SparkFiles.get(name)));
                ZipInputStream entries = new ZipInputStream(in)) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = folder.resolve(entry.getName()).normalize();
                if (!entry.isDirectory() && folder.equals(file.getParent())) {
                    Files.copy(entries, file);
                }
            }
        }
    }

    private static Path local(String location, Path folder, Configuration hadoop) throws IOException {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location);
        URI uri = path.toUri();
        if (LOCAL.equals(uri.getScheme()) || uri.getScheme() == null && Files.exists(Path.of(uri.getPath()))) {
            return Path.of(uri.getPath());
        }
        FileSystem files = path.getFileSystem(hadoop);
        if (!files.exists(path)) {
            throw new NoSuchFileException(location);
        }
        Path copy = folder.resolve("copy-of-" + path.getName());
        files.copyToLocalFile(false, path, new org.apache.hadoop.fs.Path(copy.toUri()), true);
        return copy;
    }

    private static String checksum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Weights hardly get smaller, so nothing is compressed; all entries have one time, so that equal folders give equal zips. */
    private static void pack(Path directory, Path zip) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.setLevel(0);
            for (Path file : files) {
                ZipEntry entry = new ZipEntry(file.getFileName().toString());
                entry.setTime(0);
                entries.putNextEntry(entry);
                Files.copy(file, entries);
            }
        }
    }
}
