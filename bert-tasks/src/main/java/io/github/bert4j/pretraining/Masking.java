package io.github.bert4j.pretraining;

import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.pretraining.Document.Extract;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Turns an instance into a sample: 15 % of its tokens, whole words of them, are to be predicted; of these, 80 % become
 * {@code [MASK]}, 10 % a random token, and 10 % stay.
 *
 * <p>Source: {@code create_masked_lm_predictions} in {@code create_pretraining_data.py} of google-research/bert, but that
 * no random token is a special one, and that an instance of one long word is masked as well.
 *
 * @param vocabulary that random tokens are drawn from
 * @param objective whether there are next sentences to tell from others
 */
record Masking(Vocabulary vocabulary, Objective objective) {
    private static final double SHARE = 0.15;
    private static final double MASKED = 0.8;
    private static final double KEPT = 0.1;

    /**
     * Masks an instance.
     *
     * @return inputs: token ids and segment ids [length], positions of the words to predict [k]; labels: their ids [k],
     *     and where it is an objective, 0 for a next sentence and 1 for another
     */
    Sample sample(Instance instance, SplittableRandom random) {
        int[] ids = new int[instance.length()];
        int[] segments = new int[ids.length];
        List<int[]> words = new ArrayList<>(); // start and end of each
        int length = 0;
        ids[length++] = vocabulary.classificationId();
        for (int segment = 0; segment < instance.texts().size(); segment++) {
            Extract text = instance.texts().get(segment);
            int[] numbers = text.document().words();
            int start = length;
            for (int i = text.from(); i < text.to(); i++) {
                if (i == text.from() || numbers[i] != numbers[i - 1]) {
                    words.add(new int[] {length, length});
                }
                ids[length++] = text.document().ids()[i];
                words.get(words.size() - 1)[1] = length;
            }
            ids[length++] = vocabulary.separatorId();
            Arrays.fill(segments, start, length, segment);
        }
        int[] positions = choose(words, (int) Math.max(1, Math.round(length * SHARE)), random);
        int[] labels = Arrays.stream(positions).map(position -> ids[position]).toArray();
        for (int position : positions) {
            ids[position] = replacement(ids[position], random);
        }
        Sample sample = Sample.of(ids, segments, positions).labelled(IntValues.of(labels));
        return objective == Objective.MASKED_WORDS ? sample : sample.labelled(instance.follows() ? 0 : 1);
    }

    private static int[] choose(List<int[]> words, int count, SplittableRandom random) {
        List<int[]> order = new ArrayList<>(words);
        for (int i = order.size() - 1; i > 0; i--) {
            order.set(i, order.set(random.nextInt(i + 1), order.get(i)));
        }
        BitSet chosen = new BitSet();
        for (int[] word : order) {
            if (chosen.cardinality() + word[1] - word[0] <= count) {
                chosen.set(word[0], word[1]);
            }
        }
        if (chosen.isEmpty()) {
            chosen.set(order.get(0)[0], order.get(0)[1]);
        }
        return chosen.stream().toArray();
    }

    private int replacement(int id, SplittableRandom random) {
        double draw = random.nextDouble();
        if (draw < MASKED) {
            return vocabulary.maskId();
        }
        return draw < MASKED + KEPT ? id : randomId(random);
    }

    /** No special token, least of all [PAD], which the model would take for the end of the text. */
    private int randomId(SplittableRandom random) {
        Set<Integer> special = Set.of(
                vocabulary.paddingId(),
                vocabulary.unknownId(),
                vocabulary.classificationId(),
                vocabulary.separatorId(),
                vocabulary.maskId());
        int id;
        do {
            id = random.nextInt(vocabulary.size());
        } while (special.contains(id));
        return id;
    }
}
