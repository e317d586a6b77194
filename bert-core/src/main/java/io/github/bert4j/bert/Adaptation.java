package io.github.bert4j.bert;

import io.github.bert4j.tokenize.Vocabulary;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * What to change in a checkpoint's tables while it is loaded: fewer words, more positions. The result is a BERT like any
 * other.
 *
 * <pre>{@code
 * var all = Bert.vocabulary(checkpoint);
 * var kept = all.keeping(texts.map(OurTokenizer.cased(all)::encode));
 * var bert = Bert.load(graph, checkpoint, BertConfig.of(checkpoint), Adaptation.NONE.withVocabulary(kept));
 * }</pre>
 *
 * @param vocabulary the words to keep, in the order of their new ids; empty for all
 * @param positions how many positions there are to be, more than the checkpoint has; empty for as many
 */
public record Adaptation(Optional<Vocabulary> vocabulary, OptionalInt positions) {
    /** The checkpoint as it is. */
    public static final Adaptation NONE = new Adaptation(Optional.empty(), OptionalInt.empty());

    private static final double ALPHA = 0.4;

    /**
     * With a smaller vocabulary; texts of its words alone get the same vectors as before, and masked words the same
     * logits.
     *
     * @param kept tokens of the checkpoint's vocabulary only, as {@link Vocabulary#keeping} makes it
     */
    public Adaptation withVocabulary(Vocabulary kept) {
        return new Adaptation(Optional.of(kept), positions);
    }

    /**
     * With more positions than the checkpoint was trained with: the first n are its own, and position {@code i·n + j}
     * becomes {@code α uᵢ + (1 - α) uⱼ}, where {@code u = (p - α p₀) / (1 - α)} and α is 0.4. What is computed beyond
     * the first n gets good by training only.
     *
     * <p>Source: Su Jianlin, "层次分解位置编码，让BERT可以处理超长文本" (2020).
     *
     * @param count at most the square of the checkpoint's
     */
    public Adaptation withPositions(int count) {
        return new Adaptation(vocabulary, OptionalInt.of(count));
    }

    /** The configuration of what becomes of a checkpoint. */
    BertConfig config(BertConfig checkpoint) {
        return checkpoint.withTables(
                vocabulary.map(Vocabulary::size).orElse(checkpoint.vocabSize()),
                positions.orElse(checkpoint.maxPositionEmbeddings()));
    }

    /** The adaptation of one checkpoint's tables. */
    Tables tables(BertConfig checkpoint, Vocabulary all) {
        long count = checkpoint.maxPositionEmbeddings();
        if (positions.isPresent() && (positions.getAsInt() <= count || positions.getAsInt() > count * count)) {
            throw new IllegalArgumentException(
                    "%d positions from a checkpoint's %d: expected more than these, and at most their square, %d"
                            .formatted(positions.getAsInt(), count, count * count));
        }
        Optional<int[]> rows = vocabulary.map(kept -> ids(kept, all));
        int width = checkpoint.embeddingSize();
        return name -> switch (name) {
            case WeightTable.WORDS -> rows.map(kept -> stored -> rows(stored, width, kept));
            case WeightTable.WORDS_BIAS -> rows.map(kept -> stored -> rows(stored, 1, kept));
            case WeightTable.POSITIONS ->
                positions.isPresent()
                        ? Optional.of(stored -> decomposed(stored, width, positions.getAsInt()))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** How the values of weights are made from the checkpoint's; empty for those that stay as they are. */
    @FunctionalInterface
    interface Tables {
        Optional<UnaryOperator<float[]>> change(String weight);
    }

    private static int[] ids(Vocabulary kept, Vocabulary all) {
        int[] ids = new int[kept.size()];
        for (int i = 0; i < ids.length; i++) {
            String token = kept.token(i);
            ids[i] = all.id(token)
                    .orElseThrow(() -> new IllegalArgumentException(
                            "The checkpoint's vocabulary does not hold \"%s\": expected to keep some of its own tokens"
                                    .formatted(token)));
        }
        return ids;
    }

    private static float[] rows(float[] stored, int width, int[] kept) {
        float[] rows = new float[kept.length * width];
        for (int i = 0; i < kept.length; i++) {
            System.arraycopy(stored, kept[i] * width, rows, i * width, width);
        }
        return rows;
    }

    private static float[] decomposed(float[] p, int width, int count) {
        int n = p.length / width;
        float[] q = Arrays.copyOf(p, Math.multiplyExact(count, width));
        for (int k = p.length; k < q.length; k++) {
            int position = k / width;
            int column = k % width;
            double first = ALPHA * p[column];
            double coarse = (p[position / n * width + column] - first) / (1 - ALPHA);
            double fine = (p[position % n * width + column] - first) / (1 - ALPHA);
            q[k] = (float) (ALPHA * coarse + (1 - ALPHA) * fine);
        }
        return q;
    }
}
