package io.github.bert4j.tokenize;

import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;

/** What a vocabulary calls the tokens that stand for no text. */
public record SpecialTokens(String padding, String unknown, String classification, String separator, String mask) {
    /** Those of BERT. */
    public static final SpecialTokens BERT = new SpecialTokens("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    /** Those of RoBERTa and of XLM-RoBERTa. */
    public static final SpecialTokens ROBERTA = new SpecialTokens("<pad>", "<unk>", "<s>", "</s>", "<mask>");

    /**
     * Those of a vocabulary: RoBERTa's where it has them and lacks BERT's, which are more telling; what it lacks of the ones may
     * be there by the name of the others, as in ALBERT.
     */
    static SpecialTokens in(Predicate<String> vocabulary) {
        boolean roberta = vocabulary.test(ROBERTA.classification) && !vocabulary.test(BERT.classification);
        SpecialTokens first = roberta ? ROBERTA : BERT;
        SpecialTokens other = roberta ? BERT : ROBERTA;
        BinaryOperator<String> name =
                (usual, otherwise) -> !vocabulary.test(usual) && vocabulary.test(otherwise) ? otherwise : usual;
        return new SpecialTokens(
                name.apply(first.padding, other.padding),
                name.apply(first.unknown, other.unknown),
                first.classification,
                first.separator,
                name.apply(first.mask, other.mask));
    }

    /** All five. */
    public List<String> all() {
        return List.of(padding, unknown, classification, separator, mask);
    }
}
