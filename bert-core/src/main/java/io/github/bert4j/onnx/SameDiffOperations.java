package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.OnnxNode.Attribute;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ops.BaseReduceOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** What SameDiff's ops are in ONNX, by their names: those that activations, layers and lambdas use. */
final class SameDiffOperations {
    private static final Map<String, String> SAME_AS = Map.ofEntries(
            Map.entry("abs", "Abs"),
            Map.entry("and", "And"),
            Map.entry("cos", "Cos"),
            Map.entry("erf", "Erf"),
            Map.entry("exp", "Exp"),
            Map.entry("log", "Log"),
            Map.entry("neg", "Neg"),
            Map.entry("or", "Or"),
            Map.entry("Reciprocal", "Reciprocal"),
            Map.entry("sigmoid", "Sigmoid"),
            Map.entry("sin", "Sin"),
            Map.entry("softplus", "Softplus"),
            Map.entry("sqrt", "Sqrt"),
            Map.entry("tanh", "Tanh"),
            Map.entry("transpose", "Transpose"),
            Map.entry("equals", "Equal"),
            Map.entry("greater", "Greater"),
            Map.entry("less", "Less"),
            Map.entry("greater_equal", "GreaterOrEqual"),
            Map.entry("less_equal", "LessOrEqual"));

    private static final Map<String, String> ARITHMETIC = Map.of(
            "add", "Add",
            "subtract", "Sub",
            "multiply", "Mul",
            "divide", "Div",
            "maximum", "Max",
            "minimum", "Min");

    private static final Map<String, String> WITH_SCALAR = Map.of(
            "add_scalar", "Add",
            "sub_scalar", "Sub",
            "mul_scalar", "Mul",
            "div_scalar", "Div",
            "pow", "Pow",
            "equals_scalar", "Equal",
            "greaterthan_scalar", "Greater",
            "greaterthanorequal_scalar", "GreaterOrEqual",
            "lessthan_scalar", "Less",
            "lessthanorequal_scalar", "LessOrEqual");

    private static final Map<String, String> REDUCTIONS = Map.of(
            "reduce_max", "ReduceMax",
            "reduce_mean", "ReduceMean",
            "reduce_min", "ReduceMin",
            "reduce_norm1", "ReduceL1",
            "reduce_norm2", "ReduceL2");

    private static final Map<String, Function<SameDiffOperations, String>> OTHERS = Map.ofEntries(
            Map.entry("cast", to -> to.nodes.cast(to.call.input(0), to.call.outputType())),
            Map.entry("concat", to -> to.nodes.add("Concat", to.call.all(), to.axis(0))),
            Map.entry(
                    "cumsum",
                    to -> to.nodes.add(
                            "CumSum",
                            to.call.input(0),
                            to.nodes.index(to.integers().get(2)))),
            Map.entry("expand_dims", to -> to.withAxes("Unsqueeze")),
            Map.entry("identity", to -> to.call.input(0)),
            Map.entry("log_softmax", to -> to.nodes.add("LogSoftmax", to.first(), to.axis(-1))),
            Map.entry(
                    "notequals_scalar",
                    to -> to.nodes.add("Not", to.nodes.add("Equal", to.call.input(0), to.scalar()))),
            Map.entry("matmul", to -> to.nodes.add("MatMul", to.call.all())),
            Map.entry("mmul", to -> to.nodes.add("MatMul", to.call.all())),
            Map.entry("not_equals", to -> to.nodes.add("Not", to.nodes.add("Equal", to.call.all()))),
            Map.entry("ones_as", to -> to.nodes.add("Add", to.zeros(), to.nodes.scalar(to.call.outputType(), 1))),
            Map.entry("permute", to -> to.nodes.add("Transpose", to.first(), Attribute.of("perm", to.integers()))),
            Map.entry("rdiv_scalar", to -> to.nodes.add("Div", to.scalar(), to.call.input(0))),
            Map.entry("reduce_sum", SameDiffOperations::sum),
            Map.entry("relu", SameDiffOperations::relu),
            Map.entry("reversesubtract", to -> to.nodes.add("Sub", to.call.input(1), to.call.input(0))),
            Map.entry("reshape", SameDiffOperations::reshape),
            Map.entry("rsub_scalar", to -> to.nodes.add("Sub", to.scalar(), to.call.input(0))),
            Map.entry("softmax", to -> to.nodes.add("Softmax", to.first(), to.axis(-1))),
            Map.entry("square", to -> to.nodes.add("Mul", to.call.input(0), to.call.input(0))),
            Map.entry("strided_slice", SameDiffOperations::slice),
            Map.entry("squeeze", to -> to.withAxes("Squeeze")),
            Map.entry("zeroslike", SameDiffOperations::zeros));

    private static final int ALL_AXES = Integer.MAX_VALUE;

    private final Call call;
    private final Nodes nodes;

