package io.github.bert4j.datasets;

import io.github.bert4j.sentiment.LabelledReview;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.hssf.usermodel.HSSFSheet;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.filesystem.DocumentEntry;
import org.apache.poi.poifs.filesystem.Entry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.DataFormatter;
import org.apache.poi.ss.usermodel.Row;

/**
 * One of the two Excel 97 workbooks of the original sentiment data: a text per row in column A of the first sheet, no
 * header; the label is the file's name.
 *
 * @param blank rows without a text
 */
record ReviewWorkbook(List<LabelledReview> reviews, int blank) {
    static final String NEGATIVE = "neg.xls";
    static final String POSITIVE = "pos.xls";
    static final String SUFFIX = ".xls";

    /** @throws IOException if the file is not called as one of the two, is no such workbook, or holds no texts */
    public static ReviewWorkbook read(Path file) throws IOException {
        int label = label(file);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        ReviewWorkbook workbook = read(file, label);
        if (workbook.reviews().isEmpty()) {
            throw new IOException(file + " holds no reviews: expected texts in column A of its first sheet");
        }
        return workbook;
    }

    private static ReviewWorkbook read(Path file, int label) throws IOException {
        // Of a stream, POI takes as much memory as the header claims; of a file, what it reads.
        try (POIFSFileSystem blocks = new POIFSFileSystem(file.toFile(), true)) {
            requireWithin(file, blocks.getPropertyTable().getRoot().getSize());
            for (Entry part : blocks.getRoot()) {
                if (part instanceof DocumentEntry document) {
                    requireWithin(file, document.getSize());
                }
            }
            return read(new HSSFWorkbook(blocks), label);
        } catch (IOException | RuntimeException e) {
            // POI says in a dozen ways that it cannot make sense of bytes, an index out of bounds among them.
            throw new IOException(file + " is not an Excel 97 workbook: save it as .xls, or as TSV", e);
        }
    }

    /** POI takes memory for what is claimed. */
    private static void requireWithin(Path file, int size) throws IOException {
        if (size < 0 || size > Files.size(file)) {
            throw new IOException("a part claims to have " + size + " bytes, more than the file");
        }
    }

    private static ReviewWorkbook read(HSSFWorkbook opened, int label) throws IOException {
        DataFormatter texts = new DataFormatter();
        try (HSSFWorkbook workbook = opened) {
            HSSFSheet sheet = workbook.getSheetAt(0);
            List<LabelledReview> reviews = new ArrayList<>();
            int blank = 0;
            for (int i = 0; i <= sheet.getLastRowNum(); i++) {
                Row row = sheet.getRow(i);
                Cell cell = row == null ? null : row.getCell(0);
                String text = texts.formatCellValue(cell);
                if (text.isBlank()) {
                    blank++;
                } else {
                    reviews.add(new LabelledReview(label, text));
                }
            }
            return new ReviewWorkbook(reviews, blank);
        }
    }

    private static int label(Path file) throws IOException {
        return switch (file.getFileName().toString()) {
            case NEGATIVE -> 0;
            case POSITIVE -> 1;
            default ->
                throw new IOException("%s: the label of an .xls file is its name; expected %s or %s"
                        .formatted(file, NEGATIVE, POSITIVE));
        };
    }
}
