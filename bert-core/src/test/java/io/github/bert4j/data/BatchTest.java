package io.github.bert4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {

    @Test
    void stacksSingleNumbers() {
        Batch batch = Batch.of(
                List.of(Sample.of(new FloatValues(new float[] {3})), Sample.of(new FloatValues(new float[] {5}))));
        assertEquals(new FloatValues(new float[] {3, 5}, 2), batch.inputs().get(0));
        assertArrayEquals(new int[] {1, 1}, batch.lengths());
    }

    @Test
    void padsVectorsToTheLongest() {
        Batch batch = Batch.of(List.of(
                Sample.of(new int[] {1, 2, 3}, new int[] {9}),
                Sample.of(new int[] {4}, new int[] {7, 8}),
                Sample.of(new int[] {}, new int[] {6})));
        assertEquals(3, batch.size());
        assertArrayEquals(new int[] {3, 1, 0}, batch.lengths());
        assertEquals(
                new IntValues(new int[] {1, 2, 3, 4, 0, 0, 0, 0, 0}, 3, 3),
                batch.inputs().get(0));
        assertEquals(
                new IntValues(new int[] {9, 0, 7, 8, 6, 0}, 3, 2),
                batch.inputs().get(1));
        assertEquals(List.of(), batch.labels());
    }

    @Test
    void partsAreEveryNthSample() {
        Batch batch = Batch.of(List.of(
                Sample.of(new int[] {1, 2, 3}).labelled(1f),
                Sample.of(new int[] {4}).labelled(0f),
                Sample.of(new int[] {5, 6}).labelled(2f)));

        Batch part = batch.part(0, 2).orElseThrow();

        assertEquals(
                new IntValues(new int[] {1, 2, 3, 5, 6, 0}, 2, 3), part.inputs().get(0));
        assertEquals(new FloatValues(new float[] {1, 2}, 2, 1), part.labels().get(0));
        assertArrayEquals(new int[] {3, 2}, part.lengths());
        assertEquals(batch, batch.part(0, 1).orElseThrow());
        assertTrue(batch.part(3, 4).isEmpty());
    }

    @Test
    void padsMatricesOnBothAxes() {
        Batch batch = Batch.of(List.of(
                Sample.of(new FloatValues(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)),
                Sample.of(new FloatValues(new float[] {7, 8, 9}, 1, 3))));
        FloatValues expected = new FloatValues(
                new float[] {
                    1, 2, 0, 3, 4, 0, 5, 6, 0, //
                    7, 8, 9, 0, 0, 0, 0, 0, 0
                },
                2,
                3,
                3);
        assertEquals(expected, batch.inputs().get(0));
    }

    @Test
    void padsRankThreeElementByElement() {
        int[][] shapes = {{2, 3, 4}, {3, 1, 2}, {1, 4, 1}};
        List<Sample> samples = Arrays.stream(shapes)
                .map(shape -> {
                    int[] values = new int[Values.elements(shape)];
                    Arrays.setAll(values, i -> i + 1);
                    return Sample.of(new IntValues(values, shape));
                })
                .toList();
        IntValues padded = (IntValues) Batch.of(samples).inputs().get(0);
        assertArrayEquals(new int[] {3, 3, 4, 4}, padded.shape());
        for (int s = 0; s < 3; s++) {
            int[] shape = shapes[s];
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 4; j++) {
                    for (int k = 0; k < 4; k++) {
                        boolean inside = i < shape[0] && j < shape[1] && k < shape[2];
                        int expected = inside ? (i * shape[1] + j) * shape[2] + k + 1 : 0;
                        assertEquals(expected, padded.get(s, i, j, k), s + " " + i + " " + j + " " + k);
                    }
                }
            }
        }
    }

    @Test
    void putsLabelsTogetherToo() {
        Batch batch = Batch.of(List.of(
                Sample.of(new int[] {1}).labelled(1f).labelled(2),
                Sample.of(new int[] {1}).labelled(0f).labelled(3)));
        assertEquals(new FloatValues(new float[] {1, 0}, 2, 1), batch.labels().get(0));
        assertEquals(new IntValues(new int[] {2, 3}, 2), batch.labels().get(1));
    }

    @Test
    void padsClassLabelsWithWhatDoesNotCount() {
        Batch batch = Batch.of(List.of(
                Sample.of(new int[] {5, 6}).labelled(IntValues.of(1, 0)),
                Sample.of(new int[] {7}).labelled(IntValues.of(2))));
        assertEquals(new IntValues(new int[] {5, 6, 7, 0}, 2, 2), batch.inputs().get(0));
        assertEquals(
                new IntValues(new int[] {1, 0, 2, -1}, 2, 2), batch.labels().get(0));
    }

    @Test
    void refusesSamplesThatDiffer() {
        Sample vector = Sample.of(new int[] {1, 2});
        assertRefused("Sample 1 of the batch has 2 inputs, but the first has 1", vector, vector.with(IntValues.of(1)));
        assertRefused("Sample 1 of the batch has 1 labels, but the first has 0", vector, vector.labelled(1));
        assertRefused("IntValues of shape [2] in one, FloatValues of shape [1]", vector, Sample.of(FloatValues.of(1)));
        assertRefused(
                "IntValues of shape [2] in one, IntValues of shape [1, 1]",
                vector,
                Sample.of(new IntValues(new int[] {1}, 1, 1)));
        assertRefused("no samples");
    }

    @Test
    void refusesShapesThatDoNotHoldTheValues() {
        assertThrows(IllegalArgumentException.class, () -> new IntValues(new int[3], 2, 2));
        assertThrows(IllegalArgumentException.class, () -> new FloatValues(new float[3], 2, 2));
        assertThrows(IllegalArgumentException.class, () -> new FloatValues(new float[4], -2, -2));
        assertThrows(IllegalArgumentException.class, () -> new Sample(List.of(), List.of()));
        IntValues values = new IntValues(new int[4], 2, 2);
        assertThrows(IndexOutOfBoundsException.class, () -> values.get(0, 2));
        assertEquals(2, values.length());
    }

    private static void assertRefused(String expected, Sample... samples) {
        String message = assertThrows(IllegalArgumentException.class, () -> Batch.of(List.of(samples)))
                .getMessage();
        assertTrue(message.contains(expected), message);
    }
}
