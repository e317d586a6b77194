package io.github.bert4j.kernels.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
    private final List<String> events = new ArrayList<>();

    @Test
    void forgetsTheShapeUnusedForLongest() {
        try (engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
                Workspace workspace = new Workspace(engine, new Workers(), 2)) {
            for (int number : new int[] {1, 2, 1, 3, 1, 2}) {
                workspace.find(new Shape(number));
            }
            assertEquals(List.of("make 1", "make 2", "close 2", "make 3", "close 3", "make 2"), events);
        }
        assertEquals(8, events.size(), "closing the workspace closes what it remembers: " + events);
    }

    @Test
    void computesAgainWhatItHasForgotten() {
        try (engine engine = new engine(org.bytedeco.dnnl.engine.kind.cpu, 0);
                Workspace workspace = new Workspace(engine, new Workers(), 2);
                FloatPointer ones = new FloatPointer(4);
                FloatPointer sums = new FloatPointer(4)) {
            ones.put(1, 1, 1, 1);
            for (int count : new int[] {1, 2, 3, 4, 1, 2}) {
                float[] received = new float[4];
                sums.put(received, 0, 4);
                workspace.run(new Elementwise.Sum(count), ones, ones, sums);
                sums.get(received);
                float[] expected = new float[4];
                Arrays.fill(expected, 0, count, 2);
                assertEquals(Arrays.toString(expected), Arrays.toString(received));
            }
        }
    }

    /** Tells of what becomes of its operation. */
    private final class Shape implements Operation.Recipe<Operation> {
        private final int number;

        Shape(int number) {
            this.number = number;
        }

        @Override
        public Operation make(engine engine) {
            events.add("make " + number);
            return () -> events.add("close " + number);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Shape shape && shape.number == number;
        }

        @Override
        public int hashCode() {
            return number;
        }
    }
}
