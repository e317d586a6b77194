package io.github.bert4j.bert;

import io.github.bert4j.bert.BertConfig.Architecture;
import io.github.bert4j.bert.WeightTable.Entry;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorFlowCheckpointWriter;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Writes a model's weights, configuration and vocabulary as a directory that other libraries read too. */
record CheckpointWriter(Bert bert, Graph graph, Map<String, Weight> weights, Path directory) {
    private static final String TENSORFLOW = "bert_model.ckpt";
    private static final String HUGGING_FACE = "model.safetensors";

    void writeTensorFlow() throws IOException {
        write(
                TENSORFLOW + ".index",
                BertConfig.FILE_NAME,
                () -> TensorFlowCheckpointWriter.write(
                        directory.resolve(TENSORFLOW),
                        tensors(new WeightNames.Google(bert.config().architecture()))));
    }

    void writeHuggingFace(WordPieceTokenizer tokenizer) throws IOException {
        if (!tokenizer.vocabulary().equals(bert.vocabulary())) {
            throw new IllegalArgumentException(
                    "The tokenizer has another vocabulary than the model, of %d tokens instead of %d: expected one on bert.vocabulary()"
                            .formatted(
                                    tokenizer.vocabulary().size(),
                                    bert.vocabulary().size()));
        }
        writeHuggingFace(() ->
                new TokenizerFiles(directory).write(tokenizer, bert.config().longestInput()));
    }

    void writeHuggingFace() throws IOException {
        if (bert.ownTokenizer().isPresent()) {
            writeHuggingFace(() -> {});
        } else {
            boolean lowerCase = bert.tokenization(Tokens.WORD_PIECES).lowerCase();
            writeHuggingFace(
                    lowerCase
                            ? WordPieceTokenizer.uncased(bert.vocabulary())
                            : WordPieceTokenizer.cased(bert.vocabulary()));
        }
    }

    private void writeHuggingFace(Weights tokenizer) throws IOException {
        BertConfig config = bert.config();
        if (config.architecture() == Architecture.ALBERT && config.embeddingSize() == config.hiddenSize()) {
            throw new IllegalArgumentException(
                    "Embeddings and layers of this ALBERT have the same width, %d: Hugging Face's have a dense layer between them, so save it as TensorFlow's"
                            .formatted(config.hiddenSize()));
        }
        write(HUGGING_FACE, BertConfig.HUGGING_FACE_FILE_NAME, () -> {
            tokenizer.write();
            // Hugging Face's library refuses a file that does not tell whose layout it has.
            SafeTensorsWriter.write(
                    directory.resolve(HUGGING_FACE),
                    Map.of("format", "pt"),
                    tensors(new HuggingFaceNames(config.architecture())));
        });
    }

    /** All of it is written before anything is replaced: half of a checkpoint is none. */
    private void write(String checkpointFile, String configFile, Weights written) throws IOException {
        bert.requireNoAdapter();
        requireNoOther(checkpointFile, configFile);
        try (PendingFile config = PendingFile.create(directory.resolve(configFile));
                PendingFile vocabulary = PendingFile.create(directory.resolve(Bert.VOCABULARY))) {
            Files.write(
                    config.path(), new ConfigFile(directory.resolve(configFile)).bytes(bert.config(), bert.padding()));
            bert.vocabulary().save(vocabulary.path());
            if (bert.ownTokenizer().isPresent()) {
                bert.ownTokenizer().get().save(directory);
            }
            graph.reading(() -> {
                written.write();
                return null;
            });
            config.commit();
            vocabulary.commit();
        }
    }

    private interface Weights {
        void write() throws IOException;
    }

    private void requireNoOther(String checkpointFile, String configFile) throws IOException {
        Files.createDirectories(directory);
        Set<String> own = Set.of(checkpointFile, configFile);
        try (Stream<Path> files = Files.list(directory)) {
            Optional<Path> other = files.filter(
                            file -> !own.contains(file.getFileName().toString()))
                    .filter(file -> file.getFileName()
                            .toString()
                            .matches(".*\\.(index|safetensors|safetensors\\.index\\.json|onnx)|"
                                    + "(bert_|albert_)?config\\.json"))
                    .sorted()
                    .findFirst();
            if (other.isPresent()) {
                throw new IOException(
                        "%s is another checkpoint, and a directory can hold one: choose another place, or remove it first"
                                .formatted(other.get()));
            }
        }
    }

    private List<NamedTensor> tensors(WeightNames names) {
        Map<String, List<Weight>> parts = new LinkedHashMap<>();
        Map<String, Entry> first = new HashMap<>();
        for (Entry entry : WeightTable.of(bert.config())) {
            Weight weight = weights.get(entry.name());
            if (weight != null) {
                String name = names.of(entry).name();
                parts.computeIfAbsent(name, unused -> new ArrayList<>()).add(weight);
                first.putIfAbsent(name, entry);
            }
        }
        List<NamedTensor> tensors = new ArrayList<>();
        parts.forEach((name, ofTensor) -> {
            WeightNames.Place place = names.of(first.get(name));
            tensors.add(NamedTensor.ofFloats(
                    name, place.shape(first.get(name)), () -> values(ofTensor, place.transposed())));
        });
        return tensors;
    }

    private static FloatBuffer values(List<Weight> parts, boolean transposed) {
        if (parts.size() == 1 && !transposed) {
            return parts.get(0).view();
        }
        int size = parts.stream().mapToInt(part -> part.values().length).sum();
        FloatBuffer all = FloatBuffer.allocate(size);
        for (Weight part : parts) {
            all.put(
                    transposed
                            ? CheckpointWeights.transposed(
                                    part.values(), Math.toIntExact(part.shape().size(0)))
                            : part.values());
        }
        return all.flip();
    }
}
