package io.github.bert4j.models;

import static io.github.bert4j.layers.Activation.RELU;
import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.averagePooling;
import static io.github.bert4j.layers.Layers.bidirectional;
import static io.github.bert4j.layers.Layers.concatenate;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.dropout;
import static io.github.bert4j.layers.Layers.lstm;
import static io.github.bert4j.layers.Layers.mask;
import static io.github.bert4j.layers.Layers.maxPooling;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Metric;
import io.github.bert4j.train.RateFactors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The models of the guide "Models of your own", each with texts whose labels follow a rule; the guide shows them as
 * they are.
 */
public enum OwnModels {
    BILSTM(OwnModels::biLstm, Text::marked, "accuracy"),
    LAST_FOUR_LAYERS(OwnModels::lastFourLayers, Text::marked, "accuracy"),
    SIAMESE(OwnModels::siamese, Text::pair, "accuracy"),
    LABEL_AND_TAGS(OwnModels::labelAndTags, Text::markedAndTagged, "label_accuracy"),
    FROZEN(OwnModels::frozen, Text::marked, "accuracy"),
    FOCAL(OwnModels::focal, Text::marked, "accuracy"),
    REGRESSION(OwnModels::regression, Text::share, "r2"),
    MULTI_LABEL(OwnModels::multiLabel, Text::severalMarks, "accuracy"),
    MEAN_AND_MAX(OwnModels::meanAndMax, Text::marked, "accuracy"),
    TABULAR(OwnModels::tabular, Text::withNumbers, "accuracy"),
    MIDDLE_LAYERS(OwnModels::middleLayers, Text::marked, "accuracy"),
    GOING_ON(OwnModels::goingOn, Text::marked, "accuracy"),
    ANOTHER_HEAD(OwnModels::anotherHead, Text::kind, "accuracy");

    private static final int LETTERS = 14;
    private static final int FIRST = 4;
    private static final int LONGEST = 9;

    private final Function<Bert, CompiledModel> model;
    private final Function<Text, Sample> sample;
    private final String metric;

    OwnModels(Function<Bert, CompiledModel> model, Function<Text, Sample> sample, String metric) {
        this.model = model;
        this.sample = sample;
        this.metric = metric;
    }

    /** Texts, numbers beside them, and by their rules the labels. */
    private record Text(int[] ids, int[] other, float[] numbers) {

        static Text random(Random random) {
            return new Text(letters(random), letters(random), new float[] {
                (float) random.nextGaussian(), (float) random.nextGaussian()
            });
        }

        /** [CLS] and letters. */
        private static int[] letters(Random random) {
            int[] ids = IntStream.concat(
                            IntStream.of(2),
                            IntStream.range(0, 3 + random.nextInt(LONGEST - 3))
                                    .map(i -> FIRST + 3 + random.nextInt(LETTERS - 3)))
                    .toArray();
            for (int mark = 2; mark >= 0; mark--) { // the first is never written over, so every other text has it
                if (random.nextBoolean()) {
                    ids[1 + random.nextInt(ids.length - 1)] = FIRST + mark;
                }
            }
            return ids;
        }

        private static boolean has(int[] ids, int mark) {
            return IntStream.of(ids).anyMatch(id -> id == FIRST + mark);
        }

        private static float number(boolean truth) {
            return truth ? 1 : 0;
        }

        Sample marked() {
            return Sample.of(ids).labelled(number(has(ids, 0)));
        }

        Sample pair() {
            return Sample.of(ids, other).labelled(number(has(ids, 0) == has(other, 0)));
        }

        Sample markedAndTagged() {
            int[] tags =
                    IntStream.of(ids).map(id -> id < FIRST ? 0 : 1 + id % 2).toArray();
            return Sample.of(IntValues.of(ids), FloatValues.of(number(has(ids, 0))), IntValues.of(tags));
        }

        Sample share() {
            long marks = IntStream.of(ids)
                    .filter(id -> id < FIRST + 3 && id >= FIRST)
                    .count();
            return Sample.of(ids).labelled(marks);
        }

        Sample severalMarks() {
            return Sample.of(ids).labelled(number(has(ids, 0)), number(has(ids, 1)), number(has(ids, 2)));
        }

        Sample withNumbers() {
            return Sample.of(IntValues.of(ids), FloatValues.of(numbers))
                    .labelled(number(has(ids, 0) == numbers[0] > 0));
        }

        Sample kind() {
            return Sample.of(ids).labelled(has(ids, 0) ? 1 : 0);
        }
    }

