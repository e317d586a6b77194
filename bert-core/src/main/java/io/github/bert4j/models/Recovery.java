package io.github.bert4j.models;

import io.github.bert4j.checkpoint.SafeTensors;
import io.github.bert4j.files.ProcessLock;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.CallbackState;
import io.github.bert4j.train.Checkpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Saves the state of a call of {@code fit}, callbacks' included, and brings it back in a later one. */
final class Recovery implements AutoCloseable {
    static final String STEP = "step";
    static final String BATCHES = "batches";
    private static final String PROGRESS = "progress";
    private static final String SETTING = "setting: ";

    private final Checkpoints checkpoints;
    private final States states;
    private final Model model;
    private final Graph graph;
    private final Descent descent;
    private final Fingerprint fingerprint;
    private final List<Callback> callbacks;
    private final Optional<ProcessLock> lock;
    private Path last;
    private long lastStep;
    private long lastNanos = System.nanoTime();

    Recovery(Checkpoints checkpoints, Model model, Descent descent, Fingerprint fingerprint, List<Callback> callbacks) {
        this.checkpoints = checkpoints;
        this.states = new States(checkpoints);
        this.model = model;
        this.graph = model.graph();
        this.descent = descent;
        this.fingerprint = fingerprint;
        this.callbacks = callbacks;
        this.lastStep = descent.updates();
        try {
            // Of workers that learn together the first one saves, and all may read its states.
            this.lock = descent.worker().rank() == 0 ? Optional.of(checkpoints.lock()) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isPeriodic() {
        return checkpoints.isPeriodic();
    }

    boolean isSuspended() {
        return checkpoints.isSuspended();
    }

    /** Whether the next state is to be saved now. */
    boolean isDue() {
        return checkpoints.isDue(descent.updates() - lastStep, Duration.ofNanos(System.nanoTime() - lastNanos));
    }

    /** The file of the last state that was saved or brought back. */
    Optional<Path> last() {
        return Optional.ofNullable(last);
    }

    /**
     * Saves the state between two steps.
     *
     * @param progress without what callbacks remember
     */
    Path save(Progress progress) {
        List<CallbackState> remembered = remembered();
        Progress all = new Progress(
                progress.epoch(),
                progress.begun(),
                progress.order(),
                progress.batches(),
                progress.samples(),
                progress.steps(),
                progress.stopped(),
                progress.sums(),
                progress.history(),
                remembered.stream()
                        .map(state -> new Progress.Remembered(
                                state.what(),
                                state.numbers(),
                                state.weights().keySet().stream()
                                        .map(Weight::name)
                                        .toList()))
                        .toList());
        Map<String, String> metadata = new TreeMap<>(fingerprint.metadata());
        metadata.putAll(Structure.metadata(model));
        metadata.putAll(settings(graph));
        metadata.put(PROGRESS, all.text());
        metadata.put(STEP, Long.toString(descent.updates()));
        metadata.put(BATCHES, Long.toString(descent.batches()));
        List<WeightFile.Slot> slots = new ArrayList<>(slots(graph, descent));
        for (int i = 0; i < remembered.size(); i++) {
            slots.addAll(slots(i, remembered.get(i).weights()));
        }
        try {
            last = graph.reading(() -> states.save(descent.updates(), metadata, slots));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lastStep = descent.updates();
        lastNanos = System.nanoTime();
        return last;
    }

    /**
     * Brings back the newest state, if there is one; all callbacks have been told of the start.
     *
     * @throws IllegalArgumentException if it is of another training
     */
    Optional<Progress> restore() {
        try {
            Optional<SafeTensors> found = states.open();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (SafeTensors source = found.get()) {
                return Optional.of(restore(source));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Progress restore(SafeTensors source) throws IOException {
        Map<String, String> metadata = source.metadata();
        if (!metadata.containsKey(PROGRESS)) {
            throw new IllegalArgumentException(
                    source.location() + " was not saved by fit: expected a directory for its states alone");
        }
        Progress progress = Progress.parse(metadata.get(PROGRESS));
        List<CallbackState> now = remembered();
        List<String> differences = new ArrayList<>(Fingerprint.of(metadata).differences(fingerprint));
        differences.addAll(Structure.differences(metadata, model));
        differences.addAll(differences(metadata, graph));
        String before = progress.callbacks().stream()
                .map(Progress.Remembered::what)
                .collect(Collectors.joining(", ", "[", "]"));
        String after = now.stream().map(CallbackState::what).collect(Collectors.joining(", ", "[", "]"));
        if (!before.equals(after)) {
            differences.add("callbacks: %s in the state, %s now".formatted(before, after));
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s is the state of another training:\n  %s\nGo on with the same data and options, or remove %s to begin anew."
                            .formatted(source.location(), String.join("\n  ", differences), checkpoints.directory()));
        }
        List<Map<Weight, INDArray>> copies = copies(progress);
        try {
            List<WeightFile.Slot> slots = new ArrayList<>(slots(graph, descent));
            for (int i = 0; i < copies.size(); i++) {
                slots.addAll(slots(i, copies.get(i)));
            }
            graph.changing(() -> {
                WeightFile.load(source, slots);
                return null;
            });
            descent.goOnFrom(Long.parseLong(metadata.get(STEP)), Long.parseLong(metadata.get(BATCHES)));
            int number = 0;
            for (Callback callback : callbacks) {
                if (!callback.state().what().isEmpty()) {
                    Progress.Remembered state = progress.callbacks().get(number);
                    callback.restore(new CallbackState(state.what(), state.numbers(), copies.get(number)));
                    number++;
                }
            }
        } finally {
            copies.forEach(arrays -> arrays.values().forEach(INDArray::close));
        }
        last = source.location();
        lastStep = descent.updates();
        return progress;
    }

    private List<CallbackState> remembered() {
        return callbacks.stream()
                .map(Callback::state)
                .filter(state -> !state.what().isEmpty())
                .toList();
    }

    /** Room for what callbacks remember of weights. */
    private List<Map<Weight, INDArray>> copies(Progress progress) {
        Map<String, Weight> byName = new HashMap<>();
        graph.weights().forEach(weight -> byName.put(weight.name(), weight));
        List<Map<Weight, INDArray>> copies = new ArrayList<>();
        for (Progress.Remembered state : progress.callbacks()) {
            Map<Weight, INDArray> arrays = new LinkedHashMap<>();
            for (String name : state.weights()) {
                Weight weight = byName.get(name);
                if (weight != null) {
                    arrays.put(weight, Nd4j.create(weight.shape().toArray()));
                }
            }
            copies.add(arrays);
        }
        return copies;
    }

    /** Lets other trainings have the directory, which goes if nothing was saved. */
    @Override
    public void close() {
        try {
            if (lock.isPresent()) {
                lock.get().close();
                checkpoints.removeIfEmpty();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be kept in a state. */
    static Map<String, String> settings(Graph graph) {
        Map<String, String> metadata = new TreeMap<>();
        graph.settings().forEach((name, value) -> metadata.put(SETTING + name, value));
        return metadata;
    }

    /** A line for every setting that differs; those that the state, of an earlier version, does not know are passed over. */
    static List<String> differences(Map<String, String> metadata, Graph graph) {
        Map<String, String> before = new TreeMap<>(graph.settings());
        before.replaceAll((name, now) -> metadata.getOrDefault(SETTING + name, now));
        return new Fingerprint(before).differences(new Fingerprint(graph.settings()));
    }

    /** All arrays that training goes on from. */
    static List<WeightFile.Slot> slots(Graph graph, Descent descent) {
        List<WeightFile.Slot> slots = new ArrayList<>();
        Map<String, INDArray> state = descent.state();
        graph.weights().forEach(weight -> slots.add(WeightFile.Slot.of(weight)));
        state.forEach((name, array) -> slots.add(WeightFile.Slot.of(name, array)));
        return slots;
    }

    private static List<WeightFile.Slot> slots(int callback, Map<Weight, INDArray> weights) {
        return weights.entrySet().stream()
                .map(entry -> WeightFile.Slot.of(
                        "callback_%d/%s".formatted(callback, entry.getKey().name()), entry.getValue()))
                .toList();
    }
}
