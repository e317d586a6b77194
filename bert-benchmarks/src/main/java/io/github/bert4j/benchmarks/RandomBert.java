package io.github.bert4j.benchmarks;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.bert.Design;
import io.github.bert4j.bert.Positions;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.files.TemporaryDirectory;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.train.Adam;
import io.github.bert4j.train.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** A BERT of random weights with one sigmoid unit on [CLS]; its steps are calls that users make. */
final class RandomBert implements AutoCloseable {
    static final int WORDS = 21128;
    private static final int POSITIONS = 512;
    private static final int HEAD_SIZE = 64;

    private final Random random = new Random(0);
    private final Graph graph;
    private final Model model;
    private final Consumer<List<Sample>> step;

    RandomBert(ModelOptions options) {
        graph = new Graph(0, options.precision());
        BertConfig config = config(options);
        // Nothing is tokenized here: ids are drawn.
        Vocabulary vocabulary = Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
        Tensor tokens = graph.ids("tokens");
        Tensor segments = graph.ids("segments");
        Bert bert = Bert.random(graph, config, vocabulary);
        options.frozenLayers.ifPresent(bert::freezeLowestLayers);
        Tensor x = bert.apply(tokens, segments);
        model = Model.of(tokens, segments).to(dense(1, SIGMOID).apply(x.at(0)));
        this.step = switch (options.mode) {
            case INFER -> samples -> model.predict(samples, samples.size());
            case TRAIN -> {
                var compiled = model.compile(Loss.binaryCrossEntropy(), new Adam(1e-5));
                yield samples -> compiled.fit(Dataset.of(samples, samples.size(), sample -> sample), 1);
            }
        };
    }

    /** BERT's sizes, with what else the family has; where there is a gate, the inner width costs as much as without. */
    private static BertConfig config(ModelOptions options) {
        BertConfig small = family(options.family);
        Design design = small.design();
        if (design.positions() instanceof Positions.Rotary rotary
                && rotary.windows().isPresent()) {
            Positions.Windows windows = rotary.windows().get();
            List<Integer> near = IntStream.range(0, options.layers)
                    .filter(layer -> layer % 3 != 0)
                    .boxed()
                    .toList();
            design = design.withPositions(new Positions.Rotary(
                    rotary.pairs(),
                    rotary.values(),
                    rotary.base(),
                    Optional.of(new Positions.Windows(64, windows.base(), near))));
        } else if (design.positions() instanceof Positions.Distances) {
            design = design.withPositions(new Positions.Distances(64));
        }
        return new BertConfig(
                WORDS,
                options.hidden,
                options.layers,
                Math.max(1, options.hidden / HEAD_SIZE),
                (design.gated() ? 8 * options.hidden / 3 : 4 * options.hidden),
                Math.max(POSITIONS, options.length) + design.positions().first(),
                small.typeVocabSize(),
                options.dropout,
                options.dropout,
                0.02,
                BertConfig.DEFAULT_GELU,
                small.architecture(),
                options.hidden,
                small.hiddenActivation(),
                design);
    }

    private static BertConfig family(String name) {
        try (TemporaryDirectory folder = TemporaryDirectory.create("bert4j-family-")) {
            return BertConfig.of(FamilyFiles.write(name, folder.path().resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A step on one batch of random tokens; they are drawn now, not when it runs. */
    Runnable step(int[] lengths) {
        List<Sample> samples = Arrays.stream(lengths).mapToObj(this::sample).toList();
        return () -> step.accept(samples);
    }

    /** Writes the model, with random weights, as ONNX. */
    void export(Path file) throws IOException {
        OnnxModel.of(model).write(file);
    }

    private Sample sample(int length) {
        int[] ids = random.ints(length, 1, WORDS).toArray();
        return Sample.of(ids, new int[length]).labelled((float) random.nextInt(2));
    }

    @Override
    public void close() {
        graph.close();
    }
}
