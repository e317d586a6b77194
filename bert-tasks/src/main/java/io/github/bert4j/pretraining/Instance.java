package io.github.bert4j.pretraining;

import io.github.bert4j.pretraining.Document.Extract;
import java.util.List;

/**
 * What one sample is made of.
 *
 * @param texts one, or the two of a pair
 * @param follows whether the second text follows the first
 */
record Instance(List<Extract> texts, boolean follows) {
    /** {@code [CLS]}, and {@code [SEP]} behind every text. */
    int length() {
        return 1 + texts.stream().mapToInt(text -> text.length() + 1).sum();
    }
}
