package io.github.bert4j.tokenize;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Byte-pair encoding: neighbouring tokens of a word are merged as long as a merge of them was learned, the earliest learned
 * first.
 *
 * <p>Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units"; {@code BPE} of
 * huggingface/tokenizers.
 */
final class BytePairs implements TokenModel {
    /** Words up to this length are searched for the next merge; longer ones keep a queue, which costs more to begin with. */
    private static final int SHORT = 24;

    private static final int MOST_KNOWN = 20_000;
    private static final long FREE = -1;

    private final Vocabulary vocabulary;
    /** Code points of each token. */
    private final int[] lengths;
    /** Open addressing: a pair of ids, its rank, and what it becomes. */
    private final long[] pairs;

    private final int[] ranks;
    private final int[] merged;
    private final boolean wholeWords;
    /** The tokens of words that were met: most words of a text are among few. */
    private final Map<String, int[]> known = new ConcurrentHashMap<>();

    /**
     * @param merges pairs of tokens, the earliest learned first
     * @param wholeWords whether a word that is a token is not cut
     * @throws IllegalArgumentException if a merge is of tokens, or makes one, that the vocabulary does not hold
     */
    BytePairs(Vocabulary vocabulary, List<String> left, List<String> right, boolean wholeWords) {
        this.vocabulary = vocabulary;
        this.wholeWords = wholeWords;
        this.lengths = new int[vocabulary.size()];
        Arrays.setAll(
                lengths,
                id -> vocabulary
                        .token(id)
                        .codePointCount(0, vocabulary.token(id).length()));
        int capacity = Integer.highestOneBit(Math.max(1, left.size())) * 4;
        this.pairs = new long[capacity];
        this.ranks = new int[capacity];
        this.merged = new int[capacity];
        Arrays.fill(pairs, FREE);
        for (int rank = 0; rank < left.size(); rank++) {
            long pair = pair(id(left.get(rank)), id(right.get(rank)));
            int slot = slot(pair);
            pairs[slot] = pair;
            ranks[slot] = rank;
            merged[slot] = id(left.get(rank) + right.get(rank));
        }
    }

    private int id(String token) {
        return vocabulary
                .id(token)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a merge of or into \"%s\", which is not in the vocabulary".formatted(token)));
    }

    @Override
    public void cut(TrackedText text, int from, int to, Pieces pieces) {
        boolean kept = to - from <= SHORT;
        String word = kept ? text.string(from, to) : "";
        int[] ids = kept ? known.get(word) : null;
        if (ids == null) {
            ids = merge(text, from, to);
            if (kept && known.size() < MOST_KNOWN) {
                known.put(word, ids);
            }
        }
        int at = from;
        for (int id : ids) {
            if (id == Vocabulary.ABSENT) { // a character that no token has is left out
                at++;
            } else {
                pieces.add(id, text.start(at), text.end(at + lengths[id] - 1));
                at += lengths[id];
            }
        }
    }

    private int[] merge(TrackedText text, int from, int to) {
        int whole = wholeWords ? vocabulary.id(text.string(from, to)).orElse(Vocabulary.ABSENT) : Vocabulary.ABSENT;
        if (whole != Vocabulary.ABSENT) {
            return new int[] {whole};
        }
        int[] ids = new int[to - from];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = vocabulary.idOfCodePoint(text.codePoint(from + i));
        }
        return ids.length <= SHORT ? mergeShort(ids) : mergeLong(ids);
    }

    private int[] mergeShort(int[] ids) {
        int length = ids.length;
        while (length > 1) {
            int best = -1;
            int bestSlot = -1;
            for (int i = 0; i + 1 < length; i++) {
                int slot = slot(pair(ids[i], ids[i + 1]));
                if (pairs[slot] != FREE && (best < 0 || ranks[slot] < ranks[bestSlot])) {
                    best = i;
                    bestSlot = slot;
                }
            }
            if (best < 0) {
                break;
            }
            ids[best] = merged[bestSlot];
            System.arraycopy(ids, best + 2, ids, best + 1, length - best - 2);
            length--;
        }
        return Arrays.copyOf(ids, length);
    }

    /** As {@link #mergeShort}, in a time that grows little faster than the word. */
    private int[] mergeLong(int[] ids) {
        int[] next = new int[ids.length];
        int[] previous = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        boolean[] gone = new boolean[ids.length];
        // Rank and place in one number, so that the earliest learned comes first, and of equals the leftmost.
        PriorityQueue<Long> queue = new PriorityQueue<>();
        for (int i = 0; i + 1 < ids.length; i++) {
            offer(queue, ids, i, i + 1);
        }
        while (!queue.isEmpty()) {
            long first = queue.poll();
            int at = (int) first;
            int after = next[at];
            if (gone[at] || after >= ids.length) {
                continue;
            }
            int slot = slot(pair(ids[at], ids[after]));
            if (pairs[slot] == FREE || ranks[slot] != first >>> Integer.SIZE) {
                continue; // one of the two was merged otherwise since
            }
            ids[at] = merged[slot];
            gone[after] = true;
            next[at] = next[after];
            if (next[at] < ids.length) {
                previous[next[at]] = at;
                offer(queue, ids, at, next[at]);
            }
            if (previous[at] >= 0) {
                offer(queue, ids, previous[at], at);
            }
        }
        int[] left = new int[ids.length];
        int count = 0;
        for (int i = 0; i < ids.length; i = next[i]) {
            left[count++] = ids[i];
        }
        return Arrays.copyOf(left, count);
    }

    private void offer(PriorityQueue<Long> queue, int[] ids, int at, int after) {
        int slot = slot(pair(ids[at], ids[after]));
        if (pairs[slot] != FREE) {
            queue.add((long) ranks[slot] << Integer.SIZE | at);
        }
    }

    private static long pair(int left, int right) {
        return left < 0 || right < 0 ? Long.MAX_VALUE : (long) left << Integer.SIZE | right;
    }

    /** The slot that holds the pair, or the free one where it belongs. */
    private int slot(long pair) {
        int mask = pairs.length - 1;
        int slot = (int) (pair * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (pairs[slot] != pair && pairs[slot] != FREE) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
