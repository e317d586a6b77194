package io.github.bert4j.examples;

import static io.github.bert4j.classification.FewShot.SETFIT;
import static io.github.bert4j.classification.Labelling.MULTI_CLASS;

import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.datasets.ClassificationFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Few labels: a classifier from some texts per label. */
public final class FewLabelsExample {
    private FewLabelsExample() {}

    /** @param arguments the checkpoint's directory, a file of labels and texts, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<LabelledInput> texts =
                ClassificationFiles.of(MULTI_CLASS).read(List.of(Path.of(arguments[1])), System.err::println);
        learn(Path.of(arguments[0]), texts, Path.of(arguments[2]));
    }

    static void learn(Path checkpoint, List<LabelledInput> few, Path bundle) throws IOException {
        // The guide shows what follows.
        var labels = TextClassifier.labels(few); // 8 to 64 texts of each
        var options = TextClassifier.DEFAULTS.withBatchSize(16);
        try (var classifier = TextClassifier.fromCheckpoint(checkpoint, labels, SETFIT, options)) {
            classifier.fit(few, 5);
            System.out.println(classifier.predict("房间干净，服务也好。").label());
            classifier.save(bundle); // a bundle for classification like any other
        }
        // So far the guide.
    }
}
