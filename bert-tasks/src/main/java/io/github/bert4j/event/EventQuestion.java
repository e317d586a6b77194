package io.github.bert4j.event;

import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.OurTokenizer;
import java.util.Arrays;
import java.util.Optional;

/**
 * An event as the model reads it: {@code [CLS] ___TYPE___TEXT [SEP]}, a token per character.
 *
 * @param prefix {@code ___TYPE___}
 */
record EventQuestion(Event event, String prefix, Encoding encoding) {
    private static final String JOINT = "___";
    private static final int SPECIAL_TOKENS = 2;

    /** The whole text. */
    static EventQuestion of(Event event, OurTokenizer tokenizer) {
        return cut(event, Integer.MAX_VALUE, tokenizer);
    }

    /** The text's first {@code maxLength} characters. */
    static EventQuestion cut(Event event, int maxLength, OurTokenizer tokenizer) {
        String prefix = JOINT + event.type() + JOINT;
        long tokens = (long) characters(prefix) + maxLength + SPECIAL_TOKENS;
        return new EventQuestion(
                event, prefix, tokenizer.encode(prefix + event.text(), (int) Math.min(Integer.MAX_VALUE, tokens)));
    }

    /** The token of the text's first character. */
    int first() {
        return token(0);
    }

    /** The token of the character that starts at a place of the text, in UTF-16 units. */
    int token(int place) {
        return 1 + characters(prefix) + event.text().codePointCount(0, place);
    }

    /** The token behind that of the text's last character: [SEP]. */
    int end() {
        return encoding.length() - 1;
    }

    /** The first place where the text says something. */
    Optional<TokenSpan> find(String entity, OurTokenizer tokenizer) {
        int[] ids = tokenizer.encode(entity).ids();
        int[] text = Arrays.copyOf(encoding.ids(), end());
        return TokenSpan.firstMatch(text, Arrays.copyOfRange(ids, 1, ids.length - 1), first());
    }

    /** The character that a token of the text stands for. */
    int character(int token) {
        return event.text().codePointAt(place(encoding.start(token)));
    }

    /** What the text says from one token up to and including another. */
    Subject subject(int from, int to, double probability) {
        int start = place(encoding.start(from));
        int end = place(encoding.end(to));
        return new Subject(event.text().substring(start, end), start, end, probability);
    }

    private int place(int joined) {
        return joined - prefix.length();
    }

    private static int characters(String text) {
        return text.codePointCount(0, text.length());
    }
}
