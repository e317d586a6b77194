package io.github.bert4j.examples;

import static io.github.bert4j.graph.Shape.UNKNOWN;
import static io.github.bert4j.layers.Layers.lambda;
import static io.github.bert4j.layers.Layers.softmax;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT;

import io.github.bert4j.answer.AnswerExtractor;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.PassageQuestion;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.QuestionFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.task.Pointer;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Questions about passages: by the class that does it all, and by the layers that it is made of. */
public final class AnswerExample {
    private AnswerExample() {}

    /** @param arguments the checkpoint's directory, a file in SQuAD's format, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<LabelledQuestion> questions = QuestionFiles.read(List.of(Path.of(arguments[1])), System.err::println);
        extract(Path.of(arguments[0]), questions, questions, 2, Path.of(arguments[2]));
    }

    static void extract(
            Path checkpoint, List<LabelledQuestion> train, List<LabelledQuestion> validation, int epochs, Path bundle)
            throws IOException {
        // The guide shows what follows.
        var options = AnswerExtractor.DEFAULTS.withBatchSize(8).withSeed(7);
        try (var extractor = AnswerExtractor.fromCheckpoint(checkpoint, options)) {
            extractor.fit(train, epochs, validation);
            System.out.println(extractor.evaluate(validation)); // exact match and F1
            extractor.save(bundle);
        }
        try (var extractor = AnswerExtractor.load(bundle)) {
            var question = new PassageQuestion("图书馆几点关门？", "图书馆早上八点开门，晚上九点关门。");
            extractor.predict(question).ifPresent(answer -> System.out.println(answer.text() + " " + answer.start()));
        }
        // So far the guide.
    }

    /** @param samples tokens and segments of question and passage, first and last token of the answer */
    static void point(Path checkpoint, List<Sample> samples) throws IOException {
        // The guide shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var segments = graph.ids("segments");
            var start = graph.ints("start", UNKNOWN); // [batch]
            var end = graph.ints("end", UNKNOWN); // [batch]

            var x = bert.apply(tokens, segments); // [batch, length, hidden]
            var question = lambda(ids -> ids.eq(0).castTo(FLOAT)).apply(segments); // and padding
            var starts = Pointer.without(question, Pointer.logits(x)); // [batch, length]
            var ends = Pointer.without(question, Pointer.logits(x));
            var loss = Loss.sparseCategoricalCrossEntropy();
            Model.of(tokens, segments, start, end)
                    .to(starts, ends)
                    .compile(
                            List.of(
                                    loss.term(softmax().apply(starts), start),
                                    loss.term(softmax().apply(ends), end)),
                            new Adam(3e-5))
                    .fit(Dataset.of(samples, 16, sample -> sample), 2);
        }
        // So far the guide.
    }
}
