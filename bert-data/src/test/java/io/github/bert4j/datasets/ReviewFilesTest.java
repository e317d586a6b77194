package io.github.bert4j.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.testdata.SampleData;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewFilesTest {
    @TempDir
    private Path folder;

    private final List<String> warnings = new ArrayList<>();

    @Test
    void splitsAtTheFirstTabAndKeepsQuotationMarks() throws IOException {
        assertEquals(
                List.of(new LabelledReview(1, "\"好\"\t真的"), new LabelledReview(0, "差\u2028很差")),
                tsv("1\t\"好\"\t真的\r\n0\t差\u2028很差"));
        assertEquals(List.of(), warnings);
    }

    @Test
    void countsBlankAndMalformedLines() throws IOException {
        assertEquals(
                4,
                tsv("label\ttext\n\n1\t好\n2\t好\n1\t \n-1\t差\n   \n" + "1\t好\n".repeat(3))
                        .size());
        assertEquals(2, warnings.size());
        assertTrue(warnings.get(0).contains("2 blank lines"), warnings.get(0));
        assertTrue(warnings.get(1).contains("4 lines"), warnings.get(1));
        assertTrue(warnings.get(1).endsWith("line 1, 4, 5 …; line 1: \"label<TAB>text\""), warnings.get(1));
    }

    @Test
    void refusesAFileWithoutReviews() {
        assertTrue(refusal("text,label\n好,1\n").contains("holds no reviews: 2 lines"));
        assertTrue(refusal("1\t好\n2\t好\n3\t好\n").contains("2 of 3 lines are not a label"));
    }

    @Test
    void refusesTextThatIsNotUtf8AndNamesTheLine() throws IOException {
        Path file = folder.resolve("gbk.tsv");
        Files.write(file, "1\tgood\n0\t很差\n".getBytes(Charset.forName("GBK")));
        var refused = assertThrows(IOException.class, () -> ReviewFiles.read(List.of(file), warnings::add));
        assertTrue(refused.getMessage().contains("line 2: this is not UTF-8"), refused.getMessage());
    }

    /** src-test-data says: the first 40 negative and the first 40 positive reviews of train.tsv. */
    @Test
    void readsThePairOfWorkbooksFromItsDirectory() throws IOException {
        SampleData.copy("sentiment/xls/neg.xls", folder.resolve("neg.xls"));
        SampleData.copy("sentiment/xls/pos.xls", folder.resolve("pos.xls"));
        List<LabelledReview> train =
                ReviewFiles.read(new Lines("train.tsv", SampleData.open("sentiment/train.tsv")), warnings::add);
        List<LabelledReview> expected = new ArrayList<>();
        train.stream().filter(review -> review.label() == 0).limit(40).forEach(expected::add);
        train.stream().filter(review -> review.label() == 1).limit(40).forEach(expected::add);
        assertEquals(expected, ReviewFiles.read(List.of(folder), warnings::add));
        assertEquals(
                expected,
                ReviewFiles.read(List.of(folder.resolve("neg.xls"), folder.resolve("pos.xls")), warnings::add));
    }

    @Test
    void countsBlankRowsOfAWorkbook() throws IOException {
        Path file = folder.resolve("pos.xls");
        try (var workbook = new HSSFWorkbook();
                var out = new FileOutputStream(file.toFile())) {
            var sheet = workbook.createSheet();
            sheet.createRow(0).createCell(0).setCellValue("好");
            sheet.createRow(2).createCell(0).setCellValue(5);
            workbook.write(out);
        }
        assertEquals(
                List.of(new LabelledReview(1, "好"), new LabelledReview(1, "5")),
                ReviewFiles.read(List.of(file), warnings::add));
        assertEquals(List.of(file + ": left out 1 blank rows"), warnings);
    }

    /**
     * By [MS-CFB], bytes 44 to 47 of the header count the sectors that say which sectors belong together; the first
     * directory entry, the root, has its size 120 bytes in.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesNoMemoryForWhatAWorkbookClaims(boolean inHeader) throws IOException {
        Path file = folder.resolve("neg.xls");
        SampleData.copy("sentiment/xls/neg.xls", file);
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int root = 512 * (1 + fields.getInt(48));
        assertEquals('R', fields.getChar(root));
        fields.putInt(inHeader ? 44 : root + 120, inHeader ? 1000 : 2_000_000_000);
        Files.write(file, bytes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThrows(IOException.class, () -> ReviewFiles.read(List.of(file), warnings::add)); // loads classes
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThrows(IOException.class, () -> ReviewFiles.read(List.of(file), warnings::add));
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(taken < 4 << 20, taken + " bytes for a file of " + bytes.length);
    }

    @Test
    void refusesAWorkbookThatIsNone() throws IOException {
        Path file = Files.writeString(folder.resolve("neg.xls"), "1\t好\n".repeat(200));
        var refused = assertThrows(IOException.class, () -> ReviewFiles.read(List.of(file), warnings::add));
        assertTrue(refused.getMessage().contains("not an Excel 97 workbook"), refused.getMessage());
        var unnamed = assertThrows(
                IOException.class, () -> ReviewFiles.read(List.of(folder.resolve("reviews.xls")), warnings::add));
        assertTrue(unnamed.getMessage().contains("expected neg.xls or pos.xls"), unnamed.getMessage());
    }

    private List<LabelledReview> tsv(String content) throws IOException {
        return ReviewFiles.read(List.of(Files.writeString(folder.resolve("reviews.tsv"), content)), warnings::add);
    }

    private String refusal(String content) {
        return assertThrows(IOException.class, () -> tsv(content)).getMessage();
    }
}
