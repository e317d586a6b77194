package io.github.bert4j.bert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.bert.Adaptation.NewEmbeddings;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.models.Model;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Tokenizer;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Small random models of every kind of encoder, saved, loaded and adapted. */
class FamilyTest {
    private static final String NAMES = "io.github.bert4j.testdata.FamilyFiles#NAMES";
    private static final List<String> TEXTS = List.of("酒店很好", "早餐不错，房间也干净。", "a");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource(NAMES)
    void savesAndLoadsInBothFormats(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        Path huggingFace = folder.resolve("hugging-face");
        Path tensorFlow = folder.resolve("tensorflow");
        float[][] vectors;
        Map<String, float[]> weights;
        try (Graph graph = new Graph(3)) {
            Bert bert = Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files));
            vectors = vectors(bert);
            weights = weights(graph);
            bert.saveHuggingFace(huggingFace);
            bert.save(tensorFlow);
        }
        for (Path saved : List.of(huggingFace, tensorFlow)) {
            try (Graph graph = new Graph(4)) {
                Bert bert = Bert.load(graph, saved);
                assertEquals(BertConfig.of(files), bert.config());
                Map<String, float[]> loaded = weights(graph);
                assertEquals(weights.keySet(), loaded.keySet());
                weights.forEach((weight, values) -> assertArrayEquals(values, loaded.get(weight), weight));
                assertArrayEquals(vectors, vectors(bert));
            }
        }
    }

    /** What tokens are padded with does not matter, and a row's vectors are its own. */
    @ParameterizedTest
    @FieldSource(NAMES)
    void computesARowAloneAsAmongLongerOnes(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        try (Graph graph = new Graph(3)) {
            Bert bert = Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files));
            Model model = model(bert);
            float[][] together = vectors(bert, model);
            for (int i = 0; i < TEXTS.size(); i++) {
                float[] alone = model.predict(List.of(sample(bert, TEXTS.get(i))), 1)
                        .get(0)
                        .output(0)
                        .values();
                assertArrayEquals(alone, Arrays.copyOf(together[i], alone.length), 2e-5f);
            }
        }
    }

    @ParameterizedTest
    @FieldSource(NAMES)
    void computesOnePositionAsTheWholeLayer(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        try (Graph graph = new Graph(3)) {
            Bert bert = Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files));
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            Tensor x = bert.apply(tokens, segments);
            Model model = Model.of(tokens, segments).to(x, x.at(0), x.at(2));
            int width = bert.config().hiddenSize();
            for (String text : TEXTS) {
                var prediction = model.predict(List.of(sample(bert, text)), 1).get(0);
                float[] all = prediction.output(0).values();
                for (int output = 1; output <= 2; output++) {
                    int from = output == 1 ? 0 : 2 * width;
                    assertArrayEquals(
                            Arrays.copyOfRange(all, from, from + width),
                            prediction.output(output).values(),
                            2e-5f);
                }
            }
        }
    }

    @ParameterizedTest
    @FieldSource(NAMES)
    void attendsToRealTokensOnly(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        try (Graph graph = new Graph(3)) {
            Bert bert = Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files));
            Tensor tokens = graph.ids("tokens");
            Tensor segments = graph.ids("segments");
            List<Tensor> attentions = bert.attentions(tokens, segments);
            Model model = Model.of(tokens, segments).to(attentions.toArray(Tensor[]::new));
            int length = bert.tokenizer(bert.tokenization(Tokens.WORD_PIECES))
                    .encode(TEXTS.get(1))
                    .length();
            var prediction =
                    model.predict(List.of(sample(bert, TEXTS.get(1))), 1).get(0);
            for (int layer = 0; layer < attentions.size(); layer++) {
                float[] all = prediction.output(layer).values();
                for (int row = 0; row < all.length / length; row++) {
                    double sum = 0;
                    for (int key = 0; key < length; key++) {
                        sum += all[row * length + key];
                    }
                    assertEquals(1, sum, 1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"bert, MEAN", "roberta, MEAN", "xlm-roberta, RANDOM"})
    void growsByNewTokens(String name, NewEmbeddings start) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        Path saved = folder.resolve("saved");
        try (Graph graph = new Graph(3)) {
            Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files))
                    .saveHuggingFace(saved);
        }
        Path grown = folder.resolve("grown");
        float[] words;
        try (Graph graph = new Graph(3)) {
            Adaptation adaptation = Adaptation.NONE.withTokens(List.of("[E1]", "[E2]"), start);
            Bert bert = Bert.load(graph, saved, BertConfig.of(saved), adaptation);
            int before = BertConfig.of(saved).vocabSize();
            assertEquals(before + 2, bert.config().vocabSize());
            words = bert.wordEmbeddings().values();
            int width = bert.config().embeddingSize();
            double mean = 0;
            for (int row = 0; row < before; row++) {
                mean += words[row * width] / before;
            }
            assertEquals(start == NewEmbeddings.MEAN, Math.abs(mean - words[before * width]) < 1e-6);
            assertTrue(Arrays.stream(marked(bert).encode("在[E1]北京").ids()).anyMatch(id -> id == before));
            bert.saveHuggingFace(grown);
        }
        try (Graph graph = new Graph(3)) {
            Bert bert = Bert.load(graph, grown);
            assertArrayEquals(words, bert.wordEmbeddings().values());
            int id = bert.vocabulary().id("[E2]").orElseThrow();
            assertTrue(Arrays.stream(marked(bert).encode("北京[E2]").ids()).anyMatch(one -> one == id));
        }
    }

    private static Tokenizer marked(Bert bert) {
        return bert.tokenizer(bert.tokenization(Tokens.WORD_PIECES).withMarkers(true));
    }

    @Test
    void readsCharactersWhereTheVocabularyHasThem() throws IOException {
        for (String name : FamilyFiles.NAMES) {
            Path files = FamilyFiles.write(name, folder.resolve(name));
            Tokenization usual = Bert.tokenization(files, Tokens.CHARACTERS);
            boolean bytes = FamilyFiles.tokenizer(name).equals("byte-pairs");
            assertEquals(bytes ? Tokens.WORD_PIECES : Tokens.CHARACTERS, usual.tokens(), name);
            if (!bytes) {
                int[] ids =
                        OurTokenizer.cased(Bert.vocabulary(files)).encode("很好").ids();
                assertEquals(4, ids.length);
                assertTrue(ids[1] != Bert.vocabulary(files).unknownId());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "bert, position_embedding_type, \"relative_key\"",
        "modernbert, hidden_activation, \"silu\"",
        "modernbert, layer_types, \"[1]\"",
        "modernbert, decoder_bias, false",
        "roberta, is_decoder, true",
        "nezha, max_relative_position, 0",
        "mpnet, relative_attention_num_buckets, 30",
        "bert, model_type, \"t5\""
    })
    void refusesWhatItWouldComputeOtherwise(String name, String field, String value) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Path file = FamilyFiles.write(name, folder).resolve("config.json");
        ObjectNode changed = (ObjectNode) json.readTree(Files.readAllBytes(file));
        changed.set(field, json.readTree(value.startsWith("\"[") ? value.substring(1, value.length() - 1) : value));
        Files.write(file, json.writeValueAsBytes(changed));
        String message =
                assertThrows(IOException.class, () -> BertConfig.of(folder)).getMessage();
        assertTrue(message.contains("config.json"), message);
    }

    /** Files of the encoder alone have names without a prefix; those with other heads have one. */
    @ParameterizedTest
    @FieldSource(NAMES)
    void readsNamesWithoutAPrefix(String name) throws IOException {
        Path files = FamilyFiles.write(name, folder.resolve("files"));
        Path saved = folder.resolve("saved");
        try (Graph graph = new Graph(3)) {
            Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files))
                    .saveHuggingFace(saved);
        }
        String base = Family.of(BertConfig.of(saved).architecture()).bases().get(0);
        rewrite(
                saved.resolve("model.safetensors"),
                stored -> stored.startsWith(base) ? Optional.of(stored.substring(base.length())) : Optional.empty());
        try (Graph graph = new Graph(3)) {
            assertTrue(Bert.load(graph, saved).embeddingWeights().size() >= 2);
        }
    }

    /** Its classifiers have two of the head's weights, under the same names. */
    @Test
    void takesNoClassifierForAMaskedWordHead() throws IOException {
        Path files = FamilyFiles.write("modernbert", folder.resolve("files"));
        Path saved = folder.resolve("saved");
        try (Graph graph = new Graph(3)) {
            Bert.random(graph, BertConfig.of(files), CheckpointTokenizer.load(files))
                    .saveHuggingFace(saved);
        }
        rewrite(
                saved.resolve("model.safetensors"),
                stored -> stored.equals("decoder.bias") ? Optional.empty() : Optional.of(stored));
        try (Graph graph = new Graph(3)) {
            assertFalse(Bert.load(graph, saved).hasMaskedWords());
        }
    }

    /** RoBERTa's, ELECTRA's and MPNet's heads compute GELU whatever {@code hidden_act} says of the layers. */
    @Test
    void knowsWhatTheHeadComputes() throws IOException {
        for (String name : FamilyFiles.NAMES) {
            BertConfig config = BertConfig.of(FamilyFiles.write(name, folder.resolve(name)));
            boolean fixed = List.of("roberta", "xlm-roberta", "electra", "mpnet", "modernbert")
                    .contains(name);
            assertEquals(fixed, config.design().geluHead(), name);
        }
    }

    /** Words would be other ones than it was trained with, and nobody would see why it is bad. */
    @ParameterizedTest
    @ValueSource(strings = {"RoFormerTokenizer", "BertJapaneseTokenizer"})
    void doesNotReadTextsThatADictionaryHasToCut(String name) throws IOException {
        Path files = FamilyFiles.write("roformer", folder.resolve("files"));
        Bert.vocabulary(files).save(files.resolve("vocab.txt"));
        Files.writeString(files.resolve("tokenizer_config.json"), "{\"tokenizer_class\": \"" + name + "\"}");
        String message = assertThrows(IOException.class, () -> CheckpointTokenizer.load(files))
                .getMessage();
        assertTrue(message.contains("tokenizer_class is " + name), message);
        assertTrue(Bert.vocabulary(files).contains("很"));
        assertTrue(Description.of(files).orElseThrow().unusual().toString().contains("cannot be used"));
    }

    private interface Renamed {
        Optional<String> name(String stored);
    }

    private static void rewrite(Path file, Renamed renamed) throws IOException {
        List<NamedTensor> tensors = new ArrayList<>();
        try (TensorSource source = TensorSource.open(file)) {
            for (TensorInfo tensor : source.tensors().values()) {
                FloatBuffer values = FloatBuffer.allocate((int) tensor.elements());
                source.readFloats(tensor.name(), values);
                values.flip();
                renamed.name(tensor.name())
                        .ifPresent(name -> tensors.add(NamedTensor.ofFloats(name, tensor.shape(), () -> values)));
            }
        }
        Files.delete(file);
        SafeTensorsWriter.write(file, Map.of(), tensors);
    }

    private static Model model(Bert bert) {
        Tensor tokens = bert.graph().ids("tokens");
        Tensor segments = bert.graph().ids("segments");
        return Model.of(tokens, segments).to(bert.apply(tokens, segments));
    }

    private static float[][] vectors(Bert bert) {
        return vectors(bert, model(bert));
    }

    private static float[][] vectors(Bert bert, Model model) {
        return model.predict(TEXTS.stream().map(text -> sample(bert, text)).toList(), TEXTS.size()).stream()
                .map(prediction -> prediction.output(0).values())
                .toArray(float[][]::new);
    }

    private static Sample sample(Bert bert, String text) {
        var encoding = bert.tokenizer(bert.tokenization(Tokens.WORD_PIECES)).encode(text);
        return Sample.of(encoding.ids(), encoding.segments());
    }

    private static Map<String, float[]> weights(Graph graph) {
        return graph.weights().stream().collect(Collectors.toMap(Weight::name, Weight::values));
    }
}
