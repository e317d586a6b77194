package io.github.bert4j.bert;

import static io.github.bert4j.layers.Activation.TANH;

import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.bert.WeightTable.LayerNames;
import io.github.bert4j.bert.WeightTable.Part;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Layer;
import io.github.bert4j.graph.Limit;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * BERT as a layer: token ids [batch, length], optionally segment ids of the same shape → vectors [batch, length, hidden].
 *
 * <p>A graph holds one BERT, which may be applied to any number of inputs. Padding is the vocabulary's id for it, 0 in BERT's own; the
 * attention mask follows from it and is never passed. At padded positions the output is 0.
 *
 * <p>Source: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding";
 * {@code modeling.py} of google-research/bert. A configuration may ask for another encoder, see {@link BertConfig.Architecture} and
 * {@link Design}.
 */
public final class Bert extends Layer {
    static final String VOCABULARY = "vocab.txt";
    private static final Logger LOG = LoggerFactory.getLogger(Bert.class);

    private final BertConfig config;
    private final Vocabulary vocabulary;
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final OwnTokenizer own;
    private final Encoder encoder;
    private final int padding;
    private Adapter adapter;
    private Path origin;
    /** What it was applied to, by the names of the inputs. */
    private final Map<List<String>, List<Tensor>> encoded = new HashMap<>();
    /** By how they read; their tables of words are large. */
    private Map<Tokenization, Tokenizer> tokenizers = new ConcurrentHashMap<>();

    private Bert(
            Graph graph, BertConfig config, OwnTokenizer own, List<Entry> entries, Function<Entry, Weight> create) {
        super("bert");
        this.config = config;
        this.own = own;
        this.vocabulary = own.vocabulary();
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
        this.padding = vocabulary.padding();
        this.encoder = new Encoder(config, graph, weights, padding);
        ConfigFile.fields(config).forEach((field, value) -> graph.note(BertConfig.FILE_NAME + ": " + field, value));
    }

    /**
     * Loads a checkpoint, Google's or Hugging Face's: a directory with one configuration ({@code bert_config.json}, {@code
     * albert_config.json} or {@code config.json}), a vocabulary ({@code vocab.txt}, {@code vocab_chinese.txt} or {@code
     * tokenizer.json}) and one TensorFlow checkpoint, safetensors file, its {@code index.json} if it is several, or ONNX
     * export. Weights have Google's names and shapes or Hugging Face's.
     *
     * @param checkpoint the directory, or, where it holds several checkpoints, the file that is meant
     * @throws IllegalArgumentException if the graph already holds a BERT, or the directory holds several checkpoints
     * @throws CheckpointMismatchException if weights are missing or have another shape; it lists all of them
     * @throws IOException if a file is missing or damaged; the message names it
     */
    public static Bert load(Graph graph, Path checkpoint) throws IOException {
        return load(graph, checkpoint, BertConfig.of(checkpoint));
    }

    /**
     * As {@link #load(Graph, Path)}, for a checkpoint whose "gelu" is known: ERF for those made by Hugging Face or BGE. Only a
     * {@code bert_config.json} that this library did not write leaves it open, see {@link BertConfig#load}.
     */
    public static Bert load(Graph graph, Path checkpoint, Gelu gelu) throws IOException {
        return load(graph, checkpoint, BertConfig.of(checkpoint).withGelu(gelu));
    }

    /** As {@link #load(Graph, Path)}, with a configuration of the caller's, such as one with another dropout. */
    public static Bert load(Graph graph, Path checkpoint, BertConfig config) throws IOException {
        return load(graph, checkpoint, config, Adaptation.NONE);
    }

