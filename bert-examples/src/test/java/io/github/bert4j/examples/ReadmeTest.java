package io.github.bert4j.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadmeTest {
    @ParameterizedTest
    @CsvSource({"SentimentExample, 25", "RelationExample, 40", "EventExample, 40"})
    void showsTheExampleAsItIs(String example, int mostLines) throws IOException {
        Path module = Path.of("").toAbsolutePath();
        List<String> source =
                Files.readAllLines(module.resolve("src/main/java/io/github/bert4j/examples/" + example + ".java"));
        int start = source.indexOf("        // The README shows what follows.") + 1;
        int end = source.indexOf("        // So far the README.");
        assertTrue(start > 0 && end > start, "the markers are gone");
        String snippet = String.join("\n", source.subList(start, end)).stripIndent();
        assertTrue(snippet.lines().count() <= mostLines, "the example is too long for a README");
        String readme = Files.readString(module.resolveSibling("README.md"));
        assertTrue(readme.contains("```java\n" + snippet + "\n```\n"), "the README shows another " + example);
    }
}
