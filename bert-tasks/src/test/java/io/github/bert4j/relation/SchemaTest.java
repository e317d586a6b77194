package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    private final List<String> warnings = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void numbersPredicatesInSortedOrderAndReportsThoseListedTwice() throws IOException {
        Path schema = schema("""
                \uFEFF{"object_type": "人物", "predicate": "导演", "subject_type": "影视作品"}
                {"object_type": "Date", "predicate": "成立日期", "subject_type": "机构"}

                {"object_type": "人物", "predicate": "作者", "subject_type": "图书作品"}
                {"object_type": "Date", "predicate": "成立日期", "subject_type": "企业"}
                """);
        assertEquals(List.of("作者", "导演", "成立日期"), Schema.predicates(schema, warnings::add));
        assertEquals(List.of(schema + ": 3 predicates in 4 lines, as some are listed more than once: 成立日期"), warnings);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"predicate\": 1}", "{}", "[]", "导演", "{\"predicate\": \"导演\""})
    void namesTheLineThatIsMalformed(String line) throws IOException {
        Path schema = schema("{\"predicate\": \"导演\"}\n" + line + "\n");
        String message = assertThrows(IOException.class, () -> Schema.predicates(schema, warnings::add))
                .getMessage();
        assertTrue(message.startsWith(schema + ", line 2: "), message);
    }

    @Test
    void refusesAFileWithoutPredicatesOrInAnotherEncoding() throws IOException {
        Path blank = schema("\n\n");
        assertTrue(assertThrows(IOException.class, () -> Schema.predicates(blank, warnings::add))
                .getMessage()
                .contains("2 lines, all of them blank"));
        Path chinese =
                Files.write(folder.resolve("gbk.jsonl"), "{\"predicate\": \"导演\"}".getBytes(Charset.forName("GBK")));
        assertTrue(assertThrows(IOException.class, () -> Schema.predicates(chinese, warnings::add))
                .getMessage()
                .contains("not UTF-8"));
    }

    @Test
    void countsTriplesWhosePredicateIsNotThere() {
        var head = new RelationTask.Head(List.of("作者"), Thresholds.DEFAULTS, 100);
        head.check(
                List.of(new LabelledRelations(
                        "陈默写了《远方》", List.of(new Triple("远方", "导演", "陈默"), new Triple("远方", "作者", "陈默")))),
                warnings::add);
        assertEquals(List.of("1 triples have a predicate that is not in the schema, and count as missing"), warnings);
    }

    private Path schema(String content) throws IOException {
        return Files.writeString(folder.resolve("schema.jsonl"), content);
    }
}
