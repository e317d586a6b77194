package io.github.bert4j.tokenize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What must hold for any text, on random ones from all planes, with half surrogates, marks and white space. */
class RandomTextTest {
    private static final String FREQUENT = " \t\n\r\u0000\u0085\u00A0\u00AD\u200B\u2028\u2029\u3000\uFEFF\uFFFD"
            + "\u0300\u0301\u0307\u0327\u20DD\u302E\u093FéÅİıΣσßǅ\u212B\u1FEF,.'[]#。，“天气한か\u3099😀";
    private static final int[][] BLOCKS = {
        {0, 0x7F},
        {0x80, 0x24F},
        {0x300, 0x36F},
        {0x370, 0x5FF},
        {0x600, 0x1FFF},
        {0x2000, 0x206F},
        {0x4E00, 0x9FFF},
        {0xAC00, 0xD7A3},
        {0xD800, 0xDFFF},
        {0xE000, 0xFFFF},
        {0x10000, 0x1FFFF},
        {0x20000, 0x2FFFF},
        {0x30000, Character.MAX_CODE_POINT}
    };

    @Test
    void ourTokenizerMakesOneTokenPerCodePointAndItsRangesRebuildTheText() {
        for (Tokenizer tokenizer : List.of(OurTokenizer.cased(vocabulary()), OurTokenizer.uncased(vocabulary()))) {
            forRandomTexts(50_000, text -> {
                var encoding = tokenizer.encode(text);
                assertEquals(text.codePointCount(0, text.length()) + 2, encoding.length());
                var rebuilt = new StringBuilder();
                for (int i = 1; i < encoding.length() - 1; i++) {
                    assertEquals(rebuilt.length(), encoding.start(i));
                    rebuilt.append(text, encoding.start(i), encoding.end(i));
                }
                assertEquals(text, rebuilt.toString());
            });
        }
    }

    @Test
    void wordPieceRangesAscendWithinTheTextAndSplitNoSurrogatePair() {
        for (Tokenizer tokenizer :
                List.of(WordPieceTokenizer.cased(vocabulary()), WordPieceTokenizer.uncased(vocabulary()))) {
            forRandomTexts(50_000, text -> {
                var encoding = tokenizer.encode(text);
                for (int i = 1; i < encoding.length() - 1; i++) {
                    int start = encoding.start(i);
                    int end = encoding.end(i);
                    assertTrue(0 <= start && start < end && end <= text.length());
                    assertTrue(encoding.start(i - 1) <= start && encoding.end(i - 1) <= end);
                    assertFalse(splitsAPair(text, start) || splitsAPair(text, end));
                }
            });
        }
    }

    @Test
    void aWordPieceIsWhatItsRangeReadsAsAfterNormalization() {
        var tokenizer = WordPieceTokenizer.uncased(vocabulary());
        int[] compared = {0};
        forRandomTexts(50_000, text -> {
            var encoding = tokenizer.encode(text);
            List<String> tokens = encoding.tokens();
            for (int i = 1; i < encoding.length() - 1; i++) {
                if (!tokens.get(i).equals("[UNK]") && !sharesItsCharacter(encoding, i)) {
                    String source = text.substring(encoding.start(i), encoding.end(i));
                    assertEquals(tokens.get(i).replaceFirst("^##(?=.)", "").replace('ς', 'σ'), normalized(source));
                    compared[0]++;
                }
            }
        });
        assertTrue(compared[0] > 50_000, "compared only " + compared[0]);
    }

    /** Every frequent character once as a word's start and once behind it, and a few longer pieces. */
    private static Vocabulary vocabulary() {
        var tokens = new LinkedHashSet<>(List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "ab", "##bc"));
        String letters = FREQUENT + Normalizer.normalize(FREQUENT.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        letters.codePoints().filter(letter -> letter != '\n').forEach(letter -> {
            tokens.add(Character.toString(letter));
            tokens.add("##" + Character.toString(letter));
        });
        for (char letter = '!'; letter <= '~'; letter++) {
            tokens.add(String.valueOf(letter));
            tokens.add("##" + letter);
        }
        return Vocabulary.of(new ArrayList<>(tokens));
    }

    private static void forRandomTexts(int count, Consumer<String> check) {
        var random = new Random(20);
        int[] frequent = FREQUENT.codePoints().toArray();
        for (int i = 0; i < count; i++) {
            var text = new StringBuilder();
            for (int left = random.nextInt(40); left > 0; left--) {
                text.appendCodePoint(
                        random.nextBoolean() ? frequent[random.nextInt(frequent.length)] : fromSomeBlock(random));
            }
            check.accept(text.toString());
        }
    }

    private static int fromSomeBlock(Random random) {
        int[] block = BLOCKS[random.nextInt(BLOCKS.length)];
        return block[0] + random.nextInt(block[1] - block[0] + 1);
    }

    private static boolean splitsAPair(String text, int index) {
        return index > 0
                && index < text.length()
                && Character.isSurrogatePair(text.charAt(index - 1), text.charAt(index));
    }

    /** Whether the range overlaps a neighbour's: one character, such as a Hangul syllable, became several tokens. */
    private static boolean sharesItsCharacter(Encoding encoding, int token) {
        return encoding.end(token - 1) > encoding.start(token) || encoding.end(token) > encoding.start(token + 1);
    }

    private static String normalized(String source) {
        String kept = source.codePoints()
                .filter(c -> c != 0xFFFD && Character.getType(c) != Character.FORMAT && !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        String decomposed = Normalizer.normalize(kept.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        // Whether a sigma is final depends on the letters around the piece.
        return decomposed.replaceAll("\\p{Mn}", "").replace('ς', 'σ');
    }
}
