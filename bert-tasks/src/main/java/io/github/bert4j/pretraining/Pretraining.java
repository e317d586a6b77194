package io.github.bert4j.pretraining;

import static io.github.bert4j.layers.Layers.gather;
import static io.github.bert4j.layers.Layers.softmax;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Goes on with a checkpoint's pre-training, on texts of the caller's: masked words, which are drawn anew whenever a text is
 * read, and optionally next sentences.
 *
 * <pre>{@code
 * try (var pretraining = Pretraining.fromCheckpoint(checkpoint, Pretraining.DEFAULTS, Objective.MASKED_WORDS)) {
 *     var tokenizer = WordPieceTokenizer.uncased(pretraining.bert().vocabulary());
 *     pretraining.fit(Corpus.read(files, tokenizer), 10_000);
 *     pretraining.save(Path.of("adapted"));
 * }
 * }</pre>
 *
 * <p>The loss is the mean cross-entropy of the masked words, plus that of next sentences. AdamW with a decay of 0.01 and
 * gradients clipped to norm 1, a tenth of the steps to warm up, then a linear decay to 0.
 *
 * <p>Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", section
 * 3.1 and appendix A.2; {@code run_pretraining.py} of google-research/bert.
 */
public final class Pretraining implements AutoCloseable {
    /** 128 tokens, special ones included, 32 texts per step, and Google's learning rate for continued pre-training. */
    public static final TrainingOptions DEFAULTS = TrainingOptions.of(128, 32, 2e-5);

    private static final int SHORTEST = 8;
    private static final int WARM_UP_SHARE = 10;
    private static final double WEIGHT_DECAY = 0.01;
    private static final double EPSILON = 1e-6;
    private static final double CLIP_NORM = 1;

    private final TrainingOptions options;
    private final Objective objective;
    private final Graph graph;
    private final Bert bert;
    private final Model model;
    private CompiledModel compiled;

    /**
     * Where an unfinished run is kept, to be taken up again.
     *
     * @param file a safetensors file; it stays when the run is finished, to be removed once the result is saved
     * @param everySteps how often it is written
     */
    public record Progress(Path file, int everySteps) {
        /** @throws IllegalArgumentException if the number of steps is below 1 */
        public Progress {
            if (everySteps < 1) {
                throw new IllegalArgumentException("Saving every " + everySteps + " steps: expected at least 1");
            }
        }
    }

    private Pretraining(TrainingOptions options, Objective objective, Bert bert) {
        if (options.maxLength() < SHORTEST) {
            throw new IllegalArgumentException("Texts of %d tokens: expected at least %d, special ones included"
                    .formatted(options.maxLength(), SHORTEST));
        }
        this.options = options;
        this.objective = objective;
        this.graph = bert.graph();
        this.bert = bert;
        this.model = build();
    }

    /**
     * Starts from a checkpoint's weights; heads that it lacks get random ones.
     *
     * @param checkpoint see {@link Bert#load(Graph, Path)}
     * @param options {@code maxLength} is in tokens, special ones included
     */
    public static Pretraining fromCheckpoint(Path checkpoint, TrainingOptions options, Objective objective)
            throws IOException {
        return Backbone.onCheckpoint(checkpoint, options, bert -> new Pretraining(options, objective, bert));
    }

    /** Trains for some steps; see {@link #fit(Corpus, int, Progress, Callback...)}. */
    public History fit(Corpus corpus, int steps, Callback... callbacks) throws IOException {
        return fit(corpus, steps, Optional.empty(), List.of(callbacks));
    }

    /**
     * Trains for some steps, and keeps what is done so far in a file. If the file is there, it goes on from it, to the
     * very weights that it would have had without the interruption.
     *
     * <p>A callback that stops the training suspends it: what is done so far is kept, and the same call goes on from it.
     *
     * @return the loss of every stretch of {@code everySteps} steps, as an epoch's; callbacks see such a stretch as a
     *     training of one epoch
     * @throws IllegalArgumentException if there are not at least 2 steps, or the model reads fewer tokens than a sample has
     * @throws IOException if the file is of a run of other options, steps or texts, or cannot be written
     */
    public History fit(Corpus corpus, int steps, Progress progress, Callback... callbacks) throws IOException {
        return fit(corpus, steps, Optional.of(progress), List.of(callbacks));
    }

