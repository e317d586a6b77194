package io.github.bert4j.tokenize;

import java.util.List;
import java.util.function.Predicate;

/** What a vocabulary calls the tokens that stand for no text. */
public record SpecialTokens(String padding, String unknown, String classification, String separator, String mask) {
    /** Those of BERT. */
    public static final SpecialTokens BERT = new SpecialTokens("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    /** Those of RoBERTa and of XLM-RoBERTa. */
    public static final SpecialTokens ROBERTA = new SpecialTokens("<pad>", "<unk>", "<s>", "</s>", "<mask>");

    /** RoBERTa's where a vocabulary has them and lacks BERT's, which are more telling. */
    static SpecialTokens in(Predicate<String> vocabulary) {
        return vocabulary.test(ROBERTA.classification) && !vocabulary.test(BERT.classification) ? ROBERTA : BERT;
    }

    /** All five. */
    public List<String> all() {
        return List.of(padding, unknown, classification, separator, mask);
    }
}
