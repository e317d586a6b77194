package io.github.bert4j.bert;

import static io.github.bert4j.layers.Activation.TANH;

import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.Part;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.ops.Gelu;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * BERT as a layer: token ids [batch, length], optionally segment ids of the same shape → vectors [batch, length, hidden].
 *
 * <p>A graph holds one BERT, which may be applied to any number of inputs. Padding is id 0; the attention mask follows from it and is never passed. At padded positions the output is 0.
 *
 * <p>Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding";
 * {@code modeling.py} of google-research/bert.
 */
public final class Bert extends Layer {
    private final BertConfig config;
    private final Vocabulary vocabulary;
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Encoder encoder;

    private Bert(
            Graph graph,
            BertConfig config,
            Vocabulary vocabulary,
            List<Entry> entries,
            Function<Entry, Weight> create) {
        super("bert");
        this.config = config;
        this.vocabulary = vocabulary;
        if (graph.sameDiff().hasVariable(WeightTable.WORDS)) {
            throw new IllegalArgumentException(
                    "The graph already holds a BERT, and weights are named as in checkpoints: apply that one again to share it, or use a graph for each");
        }
        attach(graph, graph.uniqueName("bert"));
        for (Entry entry : entries) {
            Weight weight = create.apply(entry);
            weights.put(entry.name(), weight);
            if (entry.part() == Part.ENCODER) {
                adopt(weight);
            }
        }
        this.encoder = new Encoder(config, graph, weights);
    }

    /**
     * Loads a checkpoint: a directory with {@code bert_config.json}, {@code vocab.txt} and one TensorFlow checkpoint, ONNX
     * export, or safetensors file whose tensors are named and shaped as in Google's checkpoints.
     *
     * @throws IllegalArgumentException if the graph already holds a BERT
     * @throws CheckpointMismatchException if weights are missing or have another shape; it lists all of them
     * @throws IOException if a file is missing or damaged; the message names it
     */
    public static Bert load(Graph graph, Path directory) throws IOException {
        return load(graph, directory, BertConfig.load(directory.resolve(BertConfig.FILE_NAME)));
    }

    /** As {@link #load(Graph, Path)}, for a checkpoint whose "gelu" is known: ERF for those made by Hugging Face or BGE. */
    public static Bert load(Graph graph, Path directory, Gelu gelu) throws IOException {
        return load(
                graph,
                directory,
                BertConfig.load(directory.resolve(BertConfig.FILE_NAME)).withGelu(gelu));
    }

    /** As {@link #load(Graph, Path)}, with a configuration of the caller's, such as one with another dropout. */
    public static Bert load(Graph graph, Path directory, BertConfig config) throws IOException {
        Vocabulary vocabulary = Vocabulary.load(directory.resolve("vocab.txt"));
        if (vocabulary.size() > config.vocabSize()) {
            throw new IOException(
                    "%s has %d lines, but the model has embeddings for %d: expected the vocabulary that came with the checkpoint"
                            .formatted(directory.resolve("vocab.txt"), vocabulary.size(), config.vocabSize()));
        }
        try (TensorSource source = TensorSource.open(directory)) {
            CheckpointWeights found = CheckpointWeights.match(config, source);
            Bert bert = new Bert(
                    graph,
                    config,
                    vocabulary,
                    found.entries(),
                    entry -> graph.weight(entry.name(), entry.shape(), entry.role()));
            for (Weight weight : bert.weights.values()) {
                found.load(weight);
            }
            return bert;
        }
    }

    /** A model with random weights, pooler and pre-training heads included. */
    public static Bert random(Graph graph, BertConfig config, Vocabulary vocabulary) {
        return new Bert(
                graph,
                config,
                vocabulary,
                WeightTable.of(config),
                entry -> graph.weight(entry.name(), entry.shape(), entry.initializer(), entry.role()));
    }

    /** A model whose weights are 0 until {@code Model.loadWeights} brings them. */
    public static Bert blank(Graph graph, BertConfig config, Vocabulary vocabulary) {
        return new Bert(
                graph,
                config,
                vocabulary,
                WeightTable.of(config),
                entry -> graph.weight(entry.name(), entry.shape(), entry.role()));
    }

    /** The table of word embeddings, [words of the vocabulary, hidden]. */
    public Weight wordEmbeddings() {
        return weights.get(WeightTable.WORDS);
    }

    /** The three tables of embeddings and their normalization. */
    public List<Weight> embeddingWeights() {
        return graph().weightsNamed(Pattern.quote(WeightTable.EMBEDDINGS) + "/.*");
    }

    /**
     * The weights of one layer.
     *
     * @param number from 0, the lowest
     * @throws IllegalArgumentException if there is no such layer
     */
    public List<Weight> layerWeights(int number) {
        if (number < 0 || number >= config.numHiddenLayers()) {
            throw new IllegalArgumentException(
                    "Layer %d: expected one from 0 to %d".formatted(number, config.numHiddenLayers() - 1));
        }
        return graph().weightsNamed(Pattern.quote(WeightTable.layer(number)) + "/.*");
    }

