package io.github.bert4j.bert;

import io.github.bert4j.tokenize.Vocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * What to change in a checkpoint's tables while it is loaded: fewer words or more, more positions. The result is a BERT like any
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
 * @param added tokens that the checkpoint does not know, whose ids follow the others'
 * @param newEmbeddings what the embeddings of those start as
 */
public record Adaptation(
        Optional<Vocabulary> vocabulary, OptionalInt positions, List<String> added, NewEmbeddings newEmbeddings) {
    /** The checkpoint as it is. */
    public static final Adaptation NONE =
            new Adaptation(Optional.empty(), OptionalInt.empty(), List.of(), NewEmbeddings.MEAN);

    /** What the embeddings of new tokens start as. */
    public enum NewEmbeddings {
        /** The mean of all others: close to what a model expects anywhere. */
        MEAN,
        /** Normal with the deviation of new weights, the same in every run. */
        RANDOM
    }

    private static final double ALPHA = 0.4;

    /**
     * With a smaller vocabulary; texts of its words alone get the same vectors as before, and masked words the same
     * logits.
     *
     * @param kept tokens of the checkpoint's vocabulary only, as {@link Vocabulary#keeping} makes it
     */
    public Adaptation withVocabulary(Vocabulary kept) {
        return new Adaptation(Optional.of(kept), positions, added, newEmbeddings);
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
        return new Adaptation(vocabulary, OptionalInt.of(count), added, newEmbeddings);
    }

    /**
     * With tokens that the checkpoint does not know, such as {@code [E1]}; in texts they are found where {@code
     * Tokenization.withMarkers} asks for that, whatever stands around them.
     *
     * @param tokens none of which the vocabulary holds
     */
    public Adaptation withTokens(List<String> tokens, NewEmbeddings start) {
        return new Adaptation(vocabulary, positions, List.copyOf(tokens), start);
    }

    /** How what becomes of a checkpoint reads texts. */
    OwnTokenizer tokenizer(OwnTokenizer own) {
        OwnTokenizer kept = vocabulary.map(own::withVocabulary).orElse(own);
        return added.isEmpty() ? kept : kept.withTokens(added);
    }

    /**
     * The configuration of what becomes of a checkpoint.
     *
     * @param all its vocabulary
     */
    BertConfig config(BertConfig checkpoint, Vocabulary all) {
        int words = vocabulary.map(Vocabulary::size).orElse(all.size()) + added.size();
        return checkpoint.withTables(
                vocabulary.isPresent() ? words : Math.max(words, checkpoint.vocabSize()),
                positions.isPresent()
                        ? positions.getAsInt() + checkpoint.design().positions().first()
                        : checkpoint.maxPositionEmbeddings());
    }

    /** The adaptation of one checkpoint's tables. */
    Tables tables(BertConfig checkpoint, Vocabulary all) {
        long count = checkpoint.longestInput();
        int first = checkpoint.design().positions().first();
        if (positions.isPresent() && (positions.getAsInt() <= count || positions.getAsInt() > count * count)) {
            throw new IllegalArgumentException(
                    "%d positions from a checkpoint's %d: expected more than these, and at most their square, %d"
                            .formatted(positions.getAsInt(), count, count * count));
        }
        Optional<int[]> rows = vocabulary.map(kept -> ids(kept, all));
        int width = checkpoint.embeddingSize();
        UnaryOperator<float[]> words = words(rows, width, all.size(), checkpoint.initializerRange());
        boolean same = rows.isEmpty() && added.isEmpty();
        return name -> switch (name) {
            case WeightTable.WORDS -> same ? Optional.empty() : Optional.of(words);
            case WeightTable.WORDS_BIAS ->
                same ? Optional.empty() : Optional.of(words(rows, 1, all.size(), 0)); // a new word is not the likelier
            case WeightTable.POSITIONS ->
                positions.isPresent()
                        ? Optional.of(stored -> decomposed(stored, width, first, positions.getAsInt()))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** How the values of weights are made from the checkpoint's; empty for those that stay as they are. */
    @FunctionalInterface
    interface Tables {
        Optional<UnaryOperator<float[]>> change(String weight);
    }

    /** The rows that are kept, and those of new tokens. */
    private UnaryOperator<float[]> words(Optional<int[]> rows, int width, int all, double deviation) {
        return stored -> {
            float[] kept = rows.map(ids -> rows(stored, width, ids)).orElse(stored);
            if (added.isEmpty()) {
                return kept;
            }
            int known = rows.map(ids -> ids.length).orElse(all);
            int count = Math.max(kept.length / width, known + added.size());
            float[] grown = Arrays.copyOf(kept, count * width);
            double[] mean = mean(kept, known, width);
            for (int row = known; row < known + added.size(); row++) {
                Random random = new Random(row);
                for (int column = 0; column < width; column++) {
                    double start =
                            newEmbeddings == NewEmbeddings.MEAN ? mean[column] : deviation * random.nextGaussian();
                    grown[row * width + column] = (float) start;
                }
            }
            return grown;
        };
    }

    private static double[] mean(float[] rows, int count, int width) {
        double[] mean = new double[width];
        for (int i = 0; i < count * width; i++) {
            mean[i % width] += (double) rows[i] / count;
        }
        return mean;
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

    /** @param first how many rows are for no position, and stay */
    private static float[] decomposed(float[] table, int width, int first, int count) {
        float[] p = Arrays.copyOfRange(table, first * width, table.length);
        float[] longer = Arrays.copyOf(table, Math.multiplyExact(first + count, width));
        System.arraycopy(decomposed(p, width, count), 0, longer, first * width, count * width);
        return longer;
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
