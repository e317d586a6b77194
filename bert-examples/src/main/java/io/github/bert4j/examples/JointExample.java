package io.github.bert4j.examples;

import io.github.bert4j.datasets.JointFiles;
import io.github.bert4j.joint.JointLabels;
import io.github.bert4j.joint.JointRecognizer;
import io.github.bert4j.joint.LabelledJointText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What commands want, and of what: one model for both. */
public final class JointExample {
    private JointExample() {}

    /** @param arguments the checkpoint's directory, a file of labelled texts, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<LabelledJointText> texts = JointFiles.read(List.of(Path.of(arguments[1])), System.err::println);
        understand(Path.of(arguments[0]), texts, texts, 10, Path.of(arguments[2]));
    }

    static void understand(
            Path checkpoint, List<LabelledJointText> train, List<LabelledJointText> validation, int epochs, Path bundle)
            throws IOException {
        // The guide shows what follows.
        var labels = JointLabels.of(train);
        var options = JointRecognizer.DEFAULTS.withMaxLength(60).withSeed(7);
        try (var recognizer = JointRecognizer.fromCheckpoint(checkpoint, labels, options)) {
            recognizer.fit(train, epochs, validation);
            System.out.println(recognizer.evaluate(validation).metrics());
            recognizer.save(bundle);
        }
        try (var recognizer = JointRecognizer.load(bundle)) {
            var answer = recognizer.predict("明天早上七点叫我起床");
            System.out.println(answer.label() + " " + answer.probability());
            answer.entities().forEach(entity -> System.out.println(entity.label() + " " + entity.text()));
        }
        // So far the guide.
    }
}
