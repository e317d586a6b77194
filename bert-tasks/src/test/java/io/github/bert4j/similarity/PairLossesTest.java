package io.github.bert4j.similarity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.Gradients;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Step;
import io.github.bert4j.similarity.InBatchNegatives.Directions;
import io.github.bert4j.train.LossTerm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against what sentence-transformers computes ({@code src/peer/pair_losses.py}), and against the formulas in doubles. */
class PairLossesTest {
    private static final int NO_TEXT = -1;

    @Test
    void agreeWithSentenceTransformers() throws IOException {
        int compared = 0;
        for (JsonNode given : peer().path("losses")) {
            List<float[][]> columns = new ArrayList<>();
            given.path("columns").forEach(column -> columns.add(matrix(column)));
            int[] groups = IntStream.range(0, columns.get(0).length).toArray();
            int[] others =
                    IntStream.of(groups).map(group -> group + groups.length).toArray();
            double scale = given.path("scale").asDouble(20);
            Value value = switch (given.path("name").asText()) {
                case "negatives", "negatives with hard ones" ->
                    negatives(new InBatchNegatives(scale, Directions.TEXT_OF_QUERY), columns, groups, others);
                case "both ways" -> negatives(new InBatchNegatives(scale, Directions.BOTH), columns, groups, others);
                default -> triplets(columns);
            };
            String name = given.path("name").asText();
            double expected = given.path("loss").asDouble();
            assertEquals(expected, value.loss(), 1e-5 * Math.max(1, expected), name);
            for (int column = 0; column < columns.size(); column++) {
                float[][] gradient = matrix(given.path("gradients").get(column));
                assertClose(flat(gradient), value.gradients().get(column), name + ", gradient " + column);
            }
            compared++;
        }
        assertEquals(4, compared);
    }

    @Test
    void textsOfOneGroupAreNoNegativesOfEachOther() {
        List<float[][]> columns = List.of(
                new float[][] {{1, 0.2f}, {0.5f, 1}, {-1, 0.3f}},
                new float[][] {{0.9f, 0.1f}, {1, 0.4f}, {-0.2f, 1}},
                new float[][] {{0.8f, 0.6f}, {0.1f, 1}, {-0.9f, 0.5f}});
        int[] groups = {4, 4, 7};
        int[] others = {7, NO_TEXT, 9};
        var loss = new InBatchNegatives(5, Directions.TEXT_OF_QUERY);
        Value value = negatives(loss, columns, groups, others);
        double[][][] x = columns.stream().map(PairLossesTest::doubles).toArray(double[][][]::new);
        assertEquals(formula(x, groups, others, 5), value.loss(), 1e-6);
        for (int column = 0; column < x.length; column++) {
            float[] slopes = new float[6];
            for (int i = 0; i < slopes.length; i++) {
                double kept = x[column][i / 2][i % 2];
                x[column][i / 2][i % 2] = kept + 1e-6;
                double above = formula(x, groups, others, 5);
                x[column][i / 2][i % 2] = kept - 1e-6;
                slopes[i] = (float) ((above - formula(x, groups, others, 5)) / 2e-6);
                x[column][i / 2][i % 2] = kept;
            }
            assertClose(slopes, value.gradients().get(column), "gradient " + column);
        }
    }

    @Test
    void aBatchOfOneHasNothingToLearnFrom() {
        List<float[][]> columns = List.of(new float[][] {{1, 2}}, new float[][] {{-3, 1}});
        assertEquals(
                0,
                negatives(InBatchNegatives.DEFAULT, columns, new int[] {0}, new int[0])
                        .loss());
    }

