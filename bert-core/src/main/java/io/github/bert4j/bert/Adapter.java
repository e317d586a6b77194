package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.LayerNames;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Initializer;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.ops.DenseOp;
import io.github.bert4j.ops.DropoutOp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** The weights that adapt a BERT, see {@link LowRank}: of each adapted kernel [in, out] an A [in, rank] and a B [rank, out]. */
public final class Adapter {
    static final String A = "/lora_a";
    static final String B = "/lora_b";

    private final LowRank settings;
    private final Graph graph;
    private final Map<String, Pair> pairs = new LinkedHashMap<>();

    private record Pair(Weight a, Weight b) {}

    /** A starts as PyTorch starts dense layers, B with zeros, so that nothing is changed. */
    Adapter(LowRank settings, BertConfig config, Graph graph, Map<String, Weight> weights) {
        this.settings = settings;
        this.graph = graph;
        graph.note("adapter", settings);
        for (String dense : denseLayers(settings, config)) {
            Shape kernel = weights.get(dense + "/kernel").shape();
            float bound = (float) (1 / Math.sqrt(kernel.size(0)));
            Initializer uniform = (values, shape, random) -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
                }
            };
            pairs.put(
                    dense,
                    new Pair(
                            graph.weight(dense + A, Shape.of(kernel.size(0), settings.rank()), uniform),
                            graph.weight(dense + B, Shape.of(settings.rank(), kernel.size(1)), Initializer.zeros())));
        }
    }

    /**
     * The names of the dense layers that are adapted, the lowest first.
     *
     * @throws IllegalArgumentException if there is no such layer
     */
    static Set<String> denseLayers(LowRank settings, BertConfig config) {
        List<LayerNames> layers = WeightTable.layers(config);
        Set<Integer> numbers = settings.layers().isEmpty()
                ? new TreeSet<>(IntStream.range(0, layers.size()).boxed().toList())
                : settings.layers();
        Set<String> names = new LinkedHashSet<>();
        for (int number : numbers) {
            if (number >= layers.size()) {
                throw new IllegalArgumentException(
                        "An adapter of layer %d: expected one from 0 to %d".formatted(number, layers.size() - 1));
            }
            for (LowRank.Kernel kernel : settings.kernels()) {
                if (kernel != LowRank.Kernel.GATE || config.design().gated()) {
                    names.add(dense(layers.get(number), kernel));
                }
            }
        }
        return names;
    }

    static String dense(LayerNames layer, LowRank.Kernel kernel) {
        return switch (kernel) {
            case QUERY -> layer.query();
            case KEY -> layer.key();
            case VALUE -> layer.value();
            case ATTENTION_OUTPUT -> layer.attentionOutput();
            case INTERMEDIATE -> layer.intermediate();
            case GATE -> layer.gate();
            case OUTPUT -> layer.output();
        };
    }

    /** How BERT is adapted. */
    public LowRank settings() {
        return settings;
    }

    /** All of its weights. */
    public List<Weight> weights() {
        List<Weight> all = new ArrayList<>();
        pairs.values().forEach(pair -> all.addAll(List.of(pair.a(), pair.b())));
        return all;
    }

    /** What was learned so far, apart from this graph. */
    public AdapterValues values() {
        return graph.reading(() -> {
            Map<String, AdapterValues.Factors> factors = new LinkedHashMap<>();
            pairs.forEach((dense, pair) -> factors.put(
                    dense, new AdapterValues.Factors(pair.a().values(), pair.b().values())));
            return new AdapterValues(settings, factors);
        });
    }

    /**
     * Takes over what was learned elsewhere.
     *
     * @throws IllegalArgumentException if that has other settings
     */
    public void assign(AdapterValues values) {
        if (!values.factors().keySet().equals(pairs.keySet())
                || values.settings().rank() != settings.rank()) {
            throw new IllegalArgumentException(
                    "Values of an adapter of %s: expected one of %s".formatted(values.settings(), settings));
        }
        values.factors().forEach((dense, factors) -> {
            pairs.get(dense).a().assign(factors.a());
            pairs.get(dense).b().assign(factors.b());
        });
    }

    /** What is added to a dense layer's result; empty for one that is not adapted. */
    Optional<SDVariable> of(String dense, SDVariable x) {
        Pair pair = pairs.get(dense);
        if (pair == null) {
            return Optional.empty();
        }
        SDVariable dropped =
                settings.dropout() > 0 ? new DropoutOp((float) settings.dropout(), graph.nextDropout(), x).output() : x;
        SDVariable narrow = new DenseOp(dropped, pair.a().variable()).output().mul(settings.scale());
        return Optional.of(new DenseOp(narrow, pair.b().variable()).output());
    }
}
