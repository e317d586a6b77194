package io.github.bert4j.cli;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.plots.TrainingPlots;
import io.github.bert4j.task.Backbone.Decay;
import io.github.bert4j.task.Backbone.Recipe;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.CsvLog;
import io.github.bert4j.train.EarlyStopping;
import io.github.bert4j.train.Monitor;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.OnNonFinite;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.RDrop;
import io.github.bert4j.train.RateFactors;
import io.github.bert4j.train.Technique;
import io.github.bert4j.train.TensorBoardLog;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that override the recipe, and training logs. */
final class TuningOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--freeze-layers",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Keep the embeddings and the N lowest layers as they are: faster, with less memory.",
            converter = Numbers.AtLeastZero.class)
    private Optional<Integer> frozenLayers = Optional.empty();

    @Mixin
    private LowRankOptions lowRank;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            description = "Batches per step.",
            converter = Numbers.AtLeastOne.class)
    private int batchesPerStep = 1;

    @Option(
            names = "--weight-decay",
            paramLabel = "RATE",
            showDefaultValue = Visibility.NEVER,
            description = "Train with AdamW, such as 0.01.",
            converter = Numbers.NotNegative.class)
    private Optional<Double> weightDecay = Optional.empty();

    @Option(
            names = "--clip-norm",
            paramLabel = "NORM",
            showDefaultValue = Visibility.NEVER,
            description = "Largest norm of all gradients together, such as 1.",
            converter = Numbers.Positive.class)
    private Optional<Double> clipNorm = Optional.empty();

    @Option(
            names = "--warm-up",
            paramLabel = "PART",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Part of all steps in which the learning rate rises from 0, such as 0.1, instead of as in the recipe.",
            converter = Numbers.Decay.class)
    private Optional<Double> warmUp = Optional.empty();

    @Option(
            names = "--decay",
            paramLabel = "none|linear|cosine",
            showDefaultValue = Visibility.NEVER,
            description =
                    "How the learning rate falls to 0 by the end, instead of as in the recipe. Default with --warm-up: linear.")
    private Optional<Decay> decay = Optional.empty();

    @Option(
            names = "--layer-decay",
            paramLabel = "FACTOR",
            showDefaultValue = Visibility.NEVER,
            description = "Learn more slowly from layer to layer downwards, such as 0.9.",
            converter = Numbers.Factor.class)
    private Optional<Double> layerDecay = Optional.empty();

    @Option(
            names = "--average",
            paramLabel = "DECAY",
            showDefaultValue = Visibility.NEVER,
            description = "Measure and save a moving average of the weights, such as 0.999.",
            converter = Numbers.Decay.class)
    private Optional<Double> average = Optional.empty();

    @Option(
            names = "--adversarial",
            paramLabel = "EPSILON",
            showDefaultValue = Visibility.NEVER,
            description = "Disturb the word embeddings in training (FGM), such as 0.5.",
            converter = Numbers.Positive.class)
    private Optional<Double> adversarial = Optional.empty();

    @Option(
            names = "--r-drop",
            paramLabel = "ALPHA",
            showDefaultValue = Visibility.NEVER,
            description = "Bring two passes through dropout together, such as 4; for labels of whole texts.",
            converter = Numbers.Positive.class)
    private Optional<Double> alpha = Optional.empty();

    @Option(
            names = "--non-finite",
            paramLabel = "stop|skip",
            description = "What to do with a step whose loss or gradients are not finite; it never changes the model.")
    private OnNonFinite onNonFinite = OnNonFinite.STOP;

    @Option(
            names = "--patience",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Stop after N epochs that measure no better, with --valid.",
            converter = Numbers.AtLeastOne.class)
    private Optional<Integer> patience = Optional.empty();

    @Option(
            names = "--log",
            paramLabel = "FILE.csv",
            showDefaultValue = Visibility.NEVER,
            description = "A line for every epoch.")
    private Optional<Path> log = Optional.empty();

    @Option(
            names = "--tensorboard",
            paramLabel = "DIR",
            showDefaultValue = Visibility.NEVER,
            description = "Event files for TensorBoard.")
    private Optional<Path> tensorBoard = Optional.empty();

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            showDefaultValue = Visibility.NEVER,
            description = "Curves of loss, metrics and learning rate: epochs.png and steps.png.")
    private Optional<Path> plots = Optional.empty();

    /** @throws ParameterException if a number of layers or batches makes no sense; other numbers are checked later */
    Tuning tuning() {
        try {
            Tuning tuning = Tuning.NONE
                    .withBatchesPerStep(batchesPerStep)
                    .withOptimizer(this::optimizer)
                    .withTechniques(this::techniques);
            if (warmUp.isPresent() || decay.isPresent()) {
                tuning = tuning.withRate(Recipe.warmUpThen(warmUp.orElse(0.0), decay.orElse(Decay.LINEAR)));
            }
            Tuning frozen = frozenLayers.map(tuning::withFrozenLayers).orElse(tuning);
            return lowRank.settings().map(frozen::withLowRank).orElse(frozen);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /**
     * Compares these options with others, and with the task.
     *
     * @param validated whether there is validation data
     * @param wholeTexts whether the task labels whole texts
     * @throws ParameterException if one needs another, or writes to where the bundle goes
     * @throws IOException if a log cannot be written
     */
    void require(boolean validated, boolean wholeTexts, Path out) throws IOException {
        if (alpha.isPresent() && !wholeTexts) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--r-drop compares probabilities of labels of whole texts, which this task does not have: leave it out");
        }
        lowRank.require();
        if (lowRank.settings().isPresent() && (frozenLayers.isPresent() || adversarial.isPresent())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--lora keeps all of BERT as it is: leave out --freeze-layers and --adversarial, which disturbs the word embeddings");
        }
        if (patience.isPresent() && !validated) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--patience needs --valid: without validation data nothing gets better or worse");
        }
        if (adversarial.isPresent() && frozenLayers.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--adversarial disturbs the word embeddings, which --freeze-layers keeps as they are: leave out one of them");
        }
        Map<String, Path> places = new TreeMap<>();
        log.ifPresent(place -> places.put("--log", place));
        tensorBoard.ifPresent(place -> places.put("--tensorboard", place));
        plots.ifPresent(place -> places.put("--plots", place));
        Outputs.requireOutside(out, places, spec);
        if (log.filter(Files::exists).isEmpty()) {
            Outputs.require(log);
        } else if (!Files.isRegularFile(log.get()) || !Files.isWritable(log.get())) {
            throw new FileSystemException(log.get().toString(), null, "expected a file that can be written");
        }
        for (Optional<Path> directory : List.of(tensorBoard, plots)) {
            if (directory.isPresent()) {
                Outputs.requireDirectory(directory.get());
            }
        }
    }

    /**
     * What follows the training.
     *
     * @param metric validation metric to maximize
     */
    List<Callback> callbacks(String metric) {
        List<Callback> callbacks = new ArrayList<>();
        patience.ifPresent(epochs -> callbacks.add(new EarlyStopping(Monitor.max(metric), epochs)));
        log.ifPresent(file -> callbacks.add(new CsvLog(file)));
        tensorBoard.ifPresent(folder -> callbacks.add(new TensorBoardLog(folder)));
        plots.ifPresent(folder -> callbacks.add(new TrainingPlots(folder)));
        return callbacks;
    }

    private Optimizer optimizer(Bert bert, Adam recipe) {
        Adam adam = recipe;
        if (clipNorm.isPresent()) {
            adam = adam.withGlobalClipNorm(clipNorm.get());
        }
        if (layerDecay.isPresent()) {
            adam = adam.withRateFactors(RateFactors.layerWise(layerDecay.get(), bert::layersAbove));
        }
        return weightDecay.isPresent() ? new AdamW(adam, weightDecay.get()) : adam;
    }

    private List<Technique> techniques(Bert bert) {
        List<Technique> techniques = new ArrayList<>(List.of(onNonFinite));
        average.ifPresent(decay -> techniques.add(new MovingAverage(decay)));
        adversarial.ifPresent(epsilon -> techniques.add(new AdversarialTraining(bert.wordEmbeddings(), epsilon)));
        alpha.ifPresent(weight -> techniques.add(new RDrop(weight)));
        return techniques;
    }
}
