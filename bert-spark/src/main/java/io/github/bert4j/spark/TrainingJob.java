package io.github.bert4j.spark;

import io.github.bert4j.datasets.FieldsFiles;
import io.github.bert4j.files.TemporaryDirectory;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.models.History;
import io.github.bert4j.ring.TcpRing;
import io.github.bert4j.task.FailureMessage;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Checkpoints;
import io.github.bert4j.train.DataParallel;
import io.github.bert4j.train.NonFiniteException;
import java.io.IOException;
import java.io.Serializable;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each task of a barrier stage does: it trains its share of every batch, and the first one saves.
 *
 * @param task its name
 * @param choices of the task's own options, as text
 * @param checkpoint BERT's, as the driver shipped it
 * @param rows lines of JSON
 * @param run names this run's files in the store, so that another run's are not taken up
 * @param secret by which tasks know each other
 */
record TrainingJob(
        String task,
        List<String> choices,
        String checkpoint,
        TrainingSettings settings,
        Broadcast<List<String>> rows,
        CheckpointStore store,
        String run,
        byte[] secret)
        implements Serializable {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingJob.class);

    /** What a worker tells at the end. */
    sealed interface Report extends Serializable {}

    /**
     * It has trained to the end.
     *
     * @param loss of the last epoch; NaN if a checkpoint was that of the end
     */
    record Trained(int rank, long bytesSent, int steps, double loss) implements Report {}

    /** It would come to the same another time: the rows, the parameters or the checkpoint are not fit for training. */
    record Refused(String reason) implements Report {}

    /** A trained model, to be saved and closed. */
    private record Fitted(TaskModel<?, ?, ?> model, double loss) {}

    /** The trained bundle's file in the store. */
    static String bundle(String run) {
        return run + ".zip";
    }

    Report train(BarrierTaskContext context) throws IOException {
        try (TemporaryDirectory folder = TemporaryDirectory.create("bert4j-training-");
                ServerSocket socket = new ServerSocket(0);
                TcpRing ring = join(context, socket)) {
            return train(context, ring, folder.path());
        }
    }

    private TcpRing join(BarrierTaskContext context, ServerSocket socket) throws IOException {
        String host = host(context.getTaskInfos()[context.partitionId()].address());
        List<InetSocketAddress> addresses = Arrays.stream(context.allGather(host + ":" + socket.getLocalPort()))
                .map(address -> new InetSocketAddress(
                        host(address), Integer.parseInt(address.substring(address.lastIndexOf(':') + 1))))
                .toList();
        return TcpRing.join(
                context.partitionId(), addresses, socket, secret, Duration.ofSeconds(settings.patienceSeconds()));
    }

    private Report train(BarrierTaskContext context, TcpRing ring, Path folder) throws IOException {
        Threads.use(Math.min(context.cpus(), Threads.inUse()));
        Path bert = Files.createDirectory(folder.resolve("checkpoint"));
        Shipment.unpack(checkpoint, bert);
        Path states = Files.createDirectory(folder.resolve("states"));
        store.fetch(run, states);
        // The first worker saves, and all go on from that.
        Checkpoints taking = Checkpoints.in(states);
        Checkpoints checkpoints = ring.rank() == 0 ? taking.everySteps(settings.checkpointSteps()) : taking;
        Tuning tuning = settings.tuning().withTechniques(ignored -> List.of(new DataParallel(ring)));
        TaskType<?, ?, ?> type = TaskType.named(task);
        TrainingOptions options = settings.options(type.facts().defaults()).withTuning(tuning);
        int[] steps = {0};
        Callback progress = Callback.onStepEnd(step -> {
            steps[0]++;
            if (ring.rank() == 0) {
                store.putNewest(checkpoints, run);
                LOG.debug("Epoch {}, step {}: loss {}", step.epoch(), step.step(), step.loss());
            }
        });
        Consumer<String> warnings = ring.rank() == 0 ? LOG::warn : warning -> {};
        Fitted fitted;
        try {
            fitted = fit(type, bert, options, warnings, progress, checkpoints);
        } catch (IOException | IllegalArgumentException | NonFiniteException e) {
            return new Refused(FailureMessage.of(e).replace(bert.toString(), "the checkpoint"));
        }
        try (var model = fitted.model()) {
            if (ring.rank() == 0) {
                Path bundle = folder.resolve("bundle");
                model.save(bundle);
                store.put(Shipment.of(bundle.toString(), null).zip(), bundle(run));
            }
        }
        return new Trained(ring.rank(), ring.bytesSent(), steps[0], fitted.loss());
    }

    private <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> Fitted fit(
            TaskType<S, H, M> type,
            Path bert,
            TrainingOptions options,
            Consumer<String> warnings,
            Callback... callbacks)
            throws IOException {
        FieldsFiles<S> fields = new FieldsFiles<>(type);
        List<S> records = rows.value().stream().map(fields::read).toList();
        H head = type.head(records, TaskOptions.parse(type.options(), choices), options, warnings);
        M model = type.fromCheckpoint(bert, head, options);
        boolean done = false;
        try {
            List<History.Epoch> epochs =
                    model.fit(records, settings.epochs(), callbacks).epochs();
            done = true;
            return new Fitted(
                    model,
                    epochs.isEmpty()
                            ? Double.NaN
                            : epochs.get(epochs.size() - 1).metrics().get("loss"));
        } finally {
            if (!done) {
                model.close();
            }
        }
    }

    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
