package io.github.bert4j.models;

import io.github.bert4j.data.Batch;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.ops.Results;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.NonFiniteException;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.SuspendedException;
import io.github.bert4j.train.Validation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call of {@code fit}: epochs of steps, from the beginning or from where a state says that it was interrupted. */
final class Fit {
    private static final Logger LOG = LoggerFactory.getLogger(Fit.class);

    private final Graph graph;
    private final Feeds feeds;
    private final Descent descent;
    private final Supplier<Measurement> measurements;
    private final Wanted wanted;
    private final Fitting fitting;
    private final Optional<Recovery> recovery;
    private final List<History.Epoch> history = new ArrayList<>();

    private int epoch = 1;
    private boolean begun;
    private long order;
    private int batches;
    private int samples;
    private int steps;
    private Measurement measurement;
    private NonFiniteException skipped;
    private boolean interrupted;

    /** What the caller asks for. */
    record Wanted(Dataset train, int epochs, Validation validation) {}

    Fit(
            Graph graph,
            Feeds feeds,
            Descent descent,
            Supplier<Measurement> measurements,
            Wanted wanted,
            Fitting fitting,
            Optional<Recovery> recovery) {
        this.graph = graph;
        this.feeds = feeds;
        this.descent = descent;
        this.measurements = measurements;
        this.wanted = wanted;
        this.fitting = fitting;
        this.recovery = recovery;
        this.measurement = measurements.get();
    }

    History run() {
        try {
            noteInterruption();
            return epochs();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private History epochs() {
        fitting.tell(Callback::onTrainingStart);
        recovery.flatMap(Recovery::restore).ifPresent(this::goOnFrom);
        descent.requireSameStart();
        while (begun || epoch <= wanted.epochs() && fitting.goesOn()) {
            epoch();
        }
        recovery.filter(Recovery::isPeriodic).ifPresent(saving -> saving.save(progress()));
        descent.takeAverages();
        return new History(history);
    }

    private void epoch() {
        if (!begun) {
            begun = true;
            // The order depends on the updates done, not on the epoch's number, so that a second fit goes on with new
            // orders.
            order = descent.updates();
            batches = 0;
            samples = 0;
            steps = 0;
            measurement = measurements.get();
        }
        Callback.EpochStart start = new Callback.EpochStart(
                epoch,
                wanted.epochs(),
                descent.updates(wanted.train().steps()),
                wanted.train().size(),
                samples);
        fitting.tell(callback -> callback.onEpochStart(start));
        steps();
        descent.takeAverages();
        Map<String, Double> measured =
                new LinkedHashMap<>(measurement.evaluation().named());
        wanted.validation().measure().forEach((name, value) -> measured.put("val_" + name, value));
        LOG.debug("Epoch {}/{}: {}", epoch, wanted.epochs(), measured);
        noteInterruption();
        double learningRate = descent.learningRate(descent.updates() - 1);
        Callback.EpochEnd end = new Callback.EpochEnd(epoch, measured, learningRate, fitting);
        fitting.tell(callback -> callback.onEpochEnd(end));
        history.add(new History.Epoch(epoch, measured, learningRate));
        epoch++;
        begun = false;
        suspendIfAsked();
    }

    private void steps() {
        descent.takeOwnWeights();
        Iterator<Dataset.Ordered> left =
                wanted.train().epoch(graph.seed() * 31 + order, batches).iterator();
        while (left.hasNext() && fitting.goesOn()) {
            List<Dataset.Ordered> group = new ArrayList<>();
            while (left.hasNext() && group.size() < descent.batchesPerUpdate()) {
                group.add(left.next());
            }
            step(group);
            int count =
                    group.stream().mapToInt(ordered -> ordered.batch().size()).sum();
            batches += group.size();
            samples += count;
            steps++;
            Evaluation soFar = measurement.evaluation();
            double learningRate = descent.learningRate(Math.max(0, descent.updates() - 1));
            Callback.StepEnd end =
                    new Callback.StepEnd(epoch, steps, count, soFar.loss(), soFar.metrics(), learningRate, fitting);
            fitting.tell(callback -> callback.onStepEnd(end));
            suspendIfAsked();
            recovery.filter(Recovery::isDue).ifPresent(saving -> saving.save(progress()));
        }
        if (descent.updates() == order && skipped != null) {
            throw skipped;
        }
    }

    private void step(List<Dataset.Ordered> group) {
        AllReduce worker = descent.worker();
        Measurement own = worker.workers() == 1 ? measurement : measurements.get();
        List<Batch> asTrained = group.stream()
                .flatMap(ordered -> ordered.batch().part(worker.rank(), worker.workers()).stream())
                .map(batch -> descent.takesBatchesTwice() ? batch.twice() : batch)
                .toList();
        try {
            descent.step(
                    asTrained.stream().map(feeds::arrays).toList(),
                    group.size(),
                    (results, index) -> measure(own, results, asTrained.get(index)));
            if (own != measurement) {
                measurement.addAll(own, worker);
            }
        } catch (NonFinite number) {
            int[] rows = group.stream()
                    .flatMapToInt(ordered -> IntStream.of(ordered.rows()))
                    .toArray();
            long step = descent.updates() + 1;
            Path state = recovery.flatMap(Recovery::last).orElse(null);
            skipped = new NonFiniteException(
                    number.getMessage(), epoch, step, rows, descent.learningRate(step - 1), state);
            if (descent.onNonFinite() == OnNonFinite.STOP) {
                throw skipped;
            }
            LOG.warn("Left out: {}", skipped.getMessage());
            descent.skip(group.size());
        } catch (OutOfMemoryError shortage) {
            throw MemoryShortage.ofStep(shortage, descent, feeds, asTrained);
        }
    }

    private static void measure(Measurement measurement, Results results, Batch batch) {
        measurement.requireFinite(results);
        measurement.add(results, batch);
    }

    private void suspendIfAsked() {
        noteInterruption();
        recovery.filter(saving -> interrupted || saving.isSuspended()).ifPresent(saving -> {
            throw new SuspendedException(descent.updates(), saving.save(progress()));
        });
    }

    /** Whoever interrupts the thread wants an end that loses nothing; until then files are read and written as usual. */
    private void noteInterruption() {
        if (recovery.isPresent()) {
            interrupted |= Thread.interrupted();
        }
    }

    private Progress progress() {
        return new Progress(
                epoch,
                begun,
                order,
                batches,
                samples,
                steps,
                !fitting.goesOn(),
                measurement.sums(),
                List.copyOf(history),
                List.of());
    }

    private void goOnFrom(Progress progress) {
        epoch = progress.epoch();
        begun = progress.begun();
        order = progress.order();
        batches = progress.batches();
        samples = progress.samples();
        steps = progress.steps();
        measurement.restore(progress.sums());
        history.addAll(progress.history());
        if (progress.stopped()) {
            fitting.stop();
        }
        LOG.info("Training goes on in epoch {} after step {}", epoch, descent.updates());
    }
}
