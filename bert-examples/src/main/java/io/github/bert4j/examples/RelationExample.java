package io.github.bert4j.examples;

import static io.github.bert4j.graph.Shape.UNKNOWN;
import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.add;
import static io.github.bert4j.layers.Layers.average;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.gather;
import static io.github.bert4j.layers.Layers.mask;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.RelationFiles;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.RelationTrainingSet;
import io.github.bert4j.relation.Schema;
import io.github.bert4j.relation.SpanDecoder;
import io.github.bert4j.relation.Thresholds;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;

/** Relations without {@code RelationExtractor}: three models over shared layers, and a loss that is made of tensors. */
public final class RelationExample {
    private RelationExample() {}

    /** @param arguments the checkpoint's directory, a schema, and a file of annotated texts */
    public static void main(String[] arguments) throws IOException {
        List<String> predicates = Schema.predicates(Path.of(arguments[1]), System.err::println);
        run(
                Path.of(arguments[0]),
                RelationFiles.read(List.of(Path.of(arguments[2])), System.err::println),
                predicates,
                20);
    }

    static void run(Path checkpoint, List<LabelledRelations> texts, List<String> predicates, int epochs)
            throws IOException {
        int classes = predicates.size();
        // The README shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");

            var t = bert.apply(tokens); // [batch, length, hidden]
            var ps1 = dense(1, SIGMOID).apply(t); // does a subject start here?
            var ps2 = dense(1, SIGMOID).apply(t); // does it end here?
            var subjects = Model.of(tokens).to(ps1, ps2);

            var k1 = graph.ints("k1", UNKNOWN, 1); // where one subject starts
            var k2 = graph.ints("k2", UNKNOWN, 1); // and ends
            var kv = average().apply(gather().apply(t, k1), gather().apply(t, k2)); // [batch, 1, hidden]
            var u = add().apply(t, kv);
            var po1 = dense(classes, SIGMOID).apply(u); // its objects, by predicate
            var po2 = dense(classes, SIGMOID).apply(u);
            var objects = Model.of(tokens, k1, k2).to(po1, po2);

            var s1 = graph.floats("s1", UNKNOWN, UNKNOWN, 1); // the labels
            var s2 = graph.floats("s2", UNKNOWN, UNKNOWN, 1);
            var o1 = graph.floats("o1", UNKNOWN, UNKNOWN, classes);
            var o2 = graph.floats("o2", UNKNOWN, UNKNOWN, classes);
            var mask = mask(tokens); // no padding
            BiFunction<Tensor, Tensor, LossTerm> loss = (p, y) ->
                    LossTerm.maskedMean(Loss.binaryCrossEntropies(p, y).sum(-1), mask);

            var tokenizer = OurTokenizer.uncased(bert.vocabulary());
            var set = RelationTrainingSet.of(texts, tokenizer, predicates, 162); // 160 characters, [CLS] and [SEP]
            // draws a subject of each text anew in every epoch
            var train = Dataset.drawn(set.texts(), 32, (text, random) -> text.sample(classes, random));
            Model.of(tokens, s1, s2, k1, k2, o1, o2)
                    .to(ps1, ps2, po1, po2)
                    .compile(
                            List.of(loss.apply(ps1, s1), loss.apply(ps2, s2), loss.apply(po1, o1), loss.apply(po2, o2)),
                            new Adam(LearningRateSchedule.twoPhase(5e-5, 1e-5, train.steps())))
                    .fit(train, epochs);

            print("《晚潮》是林乔安执导的第一部长片", tokenizer, subjects, objects, predicates);
        }
        // So far the README.
    }

    /** Finds the subjects of a text, then the objects of each. */
    private static void print(
            String text, OurTokenizer tokenizer, Model subjects, Model objects, List<String> predicates) {
        SpanDecoder decoder = new SpanDecoder(Thresholds.DEFAULTS);
        Encoding encoding = tokenizer.encode(text);
        Sample sample = Sample.of(encoding.ids());
        int last = encoding.length() - 2; // before [SEP]
        Prediction first = subjects.predict(List.of(sample), 1).get(0);
        for (LabelledSpan subject : decoder.decode(first.output(0), first.output(1), 1, last)) {
            TokenSpan span = subject.span();
            Sample pair = sample.with(IntValues.of(span.start()), IntValues.of(span.end()));
            Prediction second = objects.predict(List.of(pair), 1).get(0);
            for (LabelledSpan object : decoder.decode(second.output(0), second.output(1), 1, last)) {
                System.out.printf(
                        "(%s, %s, %s)%n",
                        name(text, encoding, span),
                        predicates.get(object.label()),
                        name(text, encoding, object.span()));
            }
        }
    }

    private static String name(String text, Encoding encoding, TokenSpan span) {
        return text.substring(encoding.start(span.start()), encoding.end(span.end()));
    }
}
