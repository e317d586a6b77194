package io.github.bert4j.similarity;

/** The cosine of the angle between two vectors: 1 for the same direction, 0 for none in common, -1 for the opposite. */
public final class Cosine {
    private Cosine() {}

    /**
     * Added up in doubles.
     *
     * @return NaN if one of the vectors is 0 throughout
     * @throws IllegalArgumentException if the vectors are of different size
     */
    public static double of(float[] a, float[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    static double dot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "Vectors of %d and of %d numbers: expected vectors of one model".formatted(a.length, b.length));
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
