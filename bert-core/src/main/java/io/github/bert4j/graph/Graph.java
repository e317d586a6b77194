package io.github.bert4j.graph;

import io.github.bert4j.graph.Weight.Role;
import io.github.bert4j.kernels.Kernels;
import io.github.bert4j.kernels.NativeMemory;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.MachineKernels;
import io.github.bert4j.ops.GraphOp;
import io.github.bert4j.ops.Plan;
import io.github.bert4j.ops.Profile;
import io.github.bert4j.ops.Results;
import io.github.bert4j.ops.Session;
import io.github.bert4j.ops.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.ThreadSafeArrayHolder;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Owns one SameDiff graph with its weights, its seed and the native memory of its runs.
 *
 * <p>Build a graph from one thread; once built, {@link #run} may be called from many. A thread that changes weights, or
 * adds to a graph that others run, does so in {@link #changing}.
 */
public final class Graph implements AutoCloseable {
    private final SameDiff sameDiff = SameDiff.create();
    private final long seed;
    private final Kernels kernels;
    private final Map<String, Integer> namesGiven = new HashMap<>();
    private final Set<String> namesChosen = new HashSet<>();
    /** The calls of layers, by the variables that they made. */
    private final Map<String, Node> nodes = new HashMap<>();

    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Set<Weight> frozen = new HashSet<>();
    private final List<INDArray> owned = new ArrayList<>();
    private final Deque<Session> idle = new ArrayDeque<>();
    private final Access access;
    /** Whose weights, kernels and memory this one uses besides its own. */
    private final Optional<Graph> lender;

    private final Map<String, String> settings = new TreeMap<>();
    private int dropouts;
    private boolean returned;
    private Profile profile;

    /**
     * Something that is done with a graph.
     *
     * @param <T> what comes of it
     * @param <E> what it may fail with
     */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T call() throws E;
    }

    /** @param seed decides initial weights, the order of samples and dropout: the same seed gives the same run */
    public Graph(long seed) {
        this(seed, Precision.FLOAT32);
    }

    /**
     * As {@link #Graph(long)}, with matrix products in a precision of the caller's choice.
     *
     * @throws IllegalArgumentException if the machine cannot compute in it
     */
    public Graph(long seed, Precision precision) {
        this(seed, MachineKernels.open(precision));
    }

    /** As {@link #Graph(long)}, on kernels that the caller chooses and that are closed with the graph. */
    public Graph(long seed, Kernels kernels) {
        this(seed, kernels, Optional.empty());
    }

    private Graph(long seed, Kernels kernels, Optional<Graph> lender) {
        this.seed = seed;
        this.kernels = kernels;
        this.lender = lender;
        this.access = new Access(this::free);
        // SameDiff's own holder, which waits for other devices to ask, keeps a second copy of every weight for them.
        sameDiff.setArrayHolders(new ThreadSafeArrayHolder(false), new ThreadSafeArrayHolder(false), false);
    }

    /**
     * A graph that can {@linkplain #borrow borrow} weights of another one, and computes with its kernels and in its memory: many
     * such graphs take little more than their own weights. The other one stays in memory, even if it is closed before, until
     * this one is closed.
     *
     * @param seed as in {@link #Graph(long)}
     * @param lender whose weights do not change any more
     * @throws IllegalStateException if it is closed
     */
    public static Graph sharing(long seed, Graph lender) {
        lender.access.begin();
        return new Graph(seed, lender.kernels, Optional.of(lender));
    }

    /**
     * A weight of the graph that this one shares, under the same name; it is frozen here, and cannot be assigned.
     *
     * @throws IllegalArgumentException if it is another graph's, or the name is taken
     */
    public Weight borrow(Weight weight) {
        if (lender.filter(weight.graph()::equals).isEmpty()) {
            throw new IllegalArgumentException(
                    "Weight %s is none of a graph that this one shares: expected one of Graph.sharing(seed, graph)"
                            .formatted(weight.name()));
        }
        requireNew(weight.name());
        INDArray array = weight.variable().getArr();
        Weight borrowed = new Weight(this, sameDiff.var(weight.name(), array), weight.shape(), weight.role());
        weights.put(weight.name(), borrowed);
        frozen.add(borrowed);
        return borrowed;
    }

    /** An input of token or segment ids: int32 [batch, length]. */
    public Tensor ids(String name) {
        return ints(name, Shape.UNKNOWN, Shape.UNKNOWN);
    }

    /** An int32 input; unknown sizes are {@link Shape#UNKNOWN}. */
    public Tensor ints(String name, long... shape) {
        return input(name, DataType.INT32, Shape.of(shape));
    }

    /** A float32 input; unknown sizes are {@link Shape#UNKNOWN}. */
    public Tensor floats(String name, long... shape) {
        return input(name, DataType.FLOAT, Shape.of(shape));
    }

    public long seed() {
        return seed;
    }

    /**
     * Notes what weights do not show and yet decides what is computed, such as a rate of dropout: a training goes on from a
     * state only where it is the same.
     *
     * @param name such as {@code bert_config.json: hidden_act}
     */
    public void note(String name, Object value) {
        settings.put(name, String.valueOf(value));
    }

    /** What {@link #note} was given, by name. */
    public Map<String, String> settings() {
        return Collections.unmodifiableMap(settings);
    }

    /** The SameDiff graph underneath, for operations that have no layer here. */
    public SameDiff sameDiff() {
        return sameDiff;
    }

    /** The kernels that run this graph's ops. */
    public Kernels kernels() {
        return kernels;
    }

    /** All weights, in the order they were made. */
    public Collection<Weight> weights() {
        return Collections.unmodifiableCollection(weights.values());
    }

    /**
     * The weights of some names.
     *
     * @param pattern a regular expression for the whole name, such as {@code bert/encoder/layer_[0-5]/.*}
     * @throws IllegalArgumentException if no weight has such a name
     */
    public List<Weight> weightsNamed(String pattern) {
        Pattern names = Pattern.compile(pattern);
        List<Weight> found = weights.values().stream()
                .filter(weight -> names.matcher(weight.name()).matches())
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "No weight is named as \"%s\" says; there are %s".formatted(pattern, weights.keySet()));
        }
        return found;
    }

    /**
     * Whether training, counting and saving know of a variable: one that {@code sameDiff().var(…)} made has no part in them.
     */
    public boolean owns(SDVariable variable) {
        return weights.containsKey(variable.name());
    }

    /**
     * Keeps weights as they are in training: those of a layer, of BERT's lower layers, or of some names. Nothing is
     * computed for their gradients, and optimizers keep nothing for them. It counts for models that are compiled
     * afterwards; one that is already compiled refuses to go on.
     *
     * <pre>{@code
     * graph.freeze(bert.embeddingWeights());
     * graph.freeze(bert.layerWeights(0));
     * graph.freeze(graph.weightsNamed("bert/encoder/layer_[0-5]/.*"));
     * }</pre>
     *
     * @throws IllegalArgumentException if there are none, as of a layer that was not applied yet, or one is another graph's
     */
    public void freeze(Collection<Weight> some) {
        if (some.isEmpty()) {
            throw new IllegalArgumentException(
                    "No weights to freeze: expected at least one; a layer has its weights once it is applied");
        }
        requireOwn(some);
        frozen.addAll(some);
    }

    /** Lets models that are compiled afterwards train these weights again. */
    public void unfreeze(Collection<Weight> some) {
        requireOwn(some);
        some.forEach(this::requireAssignable);
        frozen.removeAll(Set.copyOf(some));
    }

    /** Numbers names as Keras does: {@code dense_1}, {@code dense_2} … */
    public String uniqueName(String kind) {
        String name;
        do {
            name = kind + "_" + namesGiven.merge(kind, 1, Integer::sum);
        } while (namesChosen.contains(name));
        return name;
    }

    /** The call of a layer that made a variable of {@link #sameDiff()}, by the variable's name. */
    public Optional<Node> producer(String variable) {
        return Optional.ofNullable(nodes.get(variable));
    }

    /** Weights that may be rounded to 8 bits, {@code true} where each row has a scale of its own and {@code false} where each column. */
    public Map<String, Boolean> coarseWeights() {
        Map<String, Boolean> coarse = new TreeMap<>();
        for (SameDiffOp op : sameDiff.getOps().values()) {
            if (op.getOp() instanceof GraphOp own) {
                own.coarseByColumn().forEach(kernel -> coarse.put(kernel.name(), false));
                own.coarseByRow().forEach(table -> coarse.put(table.name(), true));
            }
        }
        coarse.keySet().retainAll(weights.keySet());
        return coarse;
    }

    /** A number that tells one dropout op's masks from those of all others in this graph. */
    public int nextDropout() {
        return dropouts++;
    }

    /**
     * Creates a weight.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public Weight weight(String name, Shape shape, Initializer initializer) {
        return weight(name, shape, initializer, Role.KERNEL);
    }

    /** As {@link #weight(String, Shape, Initializer)}, for another role than a kernel's. */
    public Weight weight(String name, Shape shape, Initializer initializer, Role role) {
        float[] values = new float[Math.toIntExact(shape.elements())];
        initializer.fill(values, shape, new SplittableRandom(seed * 31 + name.hashCode()));
        Weight weight = weight(name, shape, role);
        weight.assign(values);
        return weight;
    }

    /**
     * Creates a weight whose values are 0 until they are loaded.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public Weight weight(String name, Shape shape) {
        return weight(name, shape, Role.KERNEL);
    }

    /** As {@link #weight(String, Shape)}, for another role than a kernel's. */
    public Weight weight(String name, Shape shape, Role role) {
        requireNew(name);
        Weight weight = new Weight(this, sameDiff.var(name, zeros(shape)), shape, role);
        weights.put(name, weight);
        return weight;
    }

    /** An array of zeros that lives as long as the graph, such as an optimizer's state. */
    public INDArray zeros(Shape shape) {
        return access.using(() -> {
            INDArray array = NativeMemory.allocate(() -> Nd4j.create(DataType.FLOAT, shape.toArray()));
            synchronized (this) {
                owned.add(array);
            }
            return array;
        });
    }

    /**
     * Runs a plan; close the results to give their memory back.
     *
     * @throws IllegalStateException if the graph is closed
     */
    public Results run(Plan plan, Map<String, INDArray> inputs, Step step) {
        access.begin();
        Session session = memory().lease();
        boolean done = false;
        try {
            Session own = session.over(sameDiff);
            synchronized (this) {
                own.profileInto(profile);
            }
            Results results = reading(() -> own.run(plan, inputs, step, () -> giveBack(session)));
            done = true;
            return results;
        } finally {
            if (!done) {
                giveBack(session);
            }
        }
    }

    /**
     * Does something that reads weights, which stay as they are until it is done.
     *
     * @throws IllegalStateException if the graph is closed
     */
    public <T, E extends Exception> T reading(Work<T, E> work) throws E {
        return lender.isPresent() ? lender.get().lent(() -> access.reading(work)) : access.reading(work);
    }

    /** As {@link #reading}, for a graph that this one's memory is kept for, even where it is closed. */
    private <T, E extends Exception> T lent(Work<T, E> work) throws E {
        return lender.isPresent() ? lender.get().lent(() -> access.lent(work)) : access.lent(work);
    }

    /**
     * Does something that changes weights, or adds to a graph that others run: nobody runs a plan or reads weights
     * meanwhile. Not to be called from {@link #reading}, which would wait for itself.
     *
     * @throws IllegalStateException if the graph is closed
     */
    public <T, E extends Exception> T changing(Work<T, E> work) throws E {
        return access.changing(work);
    }

    /**
     * Trains: the only one to do so on this graph, while others may run plans.
     *
     * @throws IllegalStateException if the graph is closed, another thread trains, or it computes in {@link Precision#INT8}
     */
    public <T, E extends Exception> T training(Work<T, E> work) throws E {
        if (kernels.precision() == Precision.INT8) {
            throw new IllegalStateException(
                    "This graph computes in INT8, in which models predict and cannot be trained: load the model in FLOAT32 or BF16");
        }
        return access.training(work);
    }

    /**
     * Invalidates everything cached from weight values. Training, loading
     * and {@link Weight} do so themselves; whoever writes into the arrays of {@link #sameDiff()} must.
     */
    public void weightsChanged() {
        kernels.weightsChanged();
    }

    /** Counts from now on how long each kind of op takes, in the profile that it returns. */
    public synchronized Profile profile() {
        profile = profile == null ? new Profile() : profile;
        return profile;
    }

    /** Frees the memory that is kept for the next run, which takes its own then. */
    public void freeIdleMemory() {
        memory().freeIdle();
    }

    private synchronized void freeIdle() {
        idle.forEach(Session::close);
        idle.clear();
    }

    /** Number of sessions that wait for a run. */
    synchronized int idleSessions() {
        return idle.size();
    }

    /**
     * Ends all use of the graph, and does not wait: whoever asks for a run from now on gets an
     * {@link IllegalStateException}, and the native memory is freed as soon as runs under way are done and their results
     * closed. Closing it again does nothing.
     */
    @Override
    public void close() {
        access.close();
    }

    private synchronized Session lease() {
        return idle.isEmpty() ? new Session(sameDiff, kernels) : idle.pop();
    }

    private void giveBack(Session session) {
        memory().takeBack(session);
        access.end();
    }

    private synchronized void takeBack(Session session) {
        idle.push(session);
    }

    /** The graph in whose memory this one computes. */
    private Graph memory() {
        return lender.map(Graph::memory).orElse(this);
    }

    private synchronized void free() {
        freeIdle();
        owned.forEach(INDArray::close);
        owned.clear();
        if (lender.isEmpty()) {
            kernels.close();
        } else if (!returned) {
            returned = true;
            lender.get().access.end();
        }
    }

    void takeName(String name) {
        boolean numbered =
                nodes.values().stream().anyMatch(node -> node.layer().name().equals(name));
        if (numbered || !namesChosen.add(name)) {
            throw new IllegalArgumentException(
                    "The graph already has a layer named \"%s\": expected a name for each".formatted(name));
        }
    }

    void giveBackName(String name) {
        namesChosen.remove(name);
    }

    void made(Node node) {
        for (Tensor output : node.outputs()) {
            // A layer may be made of others, and may return its input as it is.
            if (node.inputs().stream().noneMatch(input -> input.name().equals(output.name()))) {
                nodes.put(output.name(), node);
            }
        }
    }

    /** @throws IllegalStateException if a weight is another graph's, which others use too */
    void requireAssignable(Weight weight) {
        if (lender.isPresent() && !owns(weight)) {
            throw new IllegalStateException(
                    "Weight %s is shared with other graphs: it cannot be changed here".formatted(weight.name()));
        }
    }

    private boolean owns(Weight weight) {
        return owned.stream().anyMatch(array -> array == weight.variable().getArr());
    }

    boolean isFrozen(Weight weight) {
        return frozen.contains(weight);
    }

    private void requireOwn(Collection<Weight> some) {
        for (Weight weight : some) {
            if (weight.graph() != this) {
                throw new IllegalArgumentException(
                        "Weight " + weight.name() + " belongs to another graph: freeze it there");
            }
        }
    }

    private void requireNew(String name) {
        access.requireOpen();
        if (sameDiff.hasVariable(name)) {
            throw new IllegalArgumentException(
                    "The graph already has a variable \"" + name + "\": expected a new name");
        }
    }

    private Tensor input(String name, DataType type, Shape shape) {
        requireNew(name);
        if (shape.sizes().contains(0L)) {
            throw new IllegalArgumentException("Input \"%s\" of shape %s has no elements: expected sizes from 1, or -1"
                    .formatted(name, shape.sizes()));
        }
        SDVariable placeholder = sameDiff.placeHolder(name, type, shape.toArray());
        return new Input(this, Tensor.of(this, placeholder, shape)).tensor();
    }

    /** The row that {@code summary()} prints for an input. */
    private static final class Input extends Layer {
        private final Tensor tensor;

        Input(Graph graph, Tensor tensor) {
            super("input");
            this.tensor = tensor;
            attach(graph, tensor.name());
            record(List.of(), List.of(tensor));
        }

        Tensor tensor() {
            return tensor;
        }

        @Override
        protected Tensor call(List<Tensor> inputs) {
            throw new UnsupportedOperationException("An input is not a function");
        }
    }
}