    @Test
    void refuseNumbersThatMakeNoSense() {
        for (double number : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new TripletLoss(number));
            assertThrows(IllegalArgumentException.class, () -> new InBatchNegatives(number, Directions.TEXT_OF_QUERY));
        }
    }

    @Test
    void measuresOfRankingsAgreeWithSentenceTransformers() throws IOException {
        JsonNode ranking = peer().path("ranking");
        List<int[]> places = StreamSupport.stream(ranking.path("places").spliterator(), false)
                .map(order -> StreamSupport.stream(order.spliterator(), false)
                        .mapToInt(JsonNode::asInt)
                        .toArray())
                .toList();
        Map<String, Double> metrics = RankingEvaluation.of(places).metrics();
        assertEquals(5, metrics.size());
        metrics.forEach((name, value) -> assertEquals(ranking.path(name).asDouble(), value, 1e-12, name));
    }

    private record Value(double loss, List<float[]> gradients) {}

    private static Value negatives(InBatchNegatives loss, List<float[][]> columns, int[] groups, int[] others) {
        try (Graph graph = new Graph(1)) {
            List<Tensor> vectors = weights(graph, columns);
            Tensor own = graph.ints("groups", Shape.UNKNOWN);
            Map<String, INDArray> inputs = new HashMap<>(Map.of("groups", Nd4j.createFromArray(groups)));
            Optional<InBatchNegatives.Negatives> hard = Optional.empty();
            if (columns.size() > 2) {
                hard = Optional.of(new InBatchNegatives.Negatives(vectors.get(2), graph.ints("others", Shape.UNKNOWN)));
                inputs.put("others", Nd4j.createFromArray(others));
            }
            return value(graph, loss.term(vectors.get(0), vectors.get(1), own, hard), vectors, inputs);
        }
    }

    private static Value triplets(List<float[][]> columns) {
        try (Graph graph = new Graph(1)) {
            List<Tensor> vectors = weights(graph, columns);
            Tensor rows = graph.ids("rows");
            LossTerm term = TripletLoss.DEFAULT.term(vectors.get(0), vectors.get(1), vectors.get(2), rows);
            return value(graph, term, vectors, Map.of("rows", Nd4j.createFromArray(new int[columns.get(0).length][1])));
        }
    }

    private static List<Tensor> weights(Graph graph, List<float[][]> columns) {
        List<Tensor> vectors = new ArrayList<>();
        for (float[][] column : columns) {
            Weight weight = graph.weight("column" + vectors.size(), Shape.of(column.length, column[0].length));
            weight.assign(flat(column));
            vectors.add(Tensor.of(graph, weight.variable(), Shape.of(Shape.UNKNOWN, column[0].length)));
        }
        return vectors;
    }

    private static Value value(Graph graph, LossTerm term, List<Tensor> vectors, Map<String, INDArray> inputs) {
        SDVariable sum = term.numerator().variable();
        SDVariable count = term.denominator().variable();
        List<SDVariable> variables = vectors.stream().map(Tensor::variable).toList();
        var parts = Gradients.parts(sum, variables);
        List<SDVariable> read = new ArrayList<>(List.of(sum, count));
        variables.forEach(variable -> read.add(parts.get(variable).values()));
        try (Results results = graph.run(Plan.of(graph.sameDiff(), read), inputs, Step.inference())) {
            float divisor = results.floats(count)[0];
            List<float[]> gradients = new ArrayList<>();
            for (SDVariable gradient : read.subList(2, read.size())) {
                float[] values = results.floats(gradient);
                for (int i = 0; i < values.length; i++) {
                    values[i] /= divisor;
                }
                gradients.add(values);
            }
            return new Value(results.floats(sum)[0] / divisor, gradients);
        }
    }

    private static double formula(double[][][] x, int[] groups, int[] others, double scale) {
        double losses = 0;
        for (int i = 0; i < groups.length; i++) {
            double own = scale * cosine(x[0][i], x[1][i]);
            double sum = Math.exp(own);
            for (int j = 0; j < groups.length; j++) {
                sum += groups[j] == groups[i] ? 0 : Math.exp(scale * cosine(x[0][i], x[1][j]));
                boolean negative = others[j] != groups[i] && others[j] != NO_TEXT;
                sum += negative ? Math.exp(scale * cosine(x[0][i], x[2][j])) : 0;
            }
            losses += Math.log(sum) - own;
        }
        return losses / groups.length;
    }

    private static double cosine(double[] a, double[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return ab / Math.sqrt(aa * bb);
    }

    /** Within 1e-5 of the largest. */
    private static void assertClose(float[] expected, float[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        double largest = 1e-3;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            double difference = Math.abs(expected[i] - actual[i]);
            assertTrue(
                    difference <= 1e-5 * Math.max(1, largest),
                    "%s: %s instead of %s".formatted(what, actual[i], expected[i]));
        }
    }

    private static JsonNode peer() throws IOException {
        return new ObjectMapper().readTree(PairLossesTest.class.getResource("pair-losses.json"));
    }

    private static float[][] matrix(JsonNode rows) {
        float[][] matrix = new float[rows.size()][rows.get(0).size()];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[i].length; j++) {
                matrix[i][j] = (float) rows.get(i).get(j).asDouble();
            }
        }
        return matrix;
    }

    private static double[][] doubles(float[][] rows) {
        double[][] doubles = new double[rows.length][rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                doubles[i][j] = rows[i][j];
            }
        }
        return doubles;
    }

    private static float[] flat(float[][] rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = rows[i / rows[0].length][i % rows[0].length];
        }
        return flat;
    }
}