    /**
     * As {@link #load(Graph, Path, BertConfig)}, with tables of words and positions that are not the checkpoint's.
     *
     * @param config the checkpoint's
     * @throws IllegalArgumentException if the checkpoint cannot be adapted so
     */
    public static Bert load(Graph graph, Path checkpoint, BertConfig config, Adaptation adaptation) throws IOException {
        OwnTokenizer own = OwnTokenizer.of(directory(checkpoint));
        Vocabulary vocabulary = own.vocabulary();
        requireEmbeddings(own.file(), config, vocabulary);
        try (TensorSource source = tensors(checkpoint)) {
            CheckpointWeights found = CheckpointWeights.match(config, source);
            found.logLeftOut();
            BertConfig adapted = adaptation.config(config, vocabulary);
            Adaptation.Tables tables = adaptation.tables(config, vocabulary);
            Bert bert = new Bert(
                    graph,
                    adapted,
                    adaptation.tokenizer(own),
                    WeightTable.of(adapted).stream().filter(found::has).toList(),
                    entry -> graph.weight(entry.name(), entry.shape(), entry.role()));
            for (Weight weight : bert.weights.values()) {
                var change = tables.change(weight.name());
                if (change.isPresent()) {
                    weight.assign(change.get().apply(found.values(weight.name())));
                } else {
                    found.load(weight);
                }
            }
            bert.origin = checkpoint;
            return bert;
        }
    }

    /**
     * The same BERT in a graph that {@linkplain Graph#sharing shares} that of another one: with its weights, not a copy of
     * them.
     *
     * @throws IllegalArgumentException if the graph does not share that of the other one, or that one is adapted
     */
    public static Bert sharing(Graph graph, Bert other) {
        other.requireNoAdapter();
        Bert bert = new Bert(
                graph,
                other.config,
                other.own,
                WeightTable.of(other.config).stream()
                        .filter(entry -> other.weights.containsKey(entry.name()))
                        .toList(),
                entry -> graph.borrow(other.weights.get(entry.name())));
        bert.origin = other.origin;
        bert.tokenizers = other.tokenizers;
        return bert;
    }

    /**
     * Some of the layers of this one, with copies of its weights, as a BERT of its own.
     *
     * @param layers their numbers, from 0, the lowest first
     * @throws IllegalArgumentException if there is no such layer, there are none, or layers share their weights
     */
    public Bert withLayers(Graph graph, List<Integer> layers) {
        List<LayerNames> all = WeightTable.layers(config);
        if (layers.isEmpty() || all.stream().distinct().count() < all.size() && !layers.equals(List.of(0))) {
            throw new IllegalArgumentException(
                    "Layers %s: expected at least one, of a model whose layers have weights of their own"
                            .formatted(layers));
        }
        layers.forEach(number -> {
            if (number < 0 || number >= all.size()) {
                throw new IllegalArgumentException(
                        "Layer %d: expected one from 0 to %d".formatted(number, all.size() - 1));
            }
        });
        BertConfig shallow = config.withLayers(layers);
        List<Entry> entries = WeightTable.of(shallow).stream()
                .filter(entry -> weights.containsKey(ofLayer(entry.name(), shallow, layers)))
                .toList();
        Bert bert = new Bert(
                graph, shallow, own, entries, entry -> graph.weight(entry.name(), entry.shape(), entry.role()));
        bert.weights.forEach((name, weight) ->
                weight.assign(weights.get(ofLayer(name, shallow, layers)).values()));
        return bert;
    }

