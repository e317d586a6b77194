package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The first three tests are cases of Google's {@code tokenization_test.py}; the expected words of the others are what the
 * algorithm of its {@code tokenization.py} gives under CPython 3.11.
 */
class BasicTokenizerTest {
    @Test
    void setsChineseCharactersApart() {
        assertEquals(List.of("ah", "博", "推", "zz"), cased("ah博推zz"));
    }

    @Test
    void lowerCasesAndDropsAccentsIfUncased() {
        assertEquals(List.of("hello", "!", "how", "are", "you", "?"), uncased(" \tHeLLo!how  \n Are yoU?  "));
        assertEquals(List.of("hello"), uncased("H\u00E9llo"));
    }

    @Test
    void keepsCaseIfCased() {
        assertEquals(List.of("HeLLo", "!", "how", "Are", "yoU", "?"), cased(" \tHeLLo!how  \n Are yoU?  "));
    }

    @Test
    void keepsAccentsIfCased() {
        assertEquals(List.of("H\u00E9llo", "He\u0301llo"), cased("H\u00E9llo He\u0301llo"));
    }

    @Test
    void dropsControlCharactersWithinAWord() {
        assertEquals(List.of("abcdef"), cased("a\u00ADb\u200Bc\uFEFFd\u0000e\uFFFDf"));
    }

    @Test
    void takesOnlyGooglesWhiteSpaceForWhiteSpace() {
        assertEquals(List.of("abcd", "e", "f", "g"), cased("a\u0085b\u000Bc\u001Cd\u00A0e\u3000f\u1680g"));
    }

    @Test
    void separatesWordsAtTheLineAndParagraphSeparatorsAsPythonSplits() {
        assertEquals(List.of("a", "b", "c"), cased("a\u2028b\u2029c"));
    }

    @Test
    void choosesTheFinalSigmaAsPythonDoes() {
        assertEquals(List.of("σας", "ας", ".", "σ", "ασα", "α", "'", "ς"), uncased("ΣΑΣ ΑΣ. Σ ΑΣΑ Α'Σ"));
        assertEquals(
                List.of("οδοσ", "'", "α", "οδος", "οδοσα", "ας"),
                uncased("ΟΔΟΣ'Α ΟΔΟΣ\u0301\u0301 ΟΔΟΣ\u0345Α ΑΣ\u00AD "));
    }

    @Test
    void looksPastWhatCaseIgnoresForTheFinalSigma() {
        String ignored = ".:'\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A"
                + "\u02B0^\u20DD\u0301";
        ignored.codePoints()
                .forEach(c -> assertEquals(
                        "ασ",
                        uncased("ΑΣ" + Character.toString(c) + "Α").get(0).substring(0, 2),
                        () -> "U+" + Integer.toHexString(c)));
        ",;-"
                .codePoints()
                .forEach(c -> assertEquals(
                        "ας", uncased("ΑΣ" + Character.toString(c) + "Α").get(0)));
    }

    @Test
    void lowerCasesTheDottedCapitalI() {
        assertEquals(List.of("istanbul", "diyarbakir", "ı"), uncased("İstanbul DİYARBAKIR ı"));
    }

    @Test
    void splitsOnPunctuationThatOnlyDecompositionBringsOut() {
        assertEquals(List.of("`", "x", ";", "y"), uncased("\u1FEF x\u037Ey"));
        assertEquals(List.of("\u1FEF", "x", "\u037E", "y"), cased("\u1FEF x\u037Ey"));
    }

    @Test
    void dropsAWordOfAccentsAlone() {
        assertEquals(List.of("a"), uncased("\u0301 a \u0301\u0302"));
        assertEquals(List.of("\u0301", "a", "\u0301\u0302"), cased("\u0301 a \u0301\u0302"));
        assertEquals(List.of("a", ",", "b"), uncased("a\u0301,\u0302b"));
    }

    @Test
    void keepsMarksThatAreNotNonSpacing() {
        assertEquals(List.of("e\u20DDf"), uncased("e\u20DDf"));
    }

    @Test
    void decomposesHangulKanaAndLetters() {
        assertEquals(List.of("\u1112\u1161\u11AB\u1100\u116E\u11A8"), uncased("한국"));
        assertEquals(List.of("かき", "カ"), uncased("がぎ ガ"));
        assertEquals(List.of("angstrom", "aωk"), uncased("A\u030Angstr\u00F6m \u212B\u2126\u212A"));
        assertEquals(List.of("\u01C6z"), uncased("\u01C4\u017E"));
    }

    @Test
    void leavesCompatibilityFormsAlone() {
        assertEquals(List.of("ﬁ", "ａ１"), uncased("ﬁ Ａ１"));
    }

    @Test
    void replacesCompatibilityIdeographsIfUncased() {
        assertEquals(List.of("\u8C48", "\u8C48", "\u66F4"), uncased("\uF900\u8C48\u66F4"));
        assertEquals(List.of("\uF900", "\u8C48", "\u66F4"), cased("\uF900\u8C48\u66F4"));
    }

    @Test
    void leavesIdeographsOutsideGooglesBlocksInTheirWord() {
        assertEquals(
                List.of("\u3400", Character.toString(0x20000), Character.toString(0x2CEB0) + "x"),
                cased("\u3400" + Character.toString(0x20000) + Character.toString(0x2CEB0) + "x"));
    }

    @Test
    void splitsWhatLooksLikeASpecialToken() {
        assertEquals(List.of("[", "sep", "]", "#", "#", "x"), uncased("[SEP] ##x"));
    }

    @Test
    void splitsChinesePunctuation() {
        assertEquals(List.of("“", "你", "好", "”", "—", "—", "…"), uncased("“你好”——…"));
    }

    private static List<String> cased(String text) {
        return words(new BasicTokenizer(false), text);
    }

    private static List<String> uncased(String text) {
        return words(new BasicTokenizer(true), text);
    }

    private static List<String> words(BasicTokenizer tokenizer, String text) {
        var words = new ArrayList<String>();
        tokenizer.split(text, (word, from, to) -> {
            var letters = new StringBuilder();
            for (int i = from; i < to; i++) {
                letters.appendCodePoint(word.codePoint(i));
            }
            words.add(letters.toString());
        });
        return words;
    }
}
