package io.github.bert4j.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.event.Event;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.testdata.SampleData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFilesTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void readsQuotedAndPlainFieldsOfRfc4180() throws IOException {
        assertEquals(
                List.of(
                        row("1", "他说\"不\", 真的", "下滑", "不"),
                        row("2", "两\n行", "召回", "行"),
                        row("3", " 松涛", "下滑", "松涛"),
                        row("", "无", "其他", "NaN")),
                read(
                        "\uFEFF\"1\",\"他说\"\"不\"\", 真的\",\"下滑\",\"不\"\r\n\"2\",\"两\n行\",\"召回\",\"行\"\r\n3, 松涛,下滑,松涛\n,无,其他,NaN"));
        assertEquals(List.of(), warnings);
    }

    @Test
    void countsWhatIsLeftOutAndWhatIsOdd() throws IOException {
        Path file = folder.resolve("events.csv");
        assertEquals(
                List.of(
                        row("1", "松涛和青岚", "下滑", "松涛"),
                        row("2", "松涛和青岚", "下滑", "青岚"),
                        row("3", "松涛", "下滑", "NaN"),
                        row("4", "松涛", "召回", ""),
                        row("5", "松涛", "其他", "松涛")),
                read(String.join(
                        "\n",
                        "1,松涛和青岚,下滑,松涛",
                        "",
                        "2,松涛和青岚,下滑,青岚",
                        "\"two\nlines\",short",
                        "3,松涛,下滑,NaN",
                        "x,a,b,c,d",
                        " ,\"\",,",
                        "x,,下滑,松涛",
                        "4,松涛,召回,",
                        "x,松涛,\" \",松涛",
                        "5,松涛,其他,松涛",
                        "")));
        assertEquals(
                List.of(
                        file + ": left out 2 blank rows",
                        file
                                + ": left out 4 lines that are not four columns: id, text, type and entity: line 4, 7, 9 …; line 4: \"two\uFFFDlines,short\"",
                        file + ": 1 events have more than one subject",
                        file + ": 2 rows have a type, but no entity"),
                warnings);
    }

    @Test
    void readsAVeryLongText() throws IOException {
        String text = "长".repeat(4672);
        assertEquals(List.of(row("1", text, "下滑", "长")), read("1," + text + ",下滑,长\n"));
    }

    @Test
    void refusesAFileWithoutEvents() {
        assertTrue(refusal("").contains("holds no events: expected CSV with four columns"));
        assertTrue(refusal("下滑\t松涛\n").contains("holds no events: expected CSV with four columns"));
    }

    /** Everything behind it would silently become one field. */
    @Test
    void refusesAQuotationMarkThatIsNeverClosed() {
        String message = refusal("1,松涛,下滑,松涛\n2,\"松涛,下滑,松涛\n3,松涛,下滑,松涛\n");
        assertTrue(message.startsWith(folder.resolve("events.csv") + ": "), message);
        assertTrue(message.contains("line 2") && message.contains("quote"), message);
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        Path file = folder.resolve("gbk.csv");
        Files.write(file, "1,松涛,下滑,松涛\n".getBytes(Charset.forName("GBK")));
        var refused = assertThrows(IOException.class, () -> EventFiles.read(List.of(file), warnings::add));
        assertTrue(refused.getMessage().contains("this is not UTF-8"), refused.getMessage());
    }

    @Test
    void readsTheEventsThatComeAlong() throws IOException {
        try (InputStream in = SampleData.open("event/train.csv")) {
            assertEquals(155, EventFiles.read("train.csv", in, warnings::add).size());
        }
    }

    private static LabelledEvent row(String id, String text, String type, String entity) {
        return new LabelledEvent(id, new Event(text, type), entity);
    }

    private List<LabelledEvent> read(String content) throws IOException {
        return EventFiles.read(List.of(Files.writeString(folder.resolve("events.csv"), content)), warnings::add);
    }

    private String refusal(String content) {
        return assertThrows(IOException.class, () -> read(content)).getMessage();
    }
}
