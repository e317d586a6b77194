package io.github.bert4j.text;

import io.github.bert4j.tokenize.Encoding;
import java.util.Optional;

/**
 * A part of a text as a model reads it, and the way back to the whole text.
 *
 * @param encoding of the prefix and this part, {@code [CLS] prefix part [SEP]}, or of a pair, {@code [CLS] first [SEP] part
 *     [SEP]}
 * @param firstToken the first token of the part, behind all that stands before it
 * @param shift what leads from the encoding's offsets to those of the whole text, in UTF-16 units
 * @param cutBefore whether the text starts before this part
 * @param cutAfter whether the text goes on behind this part
 */
public record Window(Encoding encoding, int firstToken, int shift, boolean cutBefore, boolean cutAfter) {

    /** The last token of the part, before {@code [SEP]}; {@code firstToken - 1} if the text is empty. */
    public int lastToken() {
        int token = encoding.length() - 1;
        while (token >= firstToken && encoding.text(token) == Encoding.SPECIAL) {
            token--;
        }
        return token;
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
     * The tokens of a stretch of the whole text; empty if this part does not show all of it.
     *
     * @param start in UTF-16 units
     * @param end in UTF-16 units, exclusive
     */
    public Optional<TokenSpan> find(int start, int end) {
        if (start >= end || firstToken > lastToken() || start < textStart() || end > textEnd()) {
            return Optional.empty();
        }
        return TokenSpan.covering(encoding, firstToken, lastToken(), start - shift, end - shift);
    }

    /**
     * Whether tokens reach an edge where the text was cut: they may be half of a name, which a neighbouring window sees
     * whole.
     */
    public boolean isCut(TokenSpan span) {
        return cutBefore && span.start() == firstToken || cutAfter && span.end() == lastToken();
    }
}
