package io.github.bert4j.cli;

import io.github.bert4j.answer.AnswerExtractor;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.joint.JointRecognizer;
import io.github.bert4j.ops.Precision;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.Trainable;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a bundle's model, heads included, as ONNX. */
final class OnnxConversion {
    private static final String ENDING = ".onnx";

    private OnnxConversion() {}

    /** Whether a name is one of an ONNX file. */
    static boolean isMeantBy(Path path) {
        return path.toString().endsWith(ENDING);
    }

    /**
     * Returns the number of weights.
     *
     * @throws IllegalArgumentException if it is not a bundle
     */
    static int write(Path from, Path file) throws IOException {
        if (!Bundle.isBundle(from)) {
            throw new IllegalArgumentException(
                    from + " is not a bundle, and only models that train saved are written as ONNX by this command");
        }
        try (Bundle bundle = Bundle.open(from);
                Trainable<?> model = load(bundle)) {
            model.exportOnnx(file);
            return model.model().weights().size();
        }
    }

    private static Trainable<?> load(Bundle bundle) throws IOException {
        return switch (bundle.task()) {
            case SENTIMENT -> SentimentClassifier.load(bundle, Precision.FLOAT32);
            case RELATION -> RelationExtractor.load(bundle, Precision.FLOAT32);
            case EVENT -> SubjectExtractor.load(bundle, Precision.FLOAT32);
            case ENTITY -> EntityRecognizer.load(bundle, Precision.FLOAT32);
            case CLASSIFICATION -> TextClassifier.load(bundle, Precision.FLOAT32);
            case SIMILARITY -> SentenceEncoder.load(bundle, Precision.FLOAT32);
            case ANSWER -> AnswerExtractor.load(bundle, Precision.FLOAT32);
            case JOINT -> JointRecognizer.load(bundle, Precision.FLOAT32);
        };
    }
}
