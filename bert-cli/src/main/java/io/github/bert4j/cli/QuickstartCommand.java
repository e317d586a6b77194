package io.github.bert4j.cli;

import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.Sentiment;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback.EpochEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code quickstart}. */
@Command(
        name = "quickstart",
        description = {
            "Fine-tune a real Chinese BERT in a few minutes, save it, load it again and use it. Needs no files.",
            "The model (" + BuiltInModel.NAME + ") and 1,680 short reviews come along."
        })
final class QuickstartCommand implements Callable<Integer> {
    private static final Path OUT = Path.of("sentiment-quickstart");
    private static final TrainingOptions OPTIONS = SentimentClassifier.DEFAULTS.withLearningRate(1e-4);

    private static final List<String> SENTENCES =
            List.of("房间很干净，服务也热情，下次还会再来。", "等了一个小时才上菜，味道也很一般，不会再去了。", "书的内容不错，就是纸张太差，看得眼睛疼。");

    @ParentCommand
    private Bert4j program;

    @Mixin
    private ComputeOptions compute;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the trained model goes.")
    private Path out = OUT;

    @Option(names = "--overwrite", description = "Replace the bundle that is there; the default place is always free.")
    private boolean overwrite;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Times to go through the training data.",
            converter = Numbers.AtLeastOne.class)
    private int epochs = 3;

    @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same run.")
    private long seed = OPTIONS.seed();

    @Override
    public Integer call() throws IOException {
        Console console = program.console();
        if (!out.equals(OUT) && !overwrite) {
            Outputs.requireNoBundle(out);
        }
        Outputs.requireDirectory(out);
        List<LabelledReview> train = SampleReviews.train();
        List<LabelledReview> validation = SampleReviews.validation();
        console.print("Fine-tuning %s on %d reviews, measuring on %d others"
                .formatted(BuiltInModel.NAME, train.size(), validation.size()));
        console.flush();
        TrainingOptions options = OPTIONS.withSeed(seed).withPrecision(compute.beginTraining());
        EpochEnd best = new TrainingRun<LabelledReview>(
                        "val_accuracy",
                        (model, measuring, callbacks) -> model.fit(train, epochs, measuring, callbacks),
                        validation,
                        out)
                .run(
                        () -> CheckpointOptions.builtIn()
                                .read((directory, gelu) ->
                                        SentimentClassifier.fromCheckpoint(directory, options.withGelu(gelu))),
                        compute,
                        console,
                        List.of());
        console.print("Epoch %d was the best: %.1f %% of the other reviews are judged right. Saved as %s"
                .formatted(best.number(), 100 * best.metrics().get("val_accuracy"), out));
        try (SentimentClassifier classifier = SentimentClassifier.load(out)) {
            for (Sentiment sentiment : classifier.predict(SENTENCES)) {
                console.print("%s %.3f  %s"
                        .formatted(
                                sentiment.label() == 1 ? "positive" : "negative",
                                sentiment.probability(),
                                sentiment.text()));
            }
        }
        console.print("Your own texts, one per line: java -jar bert4j.jar predict %s FILE".formatted(out));
        compute.end(console);
        return ExitCode.OK;
    }
}