    private SameDiffOperations(Call call) {
        this.call = call;
        this.nodes = call.nodes();
    }

    /** The names of all ops that can be translated. */
    static String names() {
        TreeSet<String> names = new TreeSet<>(SAME_AS.keySet());
        List.of(ARITHMETIC, WITH_SCALAR, REDUCTIONS, OTHERS).forEach(some -> names.addAll(some.keySet()));
        return String.join(", ", names);
    }

    /** Adds an op's operators; returns the name of its output. */
    static String translate(Call call) {
        SameDiffOperations to = new SameDiffOperations(call);
        String name = call.op().opName();
        if (SAME_AS.containsKey(name)) {
            return to.nodes.add(SAME_AS.get(name), call.all());
        } else if (ARITHMETIC.containsKey(name)) {
            return to.nodes.add(ARITHMETIC.get(name), to.ofOutputType(0), to.ofOutputType(1));
        } else if (WITH_SCALAR.containsKey(name)) {
            return to.nodes.add(WITH_SCALAR.get(name), call.input(0), to.scalar());
        } else if (REDUCTIONS.containsKey(name)) {
            return to.reduce(REDUCTIONS.get(name));
        } else if (OTHERS.containsKey(name)) {
            return OTHERS.get(name).apply(to);
        }
        throw new IllegalArgumentException("expected one of %s, or %s".formatted(names(), LayerOperations.NAMES));
    }

    private List<String> first() {
        return List.of(call.input(0));
    }

    /** ONNX's operators take operands of one type. */
    private String ofOutputType(int number) {
        DataType type = call.outputType();
        return call.inputType(number) == type ? call.input(number) : nodes.cast(call.input(number), type);
    }

    private String scalar() {
        return nodes.scalar(call.inputType(0), ((ScalarOp) call.op()).scalar().getDouble(0));
    }

    private List<Long> integers() {
        return Arrays.stream(((CustomOp) call.op()).iArgs()).boxed().toList();
    }

    /** The axis that an op was given, or what it is without. */
    private Attribute axis(long otherwise) {
        List<Long> given = integers();
        return Attribute.of("axis", given.isEmpty() ? otherwise : given.get(0));
    }

    private String withAxes(String operator) {
        return nodes.add(
                operator,
                call.input(0),
                nodes.list(integers().stream().mapToLong(Long::longValue).toArray()));
    }

    /** The first integer tells the order of elements. */
    private String reshape() {
        long[] sizes = integers().stream().mapToLong(Long::longValue).toArray();
        return nodes.add("Reshape", call.input(0), nodes.list(Arrays.copyOfRange(sizes, 1, sizes.length)));
    }

    /** Five masks, and where each axis begins and ends, and its steps; a mask's bit says that an axis is taken whole. */
    private String slice() {
        List<Long> given = integers();
        int axes = (given.size() - 5) / 3;
        String result = call.input(0);
        for (int axis = 0; axis < axes; axis++) {
            boolean whole = (given.get(0) >> axis & 1) == 1 && (given.get(2) >> axis & 1) == 1;
            if (!whole) {
                result = nodes.add(
                        "Slice",
                        List.of(
                                result,
                                nodes.list(given.get(5 + axis)),
                                nodes.list(given.get(5 + axes + axis)),
                                nodes.list(axis)));
            }
        }
        return result;
    }

    private String zeros() {
        return nodes.add("Sub", call.input(0), call.input(0));
    }

    private String relu() {
        if (((ScalarOp) call.op()).scalar().getDouble(0) != 0) {
            throw new IllegalArgumentException("expected one that cuts off at 0");
        }
        return nodes.add("Relu", call.input(0));
    }

    private String sum() {
        BaseReduceOp op = (BaseReduceOp) call.op();
        List<Long> axes = axes(op);
        Attribute keepsAxes = Attribute.of("keepdims", op.isKeepDims() ? 1 : 0);
        return axes.isEmpty()
                ? nodes.add("ReduceSum", first(), keepsAxes)
                : nodes.add(
                        "ReduceSum",
                        List.of(
                                call.input(0),
                                nodes.list(
                                        axes.stream().mapToLong(Long::longValue).toArray())),
                        keepsAxes);
    }

    private String reduce(String operator) {
        BaseReduceOp op = (BaseReduceOp) call.op();
        List<Long> axes = axes(op);
        Attribute keepsAxes = Attribute.of("keepdims", op.isKeepDims() ? 1 : 0);
        return axes.isEmpty()
                ? nodes.add(operator, first(), keepsAxes)
                : nodes.add(operator, first(), Attribute.of("axes", axes), keepsAxes);
    }

    /** Empty for all of them. */
    private static List<Long> axes(BaseReduceOp op) {
        int[] axes = op.getDimensions();
        return axes == null || axes.length == 1 && axes[0] == ALL_AXES
                ? List.of()
                : IntStream.of(axes).asLongStream().boxed().toList();
    }
}
