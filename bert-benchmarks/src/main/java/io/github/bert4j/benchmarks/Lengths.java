package io.github.bert4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;

/** Lengths of sequences in tokens, in batches: the same ones in every peer, of whatever language. */
final class Lengths {
    private static final int LONGEST_TEXT = 100;
    private static final int SPECIAL_TOKENS = 2;
    private static final int SEED = 0;

    private Lengths() {}

    /** Batches of full length. */
    static List<int[]> equal(int length, int batch, int steps) {
        int[] lengths = new int[batch];
        Arrays.fill(lengths, length);
        return IntStream.range(0, steps).mapToObj(step -> lengths).toList();
    }

    /**
     * A token per character of each line's text, up to 100, and two more; shuffled, and from the start again at the end.
     *
     * @throws IOException if the file cannot be read, is empty, or has a line without a TAB
     */
    static List<int[]> ofTexts(Path file, int batch, int steps) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty()) {
            throw new IOException(file + " is empty: expected lines of label, TAB, text");
        }
        int[] lengths = new int[lines.size()];
        for (int i = 0; i < lengths.length; i++) {
            int tab = lines.get(i).indexOf('\t');
            if (tab < 0) {
                throw new IOException(
                        "%s, line %d: expected label, TAB, text, but there is no TAB".formatted(file, i + 1));
            }
            String text = lines.get(i).substring(tab + 1);
            lengths[i] = Math.min(text.codePointCount(0, text.length()), LONGEST_TEXT) + SPECIAL_TOKENS;
        }
        shuffle(lengths);
        return IntStream.range(0, steps)
                .mapToObj(step -> IntStream.range(step * batch, (step + 1) * batch)
                        .map(i -> lengths[i % lengths.length])
                        .toArray())
                .toList();
    }

    /** The same sequences sorted by length, and cut into batches of the same size. */
    static List<int[]> sorted(List<int[]> batches) {
        int[] all = batches.stream().flatMapToInt(Arrays::stream).sorted().toArray();
        int size = batches.get(0).length;
        return IntStream.range(0, batches.size())
                .mapToObj(i -> Arrays.copyOfRange(all, i * size, (i + 1) * size))
                .toList();
    }

    /** Tokens of a batch. */
    static int real(int[] lengths) {
        return Arrays.stream(lengths).sum();
    }

    /** Tokens of a batch whose sequences are all as long as the longest. */
    static int padded(int[] lengths) {
        return Arrays.stream(lengths).max().orElseThrow() * lengths.length;
    }

    /** As Python's {@code random.seed(0); random.shuffle(values)}. */
    static void shuffle(int[] values) {
        MersenneTwister random = new MersenneTwister(new int[] {SEED});
        for (int i = values.length - 1; i > 0; i--) {
            int j = below(random, i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    private static int below(MersenneTwister random, int bound) {
        int drawn;
        do {
            drawn = random.nextInt() >>> Integer.numberOfLeadingZeros(bound);
        } while (drawn >= bound);
        return drawn;
    }
}
