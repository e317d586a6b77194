package io.github.bert4j.examples;

import static io.github.bert4j.graph.Shape.UNKNOWN;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.globalPointer;
import static io.github.bert4j.layers.Layers.lambda;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.EntityFiles;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.models.Model;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Named entities: by the class that does it all, and by the layers that it is made of. */
public final class EntityExample {
    private EntityExample() {}

    /** @param arguments the checkpoint's directory, a file of labelled texts, and where the bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<LabelledText> texts = EntityFiles.read(List.of(Path.of(arguments[1])), System.err::println);
        recognize(Path.of(arguments[0]), texts, texts, 10, Path.of(arguments[2]));
    }

    static void recognize(
            Path checkpoint, List<LabelledText> train, List<LabelledText> validation, int epochs, Path bundle)
            throws IOException {
        // The guide shows what follows.
        var labels = EntityRecognizer.labels(train);
        var options = EntityRecognizer.DEFAULTS.withMaxLength(200).withSeed(7);
        try (var recognizer = EntityRecognizer.fromCheckpoint(checkpoint, labels, EntityHead.CRF, options)) {
            recognizer.fit(train, epochs, validation);
            System.out.println(recognizer.evaluate(validation).table()); // by label, and all together
            recognizer.save(bundle);
        }
        try (var recognizer = EntityRecognizer.load(bundle)) {
            for (Entity entity : recognizer.predict("林乔安上周去了青石镇")) {
                System.out.println(entity.label() + " " + entity.text() + " " + entity.start());
            }
        }
        // So far the guide.
    }

    /** @param samples tokens and, for each of them, a tag */
    static void tag(Path checkpoint, List<Sample> samples, int classes) throws IOException {
        // The guide shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var tags = graph.ints("tags", UNKNOWN, UNKNOWN);

            var emissions = dense(classes).apply(bert.apply(tokens)); // [batch, length, tags]
            var mask = lambda(ids -> ids.gt(0).castTo(FLOAT)).apply(tokens); // no padding
            var crf = new Crf(100); // learns 100 times faster than BERT
            var losses = crf.apply(emissions, tags, mask); // [batch]
            Model.of(tokens, tags)
                    .to(losses)
                    .compile(List.of(LossTerm.perSample(losses, tokens)), new Adam(3e-5))
                    .fit(Dataset.of(samples, 16, sample -> sample), 3); // samples of tokens and tags

            Model.of(tokens)
                    .to(emissions)
                    .predict(Dataset.of(
                            samples, 16, sample -> Sample.of(sample.inputs().get(0))))
                    .forEach(prediction -> System.out.println(
                            Arrays.toString(crf.decode(prediction.output(0).values()))));
        }
        // So far the guide.
    }

    /** @param samples tokens, labelled with rows of label, first and last token */
    static void point(Path checkpoint, List<Sample> samples, int labels) throws IOException {
        // The guide shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");

            var mask = lambda(ids -> ids.gt(0).castTo(FLOAT)).apply(tokens); // no padding
            var scores = globalPointer(labels).apply(bert.apply(tokens), mask); // [batch, labels, first, last]
            var model = Model.of(tokens).to(scores);
            model.compile(Loss.spanCrossEntropy(), new Adam(3e-5)).fit(Dataset.of(samples, 16, sample -> sample), 3);

            var prediction = model.predict(samples, 16).get(0).output(0);
            System.out.println(prediction.get(0, 1, 3) > 0); // are tokens 1 to 3 of label 0?
        }
        // So far the guide.
    }
}
