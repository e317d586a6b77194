package io.github.bert4j.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.LabelledText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityFilesTest {
    private static final LabelledText TEXT =
            new LabelledText("😀江晚去了白沙岛", List.of(new Entity("PER", "江晚", 2, 4), new Entity("LOC", "白沙岛", 6, 9)));

    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "😀 O\n江 B-PER\n晚 I-PER\n去 O\n了 O\n白 B-LOC\n沙 I-LOC\n岛 I-LOC\n",
                "😀\tO\r\n江\tB-PER\r\n晚\tE-PER\r\n去\tO\r\n了\tO\r\n白\tB-LOC\r\n沙\tM-LOC\r\n岛\tE-LOC",
                "-DOCSTART- -X- O O\n\n\n😀 X _ O\n江晚 NR _ S-PER\n去了 V _ O \n白沙 NR _ B-LOC\n岛 NR _ E-LOC\n\n\n",
                "\uFEFF{\"text\": \"😀江晚去了白沙岛\", \"entities\": [{\"start\": 2, \"end\": 4, \"label\": \"PER\"}, "
                        + "{\"start\": 6, \"end\": 9, \"label\": \"LOC\", \"text\": \"白沙岛\", \"id\": 7}]}",
                "{\"text\": \"😀江晚去了白沙岛\", \"label\": {\"PER\": {\"江晚\": [[1, 2]]}, \"LOC\": {\"白沙岛\": [[5, 7]]}}}"
            })
    void readsTheCommonFormats(String content) throws IOException {
        assertEquals(List.of(TEXT), read(content));
        assertEquals(List.of(), warnings);
    }

    @Test
    void readsFilesOfSeveralFormats() throws IOException {
        Path tags = file("好 O\n\n江 S-PER\n");
        Path json = file("\n{\"text\": \"好\", \"entities\": []}");
        LabelledText none = new LabelledText("好", List.of());
        assertEquals(
                List.of(none, new LabelledText("江", List.of(new Entity("PER", "江", 0, 1))), none),
                EntityFiles.read(List.of(tags, json), warnings::add));
        assertEquals(List.of(json + ": left out 1 blank lines"), warnings);
    }

    @Test
    void takesTagsAsTheyAreWhereNoneBegins() throws IOException {
        assertEquals(
                List.of(new LabelledText("江晚说", List.of(new Entity("PER", "江晚", 0, 2), new Entity("LOC", "说", 2, 3)))),
                read("江 I-PER\n晚 I-PER\n说 E-LOC\n"));
        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0).contains(": 2 entities begin with a tag for the inside or the end"), warnings.get(0));
    }

    @Test
    void leavesSentencesWithUnreadableLinesOutAndNamesTheLines() throws IOException {
        assertEquals(List.of(new LabelledText("好 ", List.of())), read("江 B-PER\n晚\n去 O\n\n好 O\n  O\n\n白 B~LOC\n岛 O\n"));
        assertEquals(1, warnings.size());
        assertTrue(
                warnings.get(0)
                        .endsWith(
                                "left out 2 lines that are not a token and a tag, and their sentences: line 2, 8; line 2: \"晚\""),
                warnings.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"entities\": [{\"start\": 0, \"end\": 9, \"label\": \"PER\"}]",
                "\"entities\": [{\"start\": 1, \"end\": 1, \"label\": \"PER\"}]",
                "\"entities\": [{\"start\": -1, \"end\": 1, \"label\": \"PER\"}]",
                "\"entities\": [{\"start\": 0, \"end\": 1, \"label\": \"PER\", \"text\": \"晚\"}]",
                "\"label\": {\"PER\": {\"江晚\": [[0, 2]]}}",
                "\"label\": {\"PER\": {\"江晚\": [[1, 0]]}}",
                "\"label\": {\"PER\": {\"江晚\": [[0]]}}",
                "\"label\": {\"PER\": {\"江\": [[0, 1]]}}"
            })
    void leavesEntitiesOutThatAreNotInTheText(String entities) throws IOException {
        assertEquals(List.of(new LabelledText("江晚", List.of())), read("{\"text\": \"江晚\", " + entities + "}"));
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("left out 1 entities that do not stand in the text"), warnings.get(0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": \"江晚\"}",
                "{\"entities\": []}",
                "{\"text\": \"江晚\", \"entities\": [{\"start\": 0, \"end\": 1}]}",
                "{\"text\": \"江晚\", \"entities\": [null]}",
                "{\"text\": \"江晚\", \"label\": {\"PER\": {\"江晚\": [[0, null]]}}}",
                "{\"text\": \"江晚\", \"label\": {\"PER\": null}}",
                "{\"text\": \"江晚"
            })
    void namesTheLineThatIsMalformed(String line) throws IOException {
        Path file = file("{\"text\": \"\", \"entities\": []}\n" + line + "\n");
        assertEquals(1, EntityFiles.read(List.of(file), warnings::add).size());
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).startsWith(file + ": left out 1 lines"), warnings.get(0));
        assertTrue(warnings.get(0).contains("; line 2: "), warnings.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "没有标签\n"})
    void refusesAFileThatHoldsNothing(String content) throws IOException {
        String message = assertThrows(IOException.class, () -> read(content)).getMessage();
        assertTrue(message.contains("holds no sentence") || message.contains("1 of 1 lines are not a token"), message);
    }

    private List<LabelledText> read(String content) throws IOException {
        return EntityFiles.read(List.of(file(content)), warnings::add);
    }

    private Path file(String content) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "entities-", ".txt"), content);
    }
}