    /** Steps done by the last {@code fit}, those before it was interrupted included. */
    public long step() {
        return compiled == null ? 0 : compiled.step();
    }

    /** How texts are read: as the options say, or else by the checkpoint's word pieces. */
    public Tokenizer tokenizer() {
        return bert.tokenizer(options.tokenization().orElseGet(() -> bert.tokenization(Tokens.WORD_PIECES)));
    }

    /** BERT with the heads that are trained. */
    public Bert bert() {
        return bert;
    }

    /** The model that is trained, for {@code summary()} and for code that goes further. */
    public Model model() {
        return model;
    }

    /** Saves a checkpoint that {@link Bert#load(Graph, Path)} reads, heads included; see {@link Bert#save}. */
    public void save(Path directory) throws IOException {
        bert.save(directory);
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        graph.close();
    }

    private Model build() {
        var tokens = graph.ids("tokens");
        var segments = graph.ids("segments");
        var positions = graph.ints("positions", Shape.UNKNOWN, Shape.UNKNOWN);
        bert.addMaskedWords();
        var x = bert.apply(tokens, segments);
        // Only what is masked goes through the head: logits of a whole vocabulary are large.
        var words = softmax().apply(bert.maskedWordLogits(gather().apply(x, positions)));
        var inputs = Model.of(tokens, segments, positions);
        return switch (objective) {
            case MASKED_WORDS -> inputs.to(words);
            case MASKED_WORDS_AND_NEXT_SENTENCES -> {
                bert.addNextSentence();
                yield inputs.to(words, softmax().apply(bert.nextSentenceLogits(bert.pool(x))));
            }
        };
    }

    private History fit(Corpus corpus, int steps, Optional<Progress> progress, List<Callback> callbacks)
            throws IOException {
        return graph.training(() -> train(corpus, steps, progress, callbacks));
    }

    private History train(Corpus corpus, int steps, Optional<Progress> progress, List<Callback> callbacks)
            throws IOException {
        compiled = model.compile(Loss.sparseCategoricalCrossEntropy(), optimizer(steps));
        Map<String, String> run = Map.of(
                "maximum length", Integer.toString(options.maxLength()),
                "batch size", Integer.toString(options.batchSize()),
                "learning rate", Double.toString(options.learningRate()),
                "precision", options.precision().name(),
                "gelu", bert.config().gelu().name(),
                "seed", Long.toString(options.seed()),
                "objective", objective.name(),
                "steps", Integer.toString(steps),
                "texts", corpus.checksum());
        if (progress.isPresent() && Files.exists(progress.get().file())) {
            compiled.loadState(progress.get().file(), run);
        }
        Masking masking = new Masking(bert.vocabulary(), objective);
        InstanceStream stream = new InstanceStream(corpus, objective, options.maxLength(), options.seed());
        int stretch = progress.map(Progress::everySteps).orElse(steps);
        List<History.Epoch> history = new ArrayList<>();
        boolean stopped = false;
        while (compiled.step() < steps && !stopped) {
            long before = compiled.step();
            int batches = (int) Math.min(stretch - before % stretch, steps - before);
            List<InstanceStream.Due> due = stream.from(before * options.batchSize(), batches * options.batchSize());
            // They are shuffled already, and in their order those that are left are told by the number of steps done.
            Dataset samples = Dataset.of(
                            due,
                            options.batchSize(),
                            one -> masking.sample(one.instance(), new SplittableRandom(one.seed())))
                    .inOrder();
            int number = (int) (before / stretch) + 1;
            History done = compiled.fit(samples, 1, callbacks.toArray(Callback[]::new));
            stopped = compiled.step() < before + batches;
            History.Epoch last = done.epochs().get(0);
            history.add(new History.Epoch(number, last.metrics(), last.learningRate()));
            if (progress.isPresent()) {
                compiled.saveState(progress.get().file(), run);
            }
        }
        return new History(history);
    }

    private AdamW optimizer(int steps) {
        LearningRateSchedule schedule =
                LearningRateSchedule.warmUpThenLinearDecay(options.learningRate(), steps / WARM_UP_SHARE, steps);
        return new AdamW(new Adam(schedule).withEpsilon(EPSILON).withGlobalClipNorm(CLIP_NORM), WEIGHT_DECAY);
    }
}
