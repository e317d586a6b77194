package io.github.bert4j.train;

import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.files.ProcessLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Has {@code fit} save all that training goes on from, and go on from what an earlier, interrupted call saved: to the
 * very weights, history and decisions of callbacks that it would have come to without the interruption, with the same
 * number of threads on the same kind of machine.
 *
 * <pre>{@code
 * var checkpoints = Checkpoints.in(Path.of("state")).every(Duration.ofMinutes(5));
 * model.fit(train, 10, validation, checkpoints, new EarlyStopping(Monitor.max("val_accuracy"), 3));
 * }</pre>
 *
 * <p>The directory holds the two last states, files {@code step-N.safetensors} with checksums; a damaged one is refused,
 * and the one before it is used. Each takes the size of the weights, of the optimizer's state and of moving averages.
 * They stay when training is done, and the same call then returns at once; remove them when the result is saved.
 *
 * <p>Traps: each call of {@code fit} needs a directory of its own. A dataset whose encoder draws at random must be one of
 * {@code Dataset.drawn}. A callback of your own that remembers something gives it in {@link Callback#state}.
 */
public final class Checkpoints implements Callback {
    private static final int KEPT = 2;
    private static final Pattern NAME = Pattern.compile("step-(\\d{1,18})\\.safetensors");
    private static final Pattern DAMAGED = Pattern.compile("step-\\d{1,18}\\.safetensors\\.damaged");

    private final Path directory;
    private final OptionalInt steps;
    private final Optional<Duration> interval;
    private final Map<String, String> notes;
    private final AtomicBoolean suspended;

    private Checkpoints(
            Path directory,
            OptionalInt steps,
            Optional<Duration> interval,
            Map<String, String> notes,
            AtomicBoolean suspended) {
        this.directory = directory;
        this.steps = steps;
        this.interval = interval;
        this.notes = notes;
        this.suspended = suspended;
    }

    /**
     * States in a directory, to be saved when training is suspended and at no other time.
     *
     * @param directory made if it is not there
     */
    public static Checkpoints in(Path directory) {
        return new Checkpoints(directory, OptionalInt.empty(), Optional.empty(), Map.of(), new AtomicBoolean());
    }

    /**
     * The same, saved every so many steps.
     *
     * @throws IllegalArgumentException if it is below 1
     */
    public Checkpoints everySteps(int number) {
        if (number < 1) {
            throw new IllegalArgumentException("Saving every " + number + " steps: expected at least 1");
        }
        return new Checkpoints(directory, OptionalInt.of(number), interval, notes, suspended);
    }

    /**
     * The same, saved after the step under way whenever so much time has passed.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Checkpoints every(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("Saving every " + time + ": expected no negative time");
        }
        return new Checkpoints(directory, steps, Optional.of(time), notes, suspended);
    }

    /** The same, and a state is taken up only where this text is equal too, such as the checksum of the validation data. */
    public Checkpoints noting(String what, String text) {
        Map<String, String> more = new TreeMap<>(notes);
        more.put(what, text);
        return new Checkpoints(directory, steps, interval, more, suspended);
    }

    /**
     * Lets the step under way be the last one: its state is saved, and {@code fit} throws a {@link SuspendedException}.
     * Unlike with {@link Training#stop}, the epoch is neither measured nor ended. Any thread may call it, before
     * {@code fit} too.
     */
    public void suspend() {
        suspended.set(true);
    }

    /** Whether {@link #suspend} was called. */
    public boolean isSuspended() {
        return suspended.get();
    }

    /**
     * The states that are there, the newest first.
     *
     * @return files of the directory
     */
    public List<Path> states() throws IOException {
        return files(NAME).stream()
                .sorted(Comparator.comparing(Checkpoints::step).reversed())
                .toList();
    }

    /** Removes all states, damaged and unfinished ones included, and the directory if it is empty then. */
    public void clear() throws IOException {
        for (Pattern name : List.of(NAME, DAMAGED)) {
            for (Path file : files(name)) {
                Files.deleteIfExists(file);
            }
        }
        removeLeftovers();
        removeIfEmpty();
    }

    /** Removes the directory if nothing is in it. */
    public void removeIfEmpty() throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> left = Files.list(directory)) {
                if (left.findAny().isEmpty()) {
                    Files.delete(directory);
                }
            }
        }
    }

    /** Removes what a process left that was killed while it saved, and all states but the two newest. */
    public void removeOldStates() throws IOException {
        removeLeftovers();
        List<Path> all = states();
        for (Path file : all.subList(Math.min(KEPT, all.size()), all.size())) {
            Files.deleteIfExists(file);
        }
    }

    public Path directory() {
        return directory;
    }

    /**
     * Takes the directory, which is made if it is not there, for a training; freed when the result is closed, or the process
     * dies.
     *
     * @throws IllegalStateException if another training has it, of this process or of another one
     */
    public ProcessLock lock() throws IOException {
        Files.createDirectories(directory);
        return ProcessLock.acquire(directory.resolve(PendingDirectory.TRAINING))
                .orElseThrow(() -> new IllegalStateException(
                        "%s is the state of another training that runs now: wait for it, or choose another directory"
                                .formatted(directory)));
    }

    /** What {@link #noting} was given. */
    public Map<String, String> notes() {
        return notes;
    }

    /** Whether anything is saved without {@link #suspend}. */
    public boolean isPeriodic() {
        return steps.isPresent() || interval.isPresent();
    }

    /** Whether the next state is due, so many steps and so much time after the last one or the start. */
    public boolean isDue(long stepsSince, Duration timeSince) {
        return steps.isPresent() && stepsSince >= steps.getAsInt()
                || interval.isPresent() && timeSince.compareTo(interval.get()) >= 0;
    }

    private void removeLeftovers() throws IOException {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : files.filter(PendingFile::isLeftover).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static long step(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    private List<Path> files(Pattern name) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .toList();
        }
    }
}
