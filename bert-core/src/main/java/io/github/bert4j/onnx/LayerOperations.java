package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.OnnxNode.Attribute;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.KernelLayout;
import io.github.bert4j.kernels.Rotation;
import io.github.bert4j.ops.AttentionOp;
import io.github.bert4j.ops.Cell;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.DropoutOp;
import io.github.bert4j.ops.EmbeddingOp;
import io.github.bert4j.ops.GatherOp;
import io.github.bert4j.ops.GeluOp;
import io.github.bert4j.ops.GraphOp;
import io.github.bert4j.ops.LayerNormOp;
import io.github.bert4j.ops.PackOp;
import io.github.bert4j.ops.PositionOp;
import io.github.bert4j.ops.QueriesKeysValuesOp;
import io.github.bert4j.ops.RecurrentOp;
import io.github.bert4j.ops.RotaryOp;
import io.github.bert4j.ops.SpanScoresOp;
import io.github.bert4j.ops.UnpackOp;
import io.github.bert4j.ops.WindowsOp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What our own ops are in ONNX, without dropout.
 *
 * <p>Packed rows [n, width] are the padded batch [batch, length, width] there: packing becomes nothing, where sequences start
 * becomes a mask [batch, 1, 1, length] that attention adds to its scores, and unpacking sets padding to 0.
 */
final class LayerOperations {
    static final String NAMES =
            "all layers of the library but the losses and the likelihoods of Crf, which exist in training only";

    /** Added to the scores of padding, as in {@code attention_layer} of google-research/bert: their probabilities are 0. */
    private static final double MASKED = -10_000;

    private static final Attribute LAST_AXIS = Attribute.of("axis", -1);

    private final Call call;
    private final Nodes nodes;

    private LayerOperations(Call call) {
        this.call = call;
        this.nodes = call.nodes();
    }

    /** Adds an op's operators; returns the names of its outputs, null where one has no counterpart or is not read. */
    static List<String> translate(GraphOp op, Call call) {
        LayerOperations to = new LayerOperations(call);
        if (op instanceof PackOp pack) {
            return to.pack(pack);
        } else if (op instanceof QueriesKeysValuesOp) {
            return to.projections();
        } else if (op instanceof PositionOp position) {
            return Arrays.asList(
                    null, null, to.present(position), call.reads(3) ? to.nodes.list(position.position()) : null);
        } else if (op instanceof UnpackOp) {
            return List.of(to.unpack());
        } else if (op instanceof AttentionOp attention) {
            return List.of(to.attention(attention));
        } else if (op instanceof RotaryOp rotary) {
            return List.of(to.turn(rotary.rotation()));
        } else if (op instanceof EmbeddingOp) {
            return List.of(to.lookup());
        } else if (op instanceof DenseOp dense) {
            return List.of(to.dense(dense));
        } else if (op instanceof LayerNormOp norm) {
            return List.of(to.normalize(norm.epsilon()));
        } else if (op instanceof GeluOp gelu) {
            return List.of(to.gelu(gelu.gelu(), call.input(0)));
        } else if (op instanceof GatherOp gather) {
            return List.of(to.gather(gather.position()));
        } else if (op instanceof SpanScoresOp scores) {
            return List.of(to.spanScores(scores.size()));
        } else if (op instanceof WindowsOp windows) {
            return List.of(to.windows(windows.size()));
        } else if (op instanceof RecurrentOp recurrent) {
            return to.recurrent(recurrent);
        } else if (op instanceof DropoutOp) {
            return List.of(call.input(0));
        }
        throw new IllegalArgumentException(
                "expected %s, or one of SameDiff's: %s".formatted(NAMES, SameDiffOperations.names()));
    }

    /** Tokens, segments, positions [length], rows, and the mask in the place of the starts. */
    private List<String> pack(PackOp pack) {
        String tokens = call.input(0);
        String places = call.reads(2) || call.reads(5) ? positions(tokens) : null;
        String mask = nodes.add(
                "Mul",
                nodes.cast(nodes.add("Equal", tokens, padding(pack.padding())), DataType.FLOAT32),
                nodes.number(MASKED));
        return Arrays.asList(
                tokens,
                call.input(1),
                pack.firstPosition() == 0 ? places : counted(tokens, pack),
                null,
                nodes.add("Unsqueeze", mask, nodes.list(1, 2)),
                places);
    }

