package io.github.bert4j.testdata;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Texts of what goes wrong between programs: TABs, braces, quotation marks, ends of lines, characters of two halves. */
public final class RandomTexts {
    private static final List<String> PARTS = List.of(
            "\t",
            "\n",
            "\r\n",
            "\r",
            "{",
            "}",
            "[",
            "]",
            "\"",
            "'",
            "\\",
            ",",
            ":",
            "\\n",
            "\\u4e2d",
            "\u2028",
            "\u0085",
            "\u0000",
            "\u0007",
            "\uFEFF",
            "\u00A0",
            "\u3000",
            " ",
            "  ",
            "😀",
            "👨‍👩‍👧",
            "𠮷",
            "é",
            "e\u0301",
            "İ",
            "ß",
            "Ａ",
            "{\"text\":\"abc\",\"id\":7}",
            "{\"text\": \"",
            "\"}",
            "\"second\"",
            "null",
            "[CLS]",
            "[MASK]",
            "##a",
            "<b>",
            "&amp;",
            "林乔安",
            "晚潮",
            "北京",
            "很好",
            "差",
            "房间",
            "松涛电器",
            "abc",
            "Abc",
            "7",
            "3.5",
            "，",
            "。",
            "《",
            "》");
    private static final int MOST_PARTS = 8;

    private RandomTexts() {}

    /** Some, well-formed but of no meaning; a few are blank. */
    public static List<String> of(long seed, int count) {
        Random random = new Random(seed);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(MOST_PARTS); j >= 0; j--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
