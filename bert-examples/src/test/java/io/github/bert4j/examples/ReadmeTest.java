package io.github.bert4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    @Test
    void showsTheExampleAsItIs() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        List<String> source =
                Files.readAllLines(module.resolve("src/main/java/io/github/bert4j/examples/SentimentExample.java"));
        int start = source.indexOf("        // The README shows what follows.") + 1;
        int end = source.indexOf("        // So far the README.");
        assertTrue(start > 0 && end > start, "the markers are gone");
        String snippet = String.join("\n", source.subList(start, end)).stripIndent();
        assertTrue(snippet.lines().count() <= 25, "the example is too long for a README");
        String readme = Files.readString(module.resolveSibling("README.md"));
        int from = readme.indexOf("```java\n") + "```java\n".length();
        assertEquals(snippet, readme.substring(from, readme.indexOf("\n```", from)));
    }
}
