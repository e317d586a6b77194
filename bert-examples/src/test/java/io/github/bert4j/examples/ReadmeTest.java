package io.github.bert4j.examples;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadmeTest {
    private static final Pattern SHOWN = Pattern.compile(
            "^ *// The (?:README|guide) shows what follows\\.\n(.*?)\n *// So far the (?:README|guide)\\.$",
            Pattern.DOTALL | Pattern.MULTILINE);

    @ParameterizedTest
    @CsvSource({
        "README.md, SentimentExample, 25",
        "README.zh-CN.md, SentimentExample, 25",
        "README.md, RelationExample, 40",
        "README.md, EventExample, 40",
        "docs/guides/entities.md, EntityExample, 25",
        "docs/guides/classification.md, ClassificationExample, 25",
        "docs/guides/similarity.md, SimilarityExample, 25",
        "docs/guides/retrieval.md, RetrievalExample, 25",
        "docs/guides/adapters.md, AdapterExample, 25",
        "docs/guides/few-labels.md, FewLabelsExample, 25",
        "docs/guides/distillation.md, DistillationExample, 25",
        "docs/guides/audit.md, AuditExample, 25",
        "docs/guides/training.md, TuningExample, 25",
        "docs/guides/joint.md, JointExample, 25",
        "docs/guides/pretraining.md, PretrainingExample, 25",
        "docs/guides/answering.md, AnswerExample, 25",
        "docs/guides/explaining.md, PlotsExample, 25",
        "docs/guides/onnx.md, OnnxExample, 25"
    })
    void showsTheExampleAsItIs(String document, String example, int mostLines) throws IOException {
        shows(document, "bert-examples/src/main/java/io/github/bert4j/examples/" + example + ".java", mostLines);
    }

    /** Its methods are {@code MigrationTest}'s to run. */
    @Test
    void showsWhatOtherLibrariesCallsBecome() throws IOException {
        shows("docs/migration.md", "bert-examples/src/test/java/io/github/bert4j/examples/MigrationExample.java", 25);
    }

    /** They are compiled and trained by the tests of bert-core. */
    @ParameterizedTest
    @ValueSource(strings = {"OwnModels", "OwnParts"})
    void showsModelsOfYourOwn(String models) throws IOException {
        shows("docs/guides/models.md", "bert-core/src/test/java/io/github/bert4j/models/" + models + ".java", 25);
    }

    /** It is compiled and run by {@code mvn -Ponnx}. */
    @Test
    void showsTheExampleOfOnnxRuntimeAsItIs() throws IOException {
        shows("docs/guides/onnx.md", "onnx-test/src/test/java/io/github/bert4j/onnx/OnnxRuntimeExample.java", 25);
    }

    private static void shows(String document, String example, int mostLines) throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String source = Files.readString(module.resolveSibling(example));
        List<String> snippets = SHOWN.matcher(source)
                .results()
                .map(shown -> shown.group(1).stripIndent())
                .toList();
        assertFalse(snippets.isEmpty(), "the markers are gone");
        String text = Files.readString(module.resolveSibling(document));
        for (String snippet : snippets) {
            assertTrue(snippet.lines().count() <= mostLines, "the example is too long for " + document);
            assertTrue(text.contains("```java\n" + snippet + "\n```\n"), document + " shows another " + example);
        }
    }
}