    /**
     * Freezes the embeddings and the lowest layers, see {@link Graph#freeze}.
     *
     * @param count of layers; with 0 the embeddings alone
     * @throws IllegalArgumentException if there are not so many layers
     */
    public void freezeLowestLayers(int count) {
        List<Weight> lowest = new ArrayList<>(embeddingWeights());
        for (int layer = 0; layer < count; layer++) {
            lowest.addAll(layerWeights(layer));
        }
        graph().freeze(lowest);
    }

    /**
     * How many layers up to the head a weight lies, for learning rates by layer: 0 for all that is not in the encoder, 1
     * for the highest layer, {@code numHiddenLayers + 1} for the embeddings.
     */
    public int layersAbove(Weight weight) {
        if (weight.name().startsWith(WeightTable.EMBEDDINGS + "/")) {
            return config.numHiddenLayers() + 1;
        }
        for (int i = 0; i < config.numHiddenLayers(); i++) {
            if (weight.name().startsWith(WeightTable.layer(i) + "/")) {
                return config.numHiddenLayers() - i;
            }
        }
        return 0;
    }

    public BertConfig config() {
        return config;
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** One token per character, on the checkpoint's vocabulary. */
    public OurTokenizer tokenizer() {
        return OurTokenizer.cased(vocabulary);
    }

    /**
     * The output of every layer, of the embeddings first: {@code numHiddenLayers + 1} tensors [batch, length, hidden].
     *
     * @param inputs token ids, optionally segment ids
     */
    public List<Tensor> hiddenStates(Tensor... inputs) {
        List<Tensor> arguments = bind(List.of(inputs));
        List<Tensor> states = encode(arguments);
        record(arguments, states);
        return states;
    }

    /**
     * The vector of [CLS] through a dense layer with tanh, as next-sentence prediction was trained on.
     *
     * @param sequence this layer's output
     * @return [batch, hidden]
     * @throws IllegalStateException if the checkpoint has no pooler
     */
    public Tensor pool(Tensor sequence) {
        Weight kernel = head(Part.POOLER, WeightTable.POOLER + "/kernel");
        Weight bias = head(Part.POOLER, WeightTable.POOLER + "/bias");
        return new Dense(graph(), WeightTable.POOLER, TANH, kernel, bias).apply(sequence.at(0));
    }

    /**
     * Logits of every word at every position, as masked-word prediction was trained on.
     *
     * @param sequence this layer's output
     * @return [batch, length, words of the vocabulary]
     * @throws IllegalStateException if the checkpoint has no such head
     */
    public Tensor maskedWordLogits(Tensor sequence) {
        head(Part.MASKED_WORDS, WeightTable.WORDS_BIAS);
        return new PretrainingHeads.MaskedWords(graph(), config, weights).apply(sequence);
    }

    /**
     * Logits of "the second text follows the first" and "it does not".
     *
     * @param pooled the result of {@link #pool}
     * @return [batch, 2]
     * @throws IllegalStateException if the checkpoint has no such head
     */
    public Tensor nextSentenceLogits(Tensor pooled) {
        head(Part.NEXT_SENTENCE, WeightTable.NEXT_SENTENCE_BIAS);
        return new PretrainingHeads.NextSentence(graph(), weights).apply(pooled);
    }

    /** Whether {@link #pool} can be used. */
    public boolean hasPooler() {
        return weights.containsKey(WeightTable.POOLER + "/kernel");
    }

    /** Whether {@link #maskedWordLogits} can be used. */
    public boolean hasMaskedWords() {
        return weights.containsKey(WeightTable.WORDS_BIAS);
    }

    /** Whether {@link #nextSentenceLogits} can be used. */
    public boolean hasNextSentence() {
        return weights.containsKey(WeightTable.NEXT_SENTENCE_BIAS);
    }

    @Override
    protected Tensor call(List<Tensor> inputs) {
        List<Tensor> states = encode(inputs);
        return states.get(states.size() - 1);
    }

    private List<Tensor> encode(List<Tensor> inputs) {
        if (inputs.size() > 2) {
            throw new IllegalArgumentException(
                    "Bert takes token ids and optionally segment ids, but was given " + inputs);
        }
        inputs.forEach(input -> requireRank(input, 2, "ids [batch, length]"));
        SDVariable tokens = inputs.get(0).variable();
        SDVariable segments = inputs.size() == 2
                ? inputs.get(1).variable()
                : graph().sameDiff().zerosLike(tokens);
        return encoder.encode(tokens, segments, inputs.get(0).shape().append(config.hiddenSize()));
    }

    private Weight head(Part part, String name) {
        return Optional.ofNullable(weights.get(name))
                .orElseThrow(() -> new IllegalStateException(
                        "The checkpoint has no %s head (tensor %s): use one that was saved with it"
                                .formatted(part.name().toLowerCase(Locale.ROOT).replace('_', ' '), name)));
    }
}
