package io.github.bert4j.examples;

import static io.github.bert4j.graph.Shape.UNKNOWN;
import static io.github.bert4j.graph.Tensor.Type.FLOAT32;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.mask;
import static io.github.bert4j.layers.Layers.padding;
import static java.util.Arrays.copyOfRange;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.datasets.EventFiles;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Model;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Event subjects without {@code SubjectExtractor}: two inputs as one text, a loss of tensors, two models that share BERT. */
public final class EventExample {
    private EventExample() {}

    /** @param arguments the checkpoint's directory, and a file of events */
    public static void main(String[] arguments) throws IOException {
        run(Path.of(arguments[0]), EventFiles.read(List.of(Path.of(arguments[1])), System.err::println));
    }

    static void run(Path checkpoint, List<LabelledEvent> train) throws IOException {
        // The README shows what follows.
        try (var graph = new Graph(42)) {
            var bert = Bert.load(graph, checkpoint);
            var tokens = graph.ids("tokens");
            var start = graph.ints("start", UNKNOWN); // [batch]
            var end = graph.ints("end", UNKNOWN); // [batch]

            var x = bert.apply(tokens); // [batch, length, hidden]
            var never = padding(tokens).times(-1e10);
            var starts = dense(1).withoutBias().apply(x).squeeze(2).plus(never);
            var ends = dense(1).withoutBias().apply(x).squeeze(2).plus(never);
            var answers = Model.of(tokens).to(starts, ends);
            var places = mask(tokens).cumulativeSum(1).minus(1); // 0, 1 …
            var before = places.lessThan(start.cast(FLOAT32).expandDims(1));
            var loss = Loss.sparseCategoricalCrossEntropy();
            var ofStart = loss.term(starts.softmax(), start);
            var ofEnd = loss.term(ends.plus(before.times(-1e10)).softmax(), end);

            var tokenizer = bert.tokenizer();
            Function<LabelledEvent, Optional<Sample>> sample = row -> {
                var prefix = "___" + row.event().type() + "___";
                var text = tokenizer
                        .encode(prefix + row.event().text(), prefix.length() + 130)
                        .ids();
                var subject = tokenizer.encode(row.entity()).ids(); // between [CLS] and [SEP]
                return TokenSpan.firstMatch(text, copyOfRange(subject, 1, subject.length - 1), prefix.length() + 1)
                        .map(span -> Sample.of(text, new int[] {span.start()}, new int[] {span.end()}));
            };
            var data = Dataset.of(
                    train.stream().map(sample).flatMap(Optional::stream).toList(), 32, same -> same);
            Model.of(tokens, start, end)
                    .to(starts, ends)
                    .compile(List.of(ofStart, ofEnd), new Adam(LearningRateSchedule.twoPhase(5e-5, 1e-5, data.steps())))
                    .fit(data, 10);

            var question = tokenizer.encode("___业绩下滑___受需求疲软影响，望舒光电收入减少三成");
            System.out.println(answers.predict(List.of(Sample.of(question.ids())), 1)); // logits
        }
        // So far the README.
    }
}