    /** The model on a tiny BERT of random weights. */
    public CompiledModel build(Graph graph) {
        Vocabulary vocabulary = Vocabulary.of(Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"),
                        IntStream.range(0, LETTERS).mapToObj(i -> String.valueOf((char) ('a' + i))))
                .toList());
        return model.apply(Bert.random(
                graph, new BertConfig(FIRST + LETTERS, 32, 4, 4, 64, LONGEST + 1, 2, 0, 0, 0.1, Gelu.ERF), vocabulary));
    }

    /** What it is judged by. */
    public String metric() {
        return metric;
    }

    /** Texts with their labels; shuffled ones belong to other texts. */
    public List<Sample> samples(int count, long seed, boolean shuffled) {
        Random random = new Random(seed);
        List<Sample> samples = Stream.generate(() -> Text.random(random))
                .limit(count)
                .map(sample)
                .toList();
        if (!shuffled) {
            return samples;
        }
        List<Sample> others = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Sample other = samples.get(random.nextInt(count));
            Sample own = samples.get(i);
            others.add(
                    own.labels().isEmpty()
                            ? Sample.of(
                                    own.inputs().get(0),
                                    other.inputs().get(1),
                                    own.inputs().get(2))
                            : new Sample(own.inputs(), other.labels()));
        }
        return others;
    }

    private static CompiledModel biLstm(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var x = bert.apply(tokens); // [batch, length, hidden]
        var both = bidirectional(lstm(32)).apply(x, tokens); // [batch, 64]
        var p = dense(1, SIGMOID).apply(both);
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel lastFourLayers(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var states = bert.hiddenStates(tokens); // the embeddings, and one per layer
        var cls = states.subList(states.size() - 4, states.size()).stream().map(x -> x.at(0));
        var p = dense(1, SIGMOID).apply(concatenate().apply(cls.toArray(Tensor[]::new)));
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel siamese(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var first = graph.ids("first");
        var second = graph.ids("second");
        var u = bert.apply(first).at(0);
        var v = bert.apply(second).at(0);
        var p = dense(1, SIGMOID).apply(concatenate().apply(u, v, u.minus(v).abs(), u.times(v)));
        var model = Model.of(first, second).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel labelAndTags(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var label = graph.floats("is_marked", Shape.UNKNOWN, 1);
        var tags = graph.ids("tag"); // padded with 0, as tokens are
        var x = bert.apply(tokens);
        var p = dense(1, SIGMOID).named("label").apply(x.at(0));
        var t = dense(3, SOFTMAX).named("tags").apply(x);
        var ofLabel = Loss.binaryCrossEntropy().term(p, label).named("label");
        var ofTags =
                Loss.sparseCategoricalCrossEntropy().term(t, tags).times(0.5).named("tags");
        var model = Model.of(tokens, label, tags)
                .to(p, t)
                .compile(
                        List.of(ofLabel, ofTags),
                        new Adam(2e-3),
                        Metric.accuracy().on(p, label),
                        Metric.f1(Metric.Averaging.MACRO).on(t, tags, mask(tokens)));
        // So far the guide.
        return model;
    }

    private static CompiledModel frozen(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var x = averagePooling().apply(bert.apply(tokens), tokens);
        graph.freeze(bert.weights());
        var hidden = dense(128, RELU).named("hidden").apply(x);
        var p = dense(1, SIGMOID).named("head").apply(dropout(0.1).apply(hidden));
        var adam = new Adam(3e-3).withRateFactors(RateFactors.named("head/.*", 3));
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), adam, Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel focal(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var p = dense(1, SIGMOID).apply(bert.apply(tokens).at(0));
        var loss = Loss.binaryCrossEntropy().withFocalGamma(2);
        var model = Model.of(tokens).to(p).compile(loss, new Adam(2e-3), Metric.accuracy(), Metric.auc());
        // So far the guide.
        return model;
    }

    private static CompiledModel regression(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var y = dense(1).apply(bert.apply(tokens).at(0));
        var model = Model.of(tokens).to(y).compile(Loss.meanSquaredError(), new Adam(2e-3), Metric.r2());
        // So far the guide.
        return model;
    }

    private static CompiledModel multiLabel(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var p = dense(3, SIGMOID).apply(bert.apply(tokens).at(0)); // each label by itself
        var f1 = Metric.f1(Metric.Averaging.MACRO);
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy(), f1);
        // So far the guide.
        return model;
    }

    private static CompiledModel meanAndMax(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var x = bert.apply(tokens);
        var pooled = concatenate()
                .apply(averagePooling().apply(x, tokens), maxPooling().apply(x, tokens));
        var p = dense(1, SIGMOID).apply(pooled);
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel tabular(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var numbers = graph.floats("numbers", Shape.UNKNOWN, 2);
        var both = concatenate().apply(bert.apply(tokens).at(0), dense(16, RELU).apply(numbers));
        var p = dense(1, SIGMOID).apply(dense(32, RELU).apply(both));
        var model =
                Model.of(tokens, numbers).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel middleLayers(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var hidden = dense(16, RELU).named("hidden").apply(bert.apply(tokens).at(0));
        var p = dense(1, SIGMOID).apply(hidden);
        var features = Model.of(tokens).to(hidden); // shares its weights with what is trained
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return features.weights().isEmpty() ? null : model;
    }

    private static CompiledModel goingOn(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var p = dense(1, SIGMOID).named("head").apply(bert.apply(tokens).at(0));
        var model = Model.of(tokens).to(p).compile(Loss.binaryCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }

    private static CompiledModel anotherHead(Bert bert) {
        Graph graph = bert.graph();
        // The guide shows what follows.
        var tokens = graph.ids("tokens");
        var p = dense(2, SOFTMAX).named("kind").apply(bert.apply(tokens).at(0));
        var model =
                Model.of(tokens).to(p).compile(Loss.sparseCategoricalCrossEntropy(), new Adam(2e-3), Metric.accuracy());
        // So far the guide.
        return model;
    }
}
