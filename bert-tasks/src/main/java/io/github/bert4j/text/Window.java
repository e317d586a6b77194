package io.github.bert4j.text;

import io.github.bert4j.tokenize.Encoding;

/**
 * A part of a text as a model reads it, and the way back to the whole text.
 *
 * @param encoding of the prefix and this part: {@code [CLS] prefix part [SEP]}
 * @param firstToken the first token of the part, behind {@code [CLS]} and prefix
 * @param shift what leads from the encoding's offsets to those of the whole text, in UTF-16 units
 * @param cutBefore whether the text starts before this part
 * @param cutAfter whether the text goes on behind this part
 */
public record Window(Encoding encoding, int firstToken, int shift, boolean cutBefore, boolean cutAfter) {

    /** The last token of the part, before {@code [SEP]}; {@code firstToken - 1} if the text is empty. */
    public int lastToken() {
        return encoding.length() - 2;
    }

    /** Where the part starts in the whole text, in UTF-16 units. */
    public int textStart() {
        return encoding.start(firstToken) + shift;
    }

    /** Where the part ends in the whole text, in UTF-16 units, exclusive. */
    public int textEnd() {
        return encoding.end(lastToken()) + shift;
    }

    /** Where tokens of the part start in the whole text, in UTF-16 units. */
    public int start(TokenSpan span) {
        return encoding.start(span.start()) + shift;
    }

    /** Where tokens of the part end in the whole text, in UTF-16 units, exclusive. */
    public int end(TokenSpan span) {
        return encoding.end(span.end()) + shift;
    }

    /**
     * Whether tokens reach an edge where the text was cut: they may be half of a name, which a neighbouring window sees
     * whole.
     */
    public boolean isCut(TokenSpan span) {
        return cutBefore && span.start() == firstToken || cutAfter && span.end() == lastToken();
    }
}
