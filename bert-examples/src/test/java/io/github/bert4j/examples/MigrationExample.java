package io.github.bert4j.examples;

import static io.github.bert4j.graph.Shape.UNKNOWN;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static io.github.bert4j.layers.Layers.globalPointer;
import static io.github.bert4j.layers.Layers.lambda;
import static io.github.bert4j.layers.Layers.softmax;
import static java.util.Comparator.comparing;
import static org.nd4j.linalg.api.buffer.DataType.FLOAT;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Lambda;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.AdamW;
import io.github.bert4j.train.AdversarialTraining;
import io.github.bert4j.train.BestCheckpoint;
import io.github.bert4j.train.EarlyStopping;
import io.github.bert4j.train.GradientAccumulation;
import io.github.bert4j.train.LearningRateSchedule;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.Monitor;
import io.github.bert4j.train.MovingAverage;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.RateFactors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** What programs on keras-bert and bert4keras become. */
final class MigrationExample {
    private MigrationExample() {}

    static Model load(Graph graph, Path checkpoint) throws IOException {
        // The guide shows what follows.
        var bert = Bert.load(graph, checkpoint, Gelu.ERF);
        var tokens = graph.ids("tokens");
        var segments = graph.ids("segments");
        var x = bert.apply(tokens, segments); // [batch, length, hidden]
        var model = Model.of(tokens, segments).to(x);
        System.out.println(model.summary());
        // So far the guide.
        return model;
    }

    static Sample tokenize(Path checkpoint) throws IOException {
        // The guide shows what follows.
        var vocabulary = Vocabulary.load(checkpoint.resolve("vocab.txt"));
        var tokenizer = WordPieceTokenizer.uncased(vocabulary);
        var pair = tokenizer.encode("Room 12", "很干净", 64);
        System.out.println(pair.tokens()); // [CLS] and both [SEP] included
        System.out.println("Room 12".substring(pair.start(1), pair.end(1))); // what token 1 stands for
        var sample = Sample.of(pair.ids(), pair.segments());
        // So far the guide.
        return sample;
    }

    static CompiledModel classify(Graph graph, Bert bert, List<LabelledReview> train, int classes, int epochs) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var segments = graph.ids("segments");
        var cls = dropout(0.1).apply(bert.apply(tokens, segments).at(0));
        var model = Model.of(tokens, segments)
                .to(dense(classes, SOFTMAX).apply(cls))
                .compile(Loss.sparseCategoricalCrossEntropy(), new Adam(2e-5), Metric.accuracy());

