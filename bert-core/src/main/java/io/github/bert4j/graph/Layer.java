package io.github.bert4j.graph;

import io.github.bert4j.graph.Weight.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A function of tensors with weights of its own; applying it twice shares them.
 *
 * <p>A layer gets its name and its weights when it is first applied, and belongs to that graph from then on. To write
 * one, create weights in {@link #build} and the output in {@link #call}:
 *
 * <pre>{@code
 * final class Scale extends Layer {
 *     private Weight factor;
 *
 *     Scale() {
 *         super("scale");
 *     }
 *
 *     protected void build(List<Tensor> inputs) {
 *         factor = weight("factor", Shape.of(inputs.get(0).shape().size(-1)), Initializer.ones());
 *     }
 *
 *     protected Tensor call(List<Tensor> inputs) {
 *         return inputs.get(0).times(factor.tensor());
 *     }
 * }
 * }</pre>
 */
public abstract class Layer {
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.-]+");

    private final String kind;
    private final List<Weight> weights = new ArrayList<>();
    private Graph graph;
    private String name;
    private String chosenName;

    /** @param kind what the layer is called, as in {@code dense_1}, {@code dense_2} */
    protected Layer(String kind) {
        this.kind = kind;
    }

    /** Creates the weights; called once, before the first {@link #call}. */
    protected void build(List<Tensor> inputs) {}

    /** Adds the layer's operations to the graph. */
    protected abstract Tensor call(List<Tensor> inputs);

    /**
     * Applies the layer.
     *
     * @throws IllegalArgumentException if the inputs do not fit, or belong to different graphs
     * @throws IllegalStateException if the layer already belongs to another graph
     */
    public final Tensor apply(Tensor... inputs) {
        List<Tensor> arguments = bind(List.of(inputs));
        Tensor output = call(arguments);
        record(arguments, List.of(output));
        return output;
    }

    /**
     * Names the layer, and with it its weights, {@code name/kernel}: a file of weights then fits whatever the order in which
     * layers are applied, as numbered names do not.
     *
     * <pre>{@code
     * var start = dense(1, SIGMOID).named("subject_start").apply(x);
     * }</pre>
     *
     * @return this layer
     * @throws IllegalArgumentException if it is not letters, digits, {@code _}, {@code .} and {@code -} alone
     * @throws IllegalStateException if the layer was applied, and so has a name
     */
    public final Layer named(String givenName) {
        if (name != null) {
            throw new IllegalStateException(
                    "Layer %s was applied already: name it \"%s\" before".formatted(name, givenName));
        }
        if (!NAME.matcher(givenName).matches()) {
            throw new IllegalArgumentException(
                    "A layer named \"%s\": expected letters, digits, _, . and - alone".formatted(givenName));
        }
        chosenName = givenName;
        return this;
    }

    /** The layer's name, given when it is first applied unless {@link #named} chose it. */
    public final String name() {
        if (name == null) {
            throw new IllegalStateException("This " + kind + " layer has no name yet: apply it first");
        }
        return name;
    }

    /** The layer's weights, in the order they were made; empty before it is first applied. */
    public final List<Weight> weights() {
        return Collections.unmodifiableList(weights);
    }

    /** The graph the layer belongs to. */
    public final Graph graph() {
        return graph;
    }

    /** Binds the layer to its inputs' graph and builds it, if that is still to be done. */
    protected final List<Tensor> bind(List<Tensor> inputs) {
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException(
                    "Layer " + kind + " was applied to nothing: expected at least one tensor");
        }
        Graph inputGraph = inputs.get(0).graph();
        if (inputs.stream().anyMatch(input -> input.graph() != inputGraph)) {
            throw new IllegalArgumentException(
                    "Layer " + kind + " was applied to tensors of different graphs: " + inputs);
        }
        if (graph == null) {
            if (chosenName != null) {
                inputGraph.takeName(chosenName);
            }
            attach(inputGraph, chosenName != null ? chosenName : inputGraph.uniqueName(kind));
            try {
                build(inputs);
            } catch (RuntimeException e) {
                // The layer may be applied again, to something that fits.
                inputGraph.giveBackName(chosenName);
                graph = null;
                name = null;
                weights.clear();
                throw e;
            }
        } else if (graph != inputGraph) {
            throw new IllegalStateException(
                    "Layer " + name + " belongs to another graph: create a layer of its own for each graph");
        }
        return inputs;
    }

    /** Gives the layer its graph and its name ahead of its first use, for layers whose weights come from a file. */
    protected final void attach(Graph owner, String givenName) {
        graph = owner;
        name = givenName;
    }

    /** Notes a call for {@code summary()}. */
    protected final void record(List<Tensor> inputs, List<Tensor> outputs) {
        Node node = new Node(this, inputs, outputs);
        outputs.forEach(output -> output.producedBy(node));
        graph.made(node);
    }

    /** Creates a weight named {@code layer/suffix}. */
    protected final Weight weight(String suffix, Shape shape, Initializer initializer) {
        return weight(suffix, shape, initializer, Role.KERNEL);
    }

    /** Creates a weight named {@code layer/suffix} for another role than a kernel's, such as a bias. */
    protected final Weight weight(String suffix, Shape shape, Initializer initializer, Role role) {
        return adopt(graph.weight(name + "/" + suffix, shape, initializer, role));
    }

    /** Makes a weight that already exists one of this layer's. */
    protected final Weight adopt(Weight weight) {
        weights.add(weight);
        return weight;
    }

    /** The number of inputs that {@link #call} expects. */
    protected final void requireInputs(List<Tensor> inputs, int count) {
        if (inputs.size() != count) {
            throw new IllegalArgumentException("Layer %s takes %d tensor%s, but %d were given: %s"
                    .formatted(name, count, count == 1 ? "" : "s", inputs.size(), inputs));
        }
    }

    /** The rank that {@link #call} expects of an input. */
    protected final void requireRank(Tensor input, int rank, String meaning) {
        if (input.shape().rank() != rank) {
            throw new IllegalArgumentException("Layer %s takes %s, but was given %s".formatted(name, meaning, input));
        }
    }
}
