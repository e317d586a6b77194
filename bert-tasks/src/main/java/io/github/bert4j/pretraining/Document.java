package io.github.bert4j.pretraining;

/**
 * A text of several lines, as tokens.
 *
 * @param ids of all lines' tokens
 * @param words the number of the word that each token is of; tokens of one word follow each other
 * @param lineStarts where each line starts, and at last where the document ends
 */
record Document(int[] ids, int[] words, int[] lineStarts) {

    int lines() {
        return lineStarts.length - 1;
    }

    int length() {
        return ids.length;
    }

    /** The tokens of some lines, {@code to} exclusive. */
    Extract lines(int from, int to) {
        return new Extract(this, lineStarts[from], lineStarts[to]);
    }

    /** Some tokens that follow each other, {@code to} exclusive. */
    record Extract(Document document, int from, int to) {
        int length() {
            return to - from;
        }
    }
}