        var tokenizer = bert.tokenizer();
        var rows = Dataset.of(train, 32, review -> {
            var text = tokenizer.encode(review.text(), 128);
            return Sample.of(text.ids(), text.segments()).labelled(review.label());
        });
        model.fit(rows.bucketedByLength(), epochs);
        // So far the guide.
        return model;
    }

    static Optimizer warmUp(Dataset train, int epochs) {
        // The guide shows what follows.
        long steps = (long) epochs * train.steps();
        var rate = LearningRateSchedule.warmUpThenLinearDecay(2e-5, steps / 10, steps);
        var optimizer = new AdamW(rate, 0.01);
        // So far the guide.
        return optimizer;
    }

    static Optimizer piecewise() {
        // The guide shows what follows.
        var rate = LearningRateSchedule.polynomialDecay(2e-5, 2e-6, 1, 1000).afterWarmUp(1000);
        var optimizer = new Adam(rate).withEpsilon(1e-6);
        // So far the guide.
        return optimizer;
    }

    static CompiledModel freeze(Graph graph, Bert bert, Model model) {
        // The guide shows what follows.
        graph.freeze(bert.embeddingWeights());
        graph.freeze(bert.layerWeights(0));
        var rates = RateFactors.layerWise(0.9, bert::layersAbove).times(RateFactors.named("dense_.*", 10));
        var compiled = model.compile(
                        Loss.sparseCategoricalCrossEntropy(), new Adam(2e-5).withRateFactors(rates), Metric.accuracy())
                .with(new GradientAccumulation(4), new MovingAverage(0.999));
        // So far the guide.
        return compiled;
    }

    static CompiledModel disturb(Bert bert, CompiledModel model) {
        // The guide shows what follows.
        var adversarial = model.with(new AdversarialTraining(bert.wordEmbeddings(), 0.5));
        // So far the guide.
        return adversarial;
    }

    static History stop(CompiledModel model, Dataset train, Dataset validation, Path file) {
        // The guide shows what follows.
        var monitor = Monitor.max("val_accuracy");
        var history = model.fit(
                train,
                20,
                validation,
                new EarlyStopping(monitor, 2).restoringBestWeights(),
                new BestCheckpoint(monitor, () -> model.model().saveWeights(file)));
        // So far the guide.
        return history;
    }

    static List<Prediction> extract(Graph graph, Bert bert, List<String> texts) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var states = bert.hiddenStates(tokens); // that of the embeddings first
        var x = new Lambda(two -> two.get(0).getSameDiff().concat(2, two.toArray(SDVariable[]::new)))
                .apply(states.get(states.size() - 2), states.get(states.size() - 1)); // [batch, length, 2 · hidden]
        var mean = lambda((vectors, ids) ->
                        vectors.sum(1).div(ids.gt(0).castTo(FLOAT).sum(true, 1)))
                .apply(x, tokens); // padding is 0

        var tokenizer = bert.tokenizer();
        var features = Model.of(tokens)
                .to(x, x.at(0), mean) // every token, [CLS], the mean of all
                .predict(Dataset.of(
                        texts, 32, text -> Sample.of(tokenizer.encode(text).ids())));
        // So far the guide.
        return features;
    }

    static String fill(Graph graph, Bert bert) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var words = softmax().apply(bert.maskedWordLogits(bert.apply(tokens))); // [batch, length, words]
        int[] ids = bert.tokenizer().encode("房间很干净").ids();
        ids[3] = bert.vocabulary().maskId(); // 很
        var p = Model.of(tokens)
                .to(words)
                .predict(List.of(Sample.of(ids)), 1)
                .get(0)
                .output(0);
        var best = IntStream.range(0, bert.vocabulary().size()).boxed().max(comparing(word -> p.get(3, word)));
        System.out.println(bert.vocabulary().token(best.orElseThrow()));
        // So far the guide.
        return bert.vocabulary().token(best.orElseThrow());
    }

    static double next(Graph graph, Bert bert) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var segments = graph.ids("segments");
        var logits = bert.nextSentenceLogits(bert.pool(bert.apply(tokens, segments)));
        var pair = bert.tokenizer().encode("房间很干净", "服务也好");
        var p = Model.of(tokens, segments)
                .to(softmax().apply(logits))
                .predict(List.of(Sample.of(pair.ids(), pair.segments())), 1)
                .get(0)
                .value(); // that the second follows the first
        // So far the guide.
        return p;
    }

    /** @param samples tokens and, for each of them, a tag */
    static int[] tag(Graph graph, Bert bert, List<Sample> samples, int classes) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var tags = graph.ints("tags", UNKNOWN, UNKNOWN);
        var emissions = dense(classes).apply(bert.apply(tokens)); // [batch, length, tags]
        var mask = lambda(ids -> ids.gt(0).castTo(FLOAT)).apply(tokens);
        var crf = new Crf(1000); // lr_multiplier
        var losses = crf.apply(emissions, tags, mask); // [batch]
        Model.of(tokens, tags)
                .to(losses)
                .compile(List.of(LossTerm.perSample(losses, tokens)), new Adam(1e-5))
                .fit(Dataset.of(samples, 16, sample -> sample), 3);

        var text = Sample.of(bert.tokenizer().encode("林乔安上周去了青石镇").ids());
        var scores = Model.of(tokens).to(emissions).predict(List.of(text), 1).get(0);
        int[] path = crf.decode(scores.output(0).values()); // Viterbi
        // So far the guide.
        return path;
    }

    /** @param samples tokens, labelled with rows of label, first and last token */
    static FloatValues point(Graph graph, Bert bert, List<Sample> samples, int labels) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var mask = lambda(ids -> ids.gt(0).castTo(FLOAT)).apply(tokens);
        var scores = globalPointer(labels).apply(bert.apply(tokens), mask); // [batch, labels, first, last]
        var model = Model.of(tokens).to(scores);
        model.compile(Loss.spanCrossEntropy(), new Adam(2e-5)).fit(Dataset.of(samples, 16, sample -> sample), 3);
        var spans = model.predict(samples, 16).get(0).output(0); // above 0: a span
        // So far the guide.
        return spans;
    }

    static Bert random(Graph graph, List<String> words) {
        // The guide shows what follows.
        var config = new BertConfig(words.size(), 100, 12, 5, 400, 20, 2, 0.05, 0.05, 0.02, Gelu.ERF);
        var bert = Bert.random(graph, config, Vocabulary.of(words)); // [PAD], [UNK], [CLS], [SEP], [MASK], …
        // So far the guide.
        return bert;
    }

    /** @param samples a text's tokens, labelled with its class and one for every token */
    static History together(Graph graph, Bert bert, List<Sample> samples, int classes, int tags) {
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var label = graph.ints("label", UNKNOWN);
        var labels = graph.ints("labels", UNKNOWN, UNKNOWN);
        var x = bert.apply(tokens);
        var ofText = dense(classes, SOFTMAX).apply(x.at(0));
        var ofToken = dense(tags, SOFTMAX).apply(x);
        var loss = Loss.sparseCategoricalCrossEntropy();
        var history = Model.of(tokens, label, labels)
                .to(ofText, ofToken)
                .compile(List.of(loss.term(ofText, label), loss.term(ofToken, labels)), new Adam(2e-5))
                .fit(Dataset.of(samples, 16, sample -> sample), 3);
        // So far the guide.
        return history;
    }

    static void save(Model model, Path file) throws IOException {
        // The guide shows what follows.
        model.saveWeights(file); // safetensors
        model.loadWeights(file);
        // So far the guide.
    }
}
