package io.github.bert4j.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.Triple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelationFilesTest {
    private static final String LINE = """
            {"text": "《晚潮》由林乔安执导", "spo_list": [{"predicate": "导演", "object_type": "人物", \
            "subject_type": "影视作品", "object": "林乔安", "subject": "晚潮"}]}
            """;
    private static final LabelledRelations TEXT =
            new LabelledRelations("《晚潮》由林乔安执导", List.of(new Triple("晚潮", "导演", "林乔安")));

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void readsTheOriginalFormat() throws IOException {
        assertEquals(List.of(TEXT, TEXT), RelationFiles.read(List.of(file(LINE), file(LINE)), warnings::add));
        assertEquals(List.of(), warnings);
    }

    @Test
    void readsTextsWithoutTriples() throws IOException {
        assertEquals(
                List.of(new LabelledRelations("无", List.of())),
                RelationFiles.read(List.of(file("{\"text\": \"无\", \"spo_list\": []}")), warnings::add));
    }

    @Test
    void leavesBlankLinesOutAndSaysSo() throws IOException {
        Path file = file("\uFEFF" + LINE + "\r\n  \n" + LINE + "\n");
        assertEquals(2, RelationFiles.read(List.of(file), warnings::add).size());
        assertEquals(List.of(file + ": left out 3 blank lines"), warnings);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": \"《晚潮》",
                "《晚潮》由林乔安执导",
                "null",
                "[]",
                "{\"text\": \"无\"}",
                "{\"spo_list\": []}",
                "{\"text\": null, \"spo_list\": []}",
                "{\"text\": \"无\", \"spo_list\": [null]}",
                "{\"text\": \"无\", \"spo_list\": [{\"subject\": \"无\", \"predicate\": \"导演\"}]}",
                "{\"text\": \"无\", \"spo_list\": [{\"subject\": {}, \"predicate\": \"导演\", \"object\": \"无\"}]}",
                "{\"text\": \"无\", \"spo_list\": []} {}"
            })
    void namesTheLineThatIsMalformed(String line) throws IOException {
        Path file = file(LINE + "\n" + line + "\n" + LINE);
        RelationFiles.read(List.of(file), warnings::add);
        assertTrue(warnings.get(warnings.size() - 1).startsWith(file + ": left out 1 lines"), warnings.toString());
        assertTrue(warnings.get(warnings.size() - 1).contains("; line 3: "), warnings.toString());
    }

    @Test
    void refusesAFileThatHoldsNothing() throws IOException {
        Path file = file("\n\n");
        String message = assertThrows(IOException.class, () -> RelationFiles.read(List.of(file), warnings::add))
                .getMessage();
        assertTrue(message.contains("2 lines, all of them blank"), message);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "relations-", ".jsonl"), content);
    }
}