    /** The name here of a weight of a BERT that has these layers alone. */
    private String ofLayer(String name, BertConfig shallow, List<Integer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            String prefix = WeightTable.layer(shallow, i) + "/";
            if (name.startsWith(prefix)) {
                return WeightTable.layer(config, layers.get(i)) + "/" + name.substring(prefix.length());
            }
        }
        return name;
    }

    /**
     * Adapts the encoder by kernels of low rank, and freezes everything else of BERT; to be called before it is applied.
     *
     * @throws IllegalArgumentException if there is no such layer
     * @throws IllegalStateException if it is adapted already
     */
    public Adapter adapt(LowRank settings) {
        requireNoAdapter();
        adapter = new Adapter(settings, config, graph(), weights);
        adapter.weights().forEach(this::adopt);
        graph().freeze(weights.values());
        encoder.adaptBy(adapter);
        return adapter;
    }

    /** What it is adapted by. */
    public Optional<Adapter> adapter() {
        return Optional.ofNullable(adapter);
    }

    /** Whether a weight is BERT's own, which an adapter leaves as it is; false for all if there is no adapter. */
    public boolean isBase(Weight weight) {
        return adapter != null && weights.containsKey(weight.name());
    }

    void requireNoAdapter() {
        if (adapter != null) {
            throw new IllegalStateException(
                    "This BERT is adapted (%s), and its own weights are without what was learned: load it without an adapter, and merge that"
                            .formatted(adapter.settings()));
        }
    }

    /** The checkpoint that it was loaded from; empty for one that was made otherwise. */
    public Optional<Path> origin() {
        return Optional.ofNullable(origin);
    }

    /** The kernel of a dense layer of the encoder. */
    Weight kernel(String dense) {
        return Optional.ofNullable(weights.get(dense + "/kernel"))
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no dense layer %s: expected an adapter for this kind of encoder".formatted(dense)));
    }

    /**
     * SHA-256 of the encoder's weights, in hexadecimal digits: the same wherever they were read from, in whatever format. An
     * adapter is left out.
     */
    public String checksum() {
        return graph().reading(() -> EncoderChecksum.of(config, weights));
    }

    /**
     * The tensors of a checkpoint; those of an ONNX export under the names and in the shapes that a TensorFlow checkpoint has.
     *
     * @param path as {@link TensorSource#open(Path)} takes it
     */
    public static TensorSource tensors(Path path) throws IOException {
        return TensorSource.open(path, BertOnnxNames::new);
    }

    /**
     * The vocabulary of a checkpoint, as {@link #load(Graph, Path)} reads it.
     *
     * @throws IOException if there is none, or it is damaged
     */
    public static Vocabulary vocabulary(Path checkpoint) throws IOException {
        return OwnTokenizer.of(directory(checkpoint)).vocabulary();
    }

    /**
     * The word-piece tokenizer that a checkpoint's {@code tokenizer.json} or {@code tokenizer_config.json} describes; empty
     * if there is neither, as in Google's directories.
     *
     * @throws IOException if a file is damaged, or describes another tokenizer than BERT's; the message names it
     */
    public static Optional<WordPieceTokenizer> wordPieceTokenizer(Path checkpoint) throws IOException {
        return new TokenizerFiles(directory(checkpoint)).read(vocabulary(checkpoint));
    }

    /**
     * Whether a checkpoint's texts are lower-cased: as its {@code tokenizer_config.json} or {@code tokenizer.json} says, but
     * always where its vocabulary has no capitals, and never where it has some and no file says anything.
     *
     * @throws IOException if a file is damaged
     */
    public static boolean lowerCases(Path checkpoint) throws IOException {
        return OwnTokenizer.of(directory(checkpoint)).lowerCases();
    }

    /** The directory that a checkpoint is, or is in. */
    static Path directory(Path checkpoint) {
        boolean isFile = Files.isRegularFile(checkpoint)
                || Files.isRegularFile(Path.of(checkpoint + ".index")); // a TensorFlow checkpoint's prefix
        return isFile ? checkpoint.resolveSibling("") : checkpoint;
    }

    /** A model with random weights, pooler and pre-training heads included. */
    public static Bert random(Graph graph, BertConfig config, Vocabulary vocabulary) {
        return random(graph, config, OwnTokenizer.of(vocabulary));
    }

    /** As {@link #random(Graph, BertConfig, Vocabulary)}, which reads texts as another library's checkpoint does. */
    public static Bert random(Graph graph, BertConfig config, CheckpointTokenizer tokenizer) {
        return random(graph, config, OwnTokenizer.of(tokenizer));
    }

    private static Bert random(Graph graph, BertConfig config, OwnTokenizer own) {
        return new Bert(
                graph,
                config,
                own,
                WeightTable.of(config),
                entry -> graph.weight(entry.name(), entry.shape(), entry.initializer(), entry.role()));
    }

    /** A model whose weights are 0 until {@code Model.loadWeights} brings them. */
    public static Bert blank(Graph graph, BertConfig config, Vocabulary vocabulary) {
        return blank(graph, config, OwnTokenizer.of(vocabulary));
    }

    private static Bert blank(Graph graph, BertConfig config, OwnTokenizer own) {
        return new Bert(
                graph,
                config,
                own,
                WeightTable.of(config),
                entry -> graph.weight(entry.name(), entry.shape(), entry.role()));
    }

    /**
     * As {@link #blank(Graph, BertConfig, Vocabulary)}, for weights that are at hand.
     *
     * @param directory with the files that tell how texts are read
     * @param weights what will be loaded, and decides before memory is taken whether the configuration is theirs
     * @throws CheckpointMismatchException if weights are missing or have another shape; it lists all of them
     * @throws IOException if the vocabulary is too large for the configuration, or its files are damaged
     */
    public static Bert blank(Graph graph, BertConfig config, Path directory, TensorSource weights) throws IOException {
        OwnTokenizer own = OwnTokenizer.of(directory);
        requireEmbeddings("The vocabulary for " + weights.location(), config, own.vocabulary());
        CheckpointWeights.match(config, weights);
        Bert bert = blank(graph, config, own);
        bert.origin = directory;
        return bert;
    }

    private static void requireEmbeddings(String which, BertConfig config, Vocabulary vocabulary) throws IOException {
        if (vocabulary.size() > config.vocabSize()) {
            throw new IOException(
                    "%s has %d tokens, but the model has embeddings for %d: expected the vocabulary that came with the checkpoint"
                            .formatted(which, vocabulary.size(), config.vocabSize()));
        }
    }

    /**
     * Saves a checkpoint that {@link #load(Graph, Path)} reads, as TensorFlow and other libraries do: {@code
     * bert_config.json}, {@code vocab.txt} and a TensorFlow checkpoint {@code bert_model.ckpt} with Google's names.
     *
     * @param directory made if it is not there; a checkpoint that was saved into it before is replaced once all of the new
     *     one is written
     * @throws IOException if it holds a checkpoint of another name, or cannot be written
     */
    public void save(Path directory) throws IOException {
        new CheckpointWriter(this, graph(), weights, directory).writeTensorFlow();
    }

    /**
     * Saves a checkpoint that {@link #load(Graph, Path)} reads, as Hugging Face's transformers do: {@code config.json},
     * {@code model.safetensors}, {@code vocab.txt}, {@code tokenizer.json} and {@code tokenizer_config.json}.
     *
     * @param directory made if it is not there; a checkpoint that was saved into it before is replaced
     * @param tokenizer on this model's vocabulary
     * @throws IllegalArgumentException if the tokenizer has another vocabulary, or Hugging Face has no such model
     * @throws IOException if the directory holds a checkpoint of another name, or cannot be written
     */
    public void saveHuggingFace(Path directory, WordPieceTokenizer tokenizer) throws IOException {
        new CheckpointWriter(this, graph(), weights, directory).writeHuggingFace(tokenizer);
    }

    /** As {@link #saveHuggingFace(Path, WordPieceTokenizer)}, with the tokenizer that the checkpoint came with. */
    public void saveHuggingFace(Path directory) throws IOException {
        new CheckpointWriter(this, graph(), weights, directory).writeHuggingFace();
    }

    /** Makes a masked-word head with random weights, if the checkpoint has none. */
    public void addMaskedWords() {
        add(EnumSet.of(Part.MASKED_WORDS));
    }

    /** Makes a pooler and a next-sentence head with random weights, those of the two that the checkpoint lacks. */
    public void addNextSentence() {
        add(EnumSet.of(Part.POOLER, Part.NEXT_SENTENCE));
    }

    /** Whether words have embeddings of positions or segments added; ModernBERT's have none. */
    public boolean addsToWords() {
        return config.typeVocabSize() > 0 || config.design().positions() instanceof Positions.Table;
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
     * The weights of one layer; those of all layers in an ALBERT.
     *
     * @param number from 0, the lowest
     * @throws IllegalArgumentException if there is no such layer
     */
    public List<Weight> layerWeights(int number) {
        if (number < 0 || number >= config.numHiddenLayers()) {
            throw new IllegalArgumentException(
                    "Layer %d: expected one from 0 to %d".formatted(number, config.numHiddenLayers() - 1));
        }
        return graph().weightsNamed(Pattern.quote(WeightTable.layer(config, number)) + "/.*");
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
            if (weight.name().startsWith(WeightTable.layer(config, i) + "/")) {
                return config.numHiddenLayers() - i;
            }
        }
        return 0;
    }

    /**
     * How a checkpoint reads texts; letters are lower-cased where its files and vocabulary need it.
     *
     * @param preferred where the vocabulary has such tokens; characters, a vocabulary of bytes does not have
     * @throws IOException if a file is damaged
     */
    public static Tokenization tokenization(Path checkpoint, Tokenization.Tokens preferred) throws IOException {
        return OwnTokenizer.of(directory(checkpoint)).tokenization(preferred);
    }

    /** As {@link #tokenization(Path, Tokenization.Tokens)}, of this one. */
    public Tokenization tokenization(Tokenization.Tokens preferred) {
        return own.tokenization(preferred);
    }

    /** The id of padding. */
    public int padding() {
        return padding;
    }

    public BertConfig config() {
        return config;
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The tokenizer that the checkpoint's files describe; empty where that is BERT's word pieces, or nothing is described. */
    public Optional<CheckpointTokenizer> ownTokenizer() {
        return own.described();
    }

    /**
     * The tokenizer that reads texts so: word pieces are those of {@link #ownTokenizer} where there is one.
     *
     * @throws IllegalArgumentException if the vocabulary lacks what it needs, or the checkpoint's own tokenizer cannot be
     *     used
     */
    public Tokenizer tokenizer(Tokenization tokenization) {
        return tokenizers.computeIfAbsent(tokenization, own::tokenizer);
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
     * How every layer attends, the lowest first: {@code numHiddenLayers} tensors [batch, heads, length, length] of
     * probabilities, in which each query's keys add up to 1, and padding is 0. A model of them computes the encoder once
     * more, without dropout of the probabilities.
     *
     * <pre>{@code
     * var attentions = bert.attentions(tokens, segments);
     * var model = Model.of(tokens, segments).to(attentions.toArray(Tensor[]::new));
     * }</pre>
     *
     * @param inputs token ids, optionally segment ids
     */
    public List<Tensor> attentions(Tensor... inputs) {
        List<Tensor> arguments = bind(List.of(inputs));
        Shape ids = requireIds(arguments);
        Shape shape = Shape.of(ids.size(0), config.numAttentionHeads(), ids.size(1), ids.size(1));
        List<Tensor> attentions = encoder.attentions(arguments.get(0).variable(), segments(arguments), shape);
        record(arguments, attentions);
        return attentions;
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

    /** Applied again to the same inputs, it is computed once, whichever layers are read. */
    private List<Tensor> encode(List<Tensor> inputs) {
        Shape shape = requireIds(inputs).append(config.hiddenSize());
        List<String> names = inputs.stream().map(Tensor::name).toList();
        List<Tensor> known = encoded.get(names);
        if (known == null) {
            known = encoder.encode(inputs.get(0).variable(), segments(inputs), shape);
            encoded.put(names, known);
        }
        return known;
    }

    private Shape requireIds(List<Tensor> inputs) {
        if (inputs.size() > 2) {
            throw new IllegalArgumentException(
                    "Bert takes token ids and optionally segment ids, but was given " + inputs);
        }
        inputs.forEach(input -> requireRank(input, 2, "ids [batch, length]"));
        inputs.get(0).limit(Limit.rows(config.vocabSize(), WeightTable.WORDS));
        inputs.get(0)
                .limit(new Limit.Length(
                        config.longestInput(), "max_position_embeddings of the checkpoint: cut the text"));
        inputs.get(0).pad(padding);
        if (inputs.size() == 2 && config.typeVocabSize() > 1) {
            inputs.get(1).limit(Limit.rows(config.typeVocabSize(), WeightTable.SEGMENTS));
        }
        return inputs.get(0).shape();
    }

    private SDVariable segments(List<Tensor> inputs) {
        return inputs.size() == 2 && config.typeVocabSize() > 1
                ? inputs.get(1).variable()
                : graph().sameDiff().zerosLike(inputs.get(0).variable());
    }

    private void add(Set<Part> parts) {
        for (Entry entry : WeightTable.of(config)) {
            if (parts.contains(entry.part())) {
                weights.computeIfAbsent(
                        entry.name(), name -> graph().weight(name, entry.shape(), entry.initializer(), entry.role()));
            }
        }
    }

    private Weight head(Part part, String name) {
        return Optional.ofNullable(weights.get(name))
                .orElseThrow(() -> new IllegalStateException(
                        "The checkpoint has no %s head (tensor %s): use one that was saved with it"
                                .formatted(part.name().toLowerCase(Locale.ROOT).replace('_', ' '), name)));
    }
}
