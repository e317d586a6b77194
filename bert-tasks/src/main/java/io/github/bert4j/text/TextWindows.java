package io.github.bert4j.text;

import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Cuts texts that are longer than a model's position table into windows that overlap by half.
 *
 * <p>A text that fits is one window, so that nothing changes for it. Of a longer one, every stretch shorter than half a
 * window is seen by at least one window whole and away from where the text was cut. The last window ends with the text
 * and is as long as the others.
 */
public final class TextWindows {
    private static final int SPECIAL_TOKENS = 2;
    private static final int SPARE = 2;

    private final Tokenizer tokenizer;
    private final int maximumLength;

    /** @param maximumLength tokens that the model reads at once, {@code [CLS]} and {@code [SEP]} included */
    public TextWindows(Tokenizer tokenizer, int maximumLength) {
        this.tokenizer = tokenizer;
        this.maximumLength = maximumLength;
    }

    /**
     * A window of one of several texts.
     *
     * @param text its number, from 0
     */
    public record Part(int text, Window window) {}

    /** The windows of many texts, those of similar length together. */
    public List<List<Part>> batches(List<String> texts, int windowsTogether) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            for (Window window : of(texts.get(i))) {
                parts.add(new Part(i, window));
            }
        }
        parts.sort(Comparator.comparingInt(part -> part.window().encoding().length()));
        List<List<Part>> batches = new ArrayList<>();
        for (int start = 0; start < parts.size(); start += windowsTogether) {
            batches.add(parts.subList(start, Math.min(parts.size(), start + windowsTogether)));
        }
        return batches;
    }

    /** The windows of a text, in its order; at least one. */
    public List<Window> of(String text) {
        return of("", text);
    }

    /**
     * The windows of a text, each behind the same prefix.
     *
     * @throws IllegalArgumentException if the prefix leaves room for less than two characters
     */
    public List<Window> of(String prefix, String text) {
        return tokenizer instanceof OurTokenizer
                ? cut(prefix, SPECIAL_TOKENS, prefix.length(), text, part -> tokenizer.encode(prefix + part))
                : cutBetweenTokens(
                        prefix,
                        prefix.length(),
                        text,
                        part -> tokenizer.encode(prefix + part, maximumLength).withoutSpaces(prefix + part, ""));
    }

    /**
     * The windows of a text that is the second of a pair, {@code [CLS] first [SEP] part [SEP]}, each behind the same first
     * one.
     *
     * @throws IllegalArgumentException if the first leaves room for less than two characters
     */
    public List<Window> ofSecond(String first, String text) {
        return tokenizer instanceof OurTokenizer
                ? cut(first, SPECIAL_TOKENS + 1, 0, text, part -> tokenizer.encode(first, part))
                : cutBetweenTokens(
                        first,
                        0,
                        text,
                        part -> tokenizer.encode(first, part, maximumLength).withoutSpaces(first, part));
    }

    /**
     * As {@link #cut}, where tokens are of any length. A part may have other tokens at its edges than the whole text, so
     * some room is left.
     */
    private List<Window> cutBetweenTokens(String before, int offset, String text, Function<String, Encoding> encode) {
        Encoding whole = tokenizer.encode(text);
        int first = firstToken(whole, 0, 0);
        int count = (int) IntStream.range(0, whole.length())
                .filter(i -> whole.text(i) != Encoding.SPECIAL)
                .count();
        int room = maximumLength - encode.apply("").length();
        if (room < 2 * SPARE) {
            throw new IllegalArgumentException(
                    "The prefix \"%s\" leaves room for %d tokens of text: the model reads %d, special ones included"
                            .formatted(before, Math.max(0, room), maximumLength));
        }
        List<Window> windows = new ArrayList<>();
        int size = count <= room ? count : room - SPARE;
        for (int start = 0; ; start = Math.min(start + Math.max(1, size / 2), count - size)) {
            boolean last = start + size >= count;
            int from = start == 0 ? 0 : whole.start(first + start);
            int to = last ? text.length() : whole.end(first + start + size - 1);
            Encoding encoding = encode.apply(text.substring(from, to));
            int number = offset == 0 && !before.isEmpty() ? 1 : 0;
            windows.add(new Window(encoding, firstToken(encoding, number, offset), from - offset, start > 0, !last));
            if (last) {
                return windows;
            }
        }
    }

    /** The first token of one of the texts that is behind a place; the one behind all where there is none. */
    private static int firstToken(Encoding encoding, int text, int place) {
        int token = 0;
        while (token < encoding.length() - 1
                && !(encoding.text(token) == text && (encoding.end(token) > place || place == 0))) {
            token++;
        }
        return token;
    }

    /**
     * @param before what stands before every part
     * @param offset where parts start in what the tokenizer counts its places in, in UTF-16 units
     */
    private List<Window> cut(
            String before, int specialTokens, int offset, String text, Function<String, Encoding> encode) {
        int tokensBefore = before.codePointCount(0, before.length());
        int room = maximumLength - specialTokens - tokensBefore;
        if (room < 2) {
            throw new IllegalArgumentException(
                    "The prefix \"%s\" of %d characters leaves no room for text: the model reads %d tokens, special ones included"
                            .formatted(before, tokensBefore, maximumLength));
        }
        int characters = text.codePointCount(0, text.length());
        List<Window> windows = new ArrayList<>();
        for (int start = 0; ; start = Math.min(start + room / 2, characters - room)) {
            int from = text.offsetByCodePoints(0, start);
            int end = Math.min(characters, start + room);
            int to = text.offsetByCodePoints(from, end - start);
            windows.add(new Window(
                    encode.apply(text.substring(from, to)),
                    specialTokens - 1 + tokensBefore,
                    from - offset,
                    start > 0,
                    end < characters));
            if (end == characters) {
                return windows;
            }
        }
    }
}