    /** The number of tokens up to each, on top of the position before the first: int32 [batch, length]. */
    private String counted(String tokens, PackOp pack) {
        String real = nodes.cast(nodes.add("Not", nodes.add("Equal", tokens, padding(pack.padding()))), DataType.INT32);
        return nodes.add(
                "Add",
                nodes.add("CumSum", real, nodes.scalar(DataType.INT32, 1)),
                nodes.scalar(DataType.INT32, pack.firstPosition() - 1));
    }

    /** 0, 1 … of the second axis, int64. */
    private String positions(String sequence) {
        String length = element(nodes.add("Shape", sequence), 1, 0);
        return nodes.add("Range", List.of(nodes.index(0), length, nodes.index(1)));
    }

    private String unpack() {
        int padding = ((PackOp) call.producer(1)).padding();
        String real =
                nodes.cast(nodes.add("Not", nodes.add("Equal", call.input(2), padding(padding))), DataType.FLOAT32);
        return nodes.add("Mul", call.input(0), nodes.add("Unsqueeze", real, nodes.list(2)));
    }

    /** 1, or 0 where the position is padding, [batch, 1]. */
    private String present(PositionOp op) {
        String tokens = nodes.add("Gather", List.of(call.input(0), nodes.list(op.position())), Attribute.of("axis", 1));
        return nodes.cast(nodes.add("Not", nodes.add("Equal", tokens, padding(op.padding()))), DataType.FLOAT32);
    }

    private String padding(int id) {
        return nodes.scalar(DataType.INT32, id);
    }

    /** The sum of rows of tables; or, of the whole batch, the vectors at one position, [batch, width]. */
    private String lookup() {
        if (call.producer(0) instanceof PositionOp position) {
            return element(call.input(1), position.position(), 1);
        }
        String sum = nodes.add("Gather", call.input(1), call.input(0));
        for (int i = 2; i < call.inputs().size(); i += 2) {
            sum = nodes.add("Add", sum, nodes.add("Gather", call.input(i + 1), call.input(i)));
        }
        return sum;
    }

    private String element(String array, int index, int axis) {
        return nodes.add("Gather", List.of(array, nodes.index(index)), Attribute.of("axis", axis));
    }

    private String dense(DenseOp dense) {
        String kernel = dense.layout() == KernelLayout.IN_OUT ? call.input(1) : nodes.add("Transpose", call.input(1));
        String product = nodes.add("MatMul", call.input(0), kernel);
        String result = call.inputs().size() > 2 ? nodes.add("Add", product, call.input(2)) : product;
        return dense.gelu().map(gelu -> gelu(gelu, result)).orElse(result);
    }

