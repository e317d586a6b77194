package io.github.bert4j.pretraining;

import java.util.List;

/** Finds the words of a text, which are then masked whole; for Chinese, a word segmenter of the caller's choice. */
@FunctionalInterface
public interface Segmenter {
    /**
     * The words in the order of the text, which must hold them as they are; what no word covers is masked by tokens.
     * Pieces of one word-piece word are masked together anyway.
     */
    List<String> words(String text);

    /** No words: a Chinese character by itself, and the pieces of other words together. The default. */
    static Segmenter characters() {
        return text -> List.of();
    }
}
