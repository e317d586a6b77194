package io.github.bert4j.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** A task that neither the library nor this module's class path has: that of the consumer test, as a jar. */
final class NinthTask {
    private static final Path SOURCES = Path.of("../consumer-test/src/it/ninth-task/src/main");

    private NinthTask() {}

    /** Compiles what the task consists of. */
    static Path jar(Path folder) throws IOException {
        Path classes = Files.createDirectory(folder.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of(
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))));
        try (Stream<Path> sources = Files.list(SOURCES.resolve("java/rating"))) {
            sources.filter(file -> file.getFileName().toString().startsWith("Rat"))
                    .forEach(file -> arguments.add(file.toString()));
        }
        int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException("The ninth task does not compile: " + arguments);
        }
        Path jar = folder.resolve("its.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out)) {
            add(classes, entries);
            add(SOURCES.resolve("resources"), entries);
        }
        return jar;
    }

    private static void add(Path root, JarOutputStream entries) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(
                        new JarEntry(root.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, entries);
            }
        }
    }
}
