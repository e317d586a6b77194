package io.github.bert4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextWindowsTest {
    private static final String PREFIX = "___涉嫌___";

    private final OurTokenizer tokenizer = OurTokenizer.uncased(Vocabulary.of(
            List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "_", "a", "b", "0", "1", "2", "3", "𠮷", "涉")));

    @Test
    void readsATextThatFitsAtOnce() {
        String text = "0123".repeat(4); // 16 characters and 2 special tokens
        List<Window> windows = new TextWindows(tokenizer, 18).of(text);
        assertEquals(1, windows.size());
        assertArrayEquals(
                tokenizer.encode(text).ids(), windows.get(0).encoding().ids());
        TokenSpan all = new TokenSpan(1, 16);
        assertEquals(0, windows.get(0).start(all));
        assertEquals(16, windows.get(0).end(all));
        assertFalse(windows.get(0).isCut(all));
    }

    @Test
    void cutsOneCharacterMoreIntoTwoWindows() {
        String text = "0123".repeat(4) + "0";
        List<Window> windows = new TextWindows(tokenizer, 18).of(text);
        assertEquals(List.of(text.substring(0, 16), text.substring(1)), seen(windows, text));
    }

    @Test
    void readsAnEmptyText() {
        List<Window> windows = new TextWindows(tokenizer, 18).of("");
        assertEquals(1, windows.size());
        assertEquals(2, windows.get(0).encoding().length());
        assertEquals(0, windows.get(0).lastToken());
    }

    @Test
    void knowsWhereWindowsStartAndEnd() {
        String text = "𠮷A0𠮷1B2".repeat(3);
        List<Window> windows = new TextWindows(tokenizer, 14).of(text);
        assertEquals(
                seen(windows, text),
                windows.stream()
                        .map(window -> text.substring(window.textStart(), window.textEnd()))
                        .toList());
        Window empty = new TextWindows(tokenizer, 14).of(PREFIX, "").get(0);
        assertEquals(0, empty.textStart());
        assertEquals(0, empty.textEnd());
    }

    @Test
    void putsWindowsOfSimilarLengthTogether() {
        String longer = "0123".repeat(4) + "0";
        List<List<TextWindows.Part>> batches =
                new TextWindows(tokenizer, 18).batches(List.of(longer, "", "ab", "a"), 2);
        assertEquals(
                List.of(List.of(1, 3), List.of(2, 0), List.of(0)),
                batches.stream()
                        .map(batch -> batch.stream().map(TextWindows.Part::text).toList())
                        .toList());
        assertEquals(
                new TextWindows(tokenizer, 18).of(longer).get(1).shift(),
                batches.get(2).get(0).window().shift());
    }

    @Test
    void showsEveryStretchShorterThanHalfAWindowWholeAndAwayFromCuts() {
        for (int length = 1; length <= 60; length++) {
            String text = "a0b1𠮷23".repeat(10).substring(0, length);
            int characters = text.codePointCount(0, length);
            for (int tokens = 6; tokens <= 14; tokens++) {
                List<Window> windows = new TextWindows(tokenizer, tokens).of(text);
                int stretch = Math.min(characters, (tokens - 2) / 2 - 1);
                for (int first = 0; first + stretch <= characters; first++) {
                    int from = text.offsetByCodePoints(0, first);
                    int to = text.offsetByCodePoints(from, stretch);
                    assertTrue(
                            windows.stream().anyMatch(window -> shows(window, from, to)),
                            "%d tokens do not show %d to %d of %s".formatted(tokens, from, to, text));
                }
                for (Window window : windows) {
                    assertTrue(window.encoding().length() <= tokens);
                }
            }
        }
    }

    @Test
    void leadsBackToThePlaceInTheWholeText() {
        String text = "𠮷A0𠮷1B2".repeat(9);
        for (Window window : new TextWindows(tokenizer, 20).of(PREFIX, text)) {
            int[] ids = window.encoding().ids();
            for (int token = window.firstToken(); token <= window.lastToken(); token++) {
                TokenSpan span = new TokenSpan(token, token);
                String character = text.substring(window.start(span), window.end(span));
                assertArrayEquals(
                        new int[] {3, ids[token], 4},
                        tokenizer.encode(character).ids());
            }
        }
    }

    @Test
    void putsThePrefixBeforeEveryWindow() {
        String text = "0123".repeat(8);
        int[] prefix = tokenizer.encode(PREFIX).ids();
        List<Window> windows = new TextWindows(tokenizer, 20).of(PREFIX, text);
        assertTrue(windows.size() > 2);
        for (Window window : windows) {
            int[] ids = window.encoding().ids();
            assertEquals(9, window.firstToken());
            for (int i = 0; i < 9; i++) {
                assertEquals(prefix[i], ids[i]);
            }
        }
        assertEquals(List.of("0123012301", "1230123012"), seen(windows, text).subList(0, 2));
    }

    @Test
    void knowsWhatAnEdgeMayHaveCut() {
        String text = "0123".repeat(8);
        List<Window> windows = new TextWindows(tokenizer, 12).of(text);
        Window first = windows.get(0);
        Window second = windows.get(1);
        Window last = windows.get(windows.size() - 1);
        assertFalse(first.isCut(new TokenSpan(1, 3)));
        assertTrue(first.isCut(new TokenSpan(8, 10)));
        assertTrue(second.isCut(new TokenSpan(1, 3)));
        assertFalse(second.isCut(new TokenSpan(2, 9)));
        assertTrue(second.isCut(new TokenSpan(9, 10)));
        assertTrue(last.isCut(new TokenSpan(1, 1)));
        assertFalse(last.isCut(new TokenSpan(8, last.lastToken())));
    }

    @Test
    void refusesAPrefixThatLeavesNoRoom() {
        TextWindows windows = new TextWindows(tokenizer, 11);
        String message = assertThrows(IllegalArgumentException.class, () -> windows.of(PREFIX, "0"))
                .getMessage();
        assertTrue(message.contains("of 8 characters leaves no room"), message);
    }

    private static List<String> seen(List<Window> windows, String text) {
        return windows.stream()
                .map(window -> text.substring(window.start(all(window)), window.end(all(window))))
                .toList();
    }

    private static TokenSpan all(Window window) {
        return new TokenSpan(window.firstToken(), window.lastToken());
    }

    /** Looks for tokens that lead to exactly these characters. */
    private static boolean shows(Window window, int from, int to) {
        for (int start = window.firstToken(); start <= window.lastToken(); start++) {
            for (int end = start; end <= window.lastToken(); end++) {
                TokenSpan span = new TokenSpan(start, end);
                if (window.start(span) == from && window.end(span) == to && !window.isCut(span)) {
                    return true;
                }
            }
        }
        return false;
    }
}