    private List<String> projections() {
        List<String> results = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            results.add(
                    call.reads(i)
                            ? nodes.add(
                                    "Add",
                                    nodes.add("MatMul", call.input(0), call.input(2 * i + 1)),
                                    call.input(2 * i + 2))
                            : null);
        }
        return results;
    }

    /** With a mean and variance of the last axis; of the sum of both inputs where there are two. */
    private String normalize(float epsilon) {
        String x = call.inputs().size() == 3 ? call.input(0) : nodes.add("Add", call.input(0), call.input(3));
        return nodes.add(
                "LayerNormalization",
                List.of(x, call.input(1), call.input(2)),
                LAST_AXIS,
                Attribute.of("epsilon", epsilon));
    }

    /** {@code x / 2 · (1 + erf(x / √2))}, or {@code x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))}. */
    private String gelu(Gelu gelu, String x) {
        String signed = switch (gelu) {
            case ERF -> nodes.add("Erf", nodes.add("Div", x, nodes.number(Math.sqrt(2))));
            case TANH -> {
                String cube = nodes.add("Mul", nodes.add("Mul", x, x), x);
                String inner = nodes.add("Add", x, nodes.add("Mul", cube, nodes.number(0.044715)));
                yield nodes.add("Tanh", nodes.add("Mul", inner, nodes.number(Math.sqrt(2 / Math.PI))));
            }
        };
        String doubled = nodes.add("Mul", x, nodes.add("Add", signed, nodes.number(1)));
        return nodes.add("Mul", doubled, nodes.number(0.5));
    }

    /** All queries of a batch, or those at one position of each sequence, which are [batch, width]. */
    private String attention(AttentionOp op) {
        int heads = op.heads();
        boolean single = call.producer(3) instanceof PositionOp;
        long width = width(1);
        String query = heads(call.input(0), heads, width, single ? 1 : 0, 0, 2, 1, 3);
        String key = heads(call.input(1), heads, width, 0, 0, 2, 3, 1);
        String value = heads(call.input(2), heads, width, 0, 0, 2, 1, 3);
        RelatedScores related = new RelatedScores(call, op.relation());
        String products = related.addToProducts(query, nodes.add("MatMul", query, key));
        String scores =
                related.addToScores(nodes.add("Div", products, nodes.number(Math.sqrt((double) width / heads))));
        String probabilities = nodes.add("Softmax", List.of(nodes.add("Add", scores, call.input(4))), LAST_AXIS);
        String vectors = related.addToVectors(probabilities, nodes.add("MatMul", probabilities, value));
        String context = transpose(vectors, 0, 2, 1, 3);
        return nodes.add("Reshape", context, single ? nodes.list(0, width) : nodes.list(0, 0, width));
    }

    /** [batch, length, width] as [batch, length, heads, size], its axes in another order; a length of 0 keeps it. */
    private String heads(String x, int heads, long width, long length, long... order) {
        return transpose(nodes.add("Reshape", x, nodes.list(0, length, heads, width / heads)), order);
    }

    private String transpose(String x, long... order) {
        return nodes.add(
                "Transpose",
                List.of(x),
                Attribute.of("perm", Arrays.stream(order).boxed().toList()));
    }

    /** The number of columns of an input, by the weights it was multiplied with. */
    private long width(int number) {
        DifferentialFunction producer = call.producer(number);
        if (producer instanceof RotaryOp) {
            producer = producer.arg(0)
                    .getSameDiff()
                    .getVariableOutputOp(producer.arg(0).name());
        }
        if (producer instanceof QueriesKeysValuesOp || producer instanceof DenseOp) {
            SDVariable kernel = producer.arg(1);
            boolean turned = producer instanceof DenseOp dense && dense.layout() == KernelLayout.OUT_IN;
            return kernel.getArr().size(turned ? 0 : 1);
        }
        throw new IllegalArgumentException("it reads keys that no dense layer made: expected those of Bert");
    }

    /** Heads turned by their places, of the whole batch or at one position of each sequence. */
    private String turn(Rotation rotation) {
        int half = rotation.size() / 2;
        boolean single = call.producer(1) instanceof PositionOp;
        boolean neighbours = rotation.pairs() == Rotation.Pairs.NEIGHBOURS;
        int axis = neighbours ? 4 : 3;
        String split = nodes.add(
                "Reshape",
                call.input(0),
                neighbours ? nodes.list(0, single ? 1 : 0, -1, half, 2) : nodes.list(0, single ? 1 : 0, -1, 2, half));
        String angle = angles(call.input(1), half, rotation.base());
        List<String> turned = turned(element(split, 0, axis), element(split, 1, axis), angle).stream()
                .map(part -> nodes.add("Unsqueeze", part, nodes.list(axis)))
                .toList();
        String together = nodes.add("Concat", turned, Attribute.of("axis", axis));
        return nodes.add("Reshape", together, single ? nodes.list(0, width(0)) : nodes.list(0, 0, width(0)));
    }

    /** Vectors at one position, or at positions [batch, k]. */
    private String gather(int position) {
        if (call.inputs().size() == 1) {
            return element(call.input(0), position, 1);
        }
        String positions = nodes.add("Unsqueeze", nodes.cast(call.input(1), DataType.INT64), nodes.list(2));
        return nodes.add("GatherND", List.of(call.input(0), positions), Attribute.of("batch_dims", 1));
    }

    /** The sequence moved by each place of a window, side by side. */
    private String windows(int size) {
        int before = (size - 1) / 2;
        String padded = nodes.add("Pad", call.input(0), nodes.list(0, before, 0, 0, size - 1 - before, 0));
        List<String> moved = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            long end = i == size - 1 ? Integer.MAX_VALUE : i - size + 1;
            moved.add(nodes.add("Slice", List.of(padded, nodes.list(i), nodes.list(end), nodes.list(1))));
        }
        return nodes.add("Concat", moved, LAST_AXIS);
    }

    /** ONNX has weights the other way round, one direction per row, and an LSTM's gates in another order. */
    private List<String> recurrent(RecurrentOp op) {
        boolean lstm = op.cell() == Cell.LSTM;
        int[] order = lstm ? new int[] {0, 3, 1, 2} : new int[] {0, 1, 2};
        String kernel = direction(gates(call.input(1), order, 1), 1, 0);
        String recurrentKernel = direction(gates(call.input(2), order, 1), 1, 0);
        String bias = lstm
                ? nodes.add(
                        "Concat",
                        List.of(gates(call.input(3), order, 0), nodes.add("Sub", call.input(3), call.input(3))),
                        Attribute.of("axis", 0))
                : nodes.add("Reshape", call.input(3), nodes.list(-1));
        List<String> inputs = new ArrayList<>(List.of(
                transpose(call.input(0), 1, 0, 2),
                kernel,
                recurrentKernel,
                nodes.add("Unsqueeze", bias, nodes.list(0))));
        if (call.inputs().size() > 4) {
            String real = nodes.add("Not", nodes.add("Equal", call.input(4), nodes.scalar(call.inputType(4), 0)));
            inputs.add(nodes.add(
                    "ReduceSum",
                    List.of(nodes.cast(real, DataType.INT32), nodes.list(1)),
                    Attribute.of("keepdims", 0)));
        }
        List<Attribute> settings = new ArrayList<>(List.of(
                Attribute.of("hidden_size", units(op)),
                Attribute.of("direction", op.backwards() ? "reverse" : "forward")));
        if (!lstm) {
            settings.add(Attribute.of("linear_before_reset", 1));
        }
        List<String> outputs = nodes.addAll(lstm ? "LSTM" : "GRU", inputs, 2, settings);
        String sequence = nodes.add("Squeeze", outputs.get(0), nodes.list(1)); // [length, batch, units]
        return List.of(transpose(sequence, 1, 0, 2), nodes.add("Squeeze", outputs.get(1), nodes.list(0)));
    }

    private static long units(RecurrentOp op) {
        return op.arg(2).getArr().size(0);
    }

    private String gates(String weights, int[] order, int axis) {
        List<String> parts = nodes.addAll("Split", List.of(weights), order.length, List.of(Attribute.of("axis", axis)));
        return nodes.add("Concat", Arrays.stream(order).mapToObj(parts::get).toList(), Attribute.of("axis", axis));
    }

    private String direction(String matrix, long... order) {
        return nodes.add("Unsqueeze", transpose(matrix, order), nodes.list(0));
    }

    private String spanScores(int size) {
        String queries = transpose(rotate(call.input(0), size), 0, 2, 1, 3);
        String keys = transpose(rotate(call.input(1), size), 0, 2, 3, 1);
        String scores = nodes.add("Mul", nodes.add("MatMul", queries, keys), nodes.number(1 / Math.sqrt(size)));
        String positions = positions(call.input(0));
        String inOrder = nodes.add(
                "GreaterOrEqual", positions, nodes.add("Unsqueeze", positions, nodes.list(1))); // [start, end]
        String real = nodes.add("Not", nodes.add("Equal", call.input(2), nodes.number(0)));
        String both = nodes.add(
                "And",
                nodes.add("Unsqueeze", real, nodes.list(1, 3)), // starts
                nodes.add("Unsqueeze", real, nodes.list(1, 2))); // ends
        return nodes.add(
                "Where", List.of(nodes.add("And", both, inOrder), scores, nodes.number(SpanScoresOp.IMPOSSIBLE)));
    }

    /**
     * [batch, length, heads · size] → [batch, length, heads, size], each pair of numbers turned by an angle: the position
     * times a speed that falls from pair to pair. All first numbers of pairs come before all second ones, which inner
     * products do not see. Angles are float64 until they are less than a turn, as float32 is too coarse for large ones.
     */
    private String rotate(String x, int size) {
        int pairs = size / 2;
        String angle = angles(positions(x), pairs, 10_000);
        String split = nodes.add("Reshape", x, nodes.list(0, 0, -1, pairs, 2));
        return nodes.add("Concat", turned(element(split, 0, 4), element(split, 1, 4), angle), LAST_AXIS);
    }

    /** The angle of each pair at each place, [length, 1, pairs]. */
    private String angles(String places, int pairs, double base) {
        String speeds = nodes.doubles(IntStream.range(0, pairs)
                .mapToDouble(pair -> Math.pow(base, -(double) pair / pairs))
                .toArray());
        String positions = nodes.add("Unsqueeze", nodes.cast(places, DataType.FLOAT64), nodes.list(1)); // [length, 1]
        String angles = nodes.add(
                "Mod",
                List.of(nodes.add("Mul", positions, speeds), nodes.scalar(DataType.FLOAT64, 2 * Math.PI)),
                Attribute.of("fmod", 1));
        return nodes.add("Unsqueeze", nodes.cast(angles, DataType.FLOAT32), nodes.list(1));
    }

    private List<String> turned(String first, String second, String angle) {
        String cosine = nodes.add("Cos", angle);
        String sine = nodes.add("Sin", angle);
        return List.of(
                nodes.add("Sub", nodes.add("Mul", first, cosine), nodes.add("Mul", second, sine)),
                nodes.add("Add", nodes.add("Mul", second, cosine), nodes.add("Mul", first, sine)));
    }
}
