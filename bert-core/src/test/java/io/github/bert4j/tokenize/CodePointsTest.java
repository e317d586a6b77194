package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;

/** The first three tests hold the cases of Google's {@code tokenization_test.py}. */
class CodePointsTest {
    @Test
    void knowsGooglesWhiteSpace() {
        " \t\r\n\u00A0"
                .codePoints()
                .forEach(c -> assertTrue(CodePoints.isWhiteSpace(c), () -> "U+" + Integer.toHexString(c)));
        "A-".codePoints().forEach(c -> assertFalse(CodePoints.isWhiteSpace(c), () -> "U+" + Integer.toHexString(c)));
    }

    @Test
    void knowsGooglesControlCharacters() {
        assertTrue(CodePoints.isControl(0x05));
        "A \t\r\n💩"
                .codePoints()
                .forEach(c -> assertFalse(CodePoints.isControl(c), () -> "U+" + Integer.toHexString(c)));
    }

    @Test
    void knowsGooglesPunctuation() {
        "-$`.".codePoints().forEach(c -> assertTrue(CodePoints.isPunctuation(c), () -> "U+" + Integer.toHexString(c)));
        "A ".codePoints().forEach(c -> assertFalse(CodePoints.isPunctuation(c), () -> "U+" + Integer.toHexString(c)));
    }

    @Test
    void takesEveryAsciiSignForPunctuation() {
        String signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
        for (int c = 0; c < 0x80; c++) {
            assertEquals(signs.indexOf(c) >= 0, CodePoints.isPunctuation(c), "U+" + Integer.toHexString(c));
        }
    }

    @Test
    void takesTypographicAndChineseSignsForPunctuationButNoOtherSymbols() {
        "“”‘’—…、。，！？《》（）「」·‿"
                .codePoints()
                .forEach(c -> assertTrue(CodePoints.isPunctuation(c), () -> Character.toString(c)));
        "￥＋×©😀´¢～".codePoints().forEach(c -> assertFalse(CodePoints.isPunctuation(c), () -> Character.toString(c)));
    }

    @Test
    void knowsTheEndsOfEveryChineseBlock() {
        int[][] blocks = {
            {0x4E00, 0x9FFF}, {0x3400, 0x4DBF}, {0x20000, 0x2A6DF}, {0x2A700, 0x2B73F},
            {0x2B740, 0x2B81F}, {0x2B820, 0x2CEAF}, {0xF900, 0xFAFF}, {0x2F800, 0x2FA1F}
        };
        int counted = 0;
        for (int[] block : blocks) {
            assertTrue(CodePoints.isChinese(block[0]) && CodePoints.isChinese(block[1]));
            counted += block[1] - block[0] + 1;
        }
        int chinese = 0;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            chinese += CodePoints.isChinese(c) ? 1 : 0;
        }
        assertEquals(counted, chinese);
    }

    @Test
    void skipsDecompositionOnlyWhereThereIsNone() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (CodePoints.isItsOwnDecomposition(c)) {
                String text = Character.toString(c);
                assertEquals(text, Normalizer.normalize(text, Normalizer.Form.NFD));
            }
        }
    }
}
