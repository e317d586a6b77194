package io.github.bert4j.tokenize;

import java.util.Arrays;
import java.util.Set;

/**
 * The most likely way to cut a word, where each token has a probability of its own.
 *
 * <p>Source: Kudo, "Subword Regularization: Improving Neural Network Translation Models with Multiple Subword Candidates",
 * section 3.2; {@code Unigram} of huggingface/tokenizers.
 */
final class Unigrams implements TokenModel {
    /** How much less likely than the least likely token a character is that has none. */
    private static final double UNKNOWN_PENALTY = 10;

    private final PieceTrie trie;
    private final double[] scores;
    private final int unknownId;
    private final double unknownScore;

    /**
     * @param scores logarithms of probabilities, by id
     * @param special tokens that stand for no text: it is never cut into them
     */
    Unigrams(Vocabulary vocabulary, double[] scores, int unknownId, Set<String> special) {
        this.trie = PieceTrie.of(vocabulary, special);
        this.scores = scores;
        this.unknownId = unknownId;
        this.unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
    }

    @Override
    public void cut(TrackedText text, int from, int to, Pieces pieces) {
        int length = to - from;
        double[] best = new double[length + 1];
        int[] starts = new int[length + 1];
        int[] ids = new int[length + 1];
        Arrays.fill(starts, -1);
        for (int start = 0; start < length; start++) {
            boolean single = false;
            int node = PieceTrie.ROOT;
            for (int end = start + 1; end <= length; end++) {
                node = trie.child(node, text.codePoint(from + end - 1));
                if (node == PieceTrie.ABSENT) {
                    break;
                }
                int id = trie.token(node);
                if (id != PieceTrie.ABSENT) {
                    single |= end == start + 1;
                    offer(best, starts, ids, start, end, id, scores[id]);
                }
            }
            if (!single) {
                offer(best, starts, ids, start, start + 1, unknownId, unknownScore);
            }
        }
        addPath(text, from, length, starts, ids, pieces);
    }

    private static void offer(double[] best, int[] starts, int[] ids, int start, int end, int id, double score) {
        double sum = best[start] + score;
        if (starts[end] < 0 || sum > best[end]) {
            best[end] = sum;
            starts[end] = start;
            ids[end] = id;
        }
    }

    /** Neighbouring unknown characters are one token. */
    private void addPath(TrackedText text, int from, int length, int[] starts, int[] ids, Pieces pieces) {
        int[] ends = new int[length];
        int count = 0;
        for (int end = length; end > 0; end = starts[end]) {
            if (count > 0 && ids[end] == unknownId && ids[ends[count - 1]] == unknownId) {
                starts[ends[count - 1]] = starts[end];
            } else {
                ends[count++] = end;
            }
        }
        for (int i = count - 1; i >= 0; i--) {
            int end = ends[i];
            pieces.add(ids[end], text.start(from + starts[end]), text.end(from + end - 1));
        }
    }
}
