package io.github.bert4j.tokenize;

import java.io.IOException;

/**
 * Makes spaces visible and part of the words behind them, as SentencePiece does.
 *
 * @param sign that stands for a space
 * @param split whether words are cut before it
 */
record Metaspace(int sign, Prefix prefix, boolean split) implements PreTokenizer {
    static final String SIGN = "\u2581";

    /** Which words get a space in front that have none. */
    enum Prefix {
        ALWAYS,
        /** The one that the text begins with. */
        FIRST,
        NEVER
    }

    static Metaspace of(Described json) throws IOException {
        String sign = json.text("replacement", SIGN);
        if (sign.codePointCount(0, sign.length()) != 1) {
            throw json.refused("replacement", "one character");
        }
        String scheme = json.text("prepend_scheme", json.flag("add_prefix_space", true) ? "always" : "never");
        Prefix prefix = switch (scheme) {
            case "always" -> Prefix.ALWAYS;
            case "first" -> Prefix.FIRST;
            case "never" -> Prefix.NEVER;
            default -> throw json.refused("prepend_scheme", "always, first or never");
        };
        return new Metaspace(sign.codePointAt(0), prefix, json.flag("split", true));
    }

    @Override
    public Words apply(Words words) {
        TrackedText text = words.text();
        TrackedText changed = new TrackedText(text.length() + words.count());
        Words result = new Words(changed);
        for (int word = 0; word < words.count(); word++) {
            int from = words.from(word);
            int start = changed.length();
            int first = text.codePoint(from);
            boolean wanted = prefix == Prefix.ALWAYS || prefix == Prefix.FIRST && text.start(from) == 0;
            if (wanted && first != ' ' && first != sign) {
                changed.append(sign, text.start(from), text.end(from));
            }
            for (int i = from; i < words.to(word); i++) {
                int codePoint = text.codePoint(i) == ' ' ? sign : text.codePoint(i);
                if (split && codePoint == sign) {
                    result.add(start, changed.length());
                    start = changed.length();
                }
                changed.append(codePoint, text.start(i), text.end(i));
            }
            result.add(start, changed.length());
        }
        return result;
    }
}
