package io.github.bert4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import io.github.bert4j.answer.KnownAnswer;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.PassageQuestion;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.TextInput;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.joint.LabelledJointText;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.Model;
import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.Triple;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The small data that comes with the project. */
public final class TestData {
    private static final String ROOT = "/io/github/bert4j/testdata/";

    private TestData() {}

    /** Copies the tiny random checkpoint into a directory. */
    public static Path tinyBert(Path directory) throws IOException {
        Path target = Files.createDirectories(directory.resolve("tiny-bert"));
        for (String name : List.of(
                "bert_config.json", "vocab.txt", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001")) {
            try (InputStream in = open("tiny-bert/" + name)) {
                Files.copy(in, target.resolve(name));
            }
        }
        return target;
    }

    /** Writes a checkpoint of a random BERT whose vocabulary has the characters of some texts, lower-cased. */
    public static Path smallBert(Path directory, int hiddenSize, int positions, List<String> texts) throws IOException {
        List<String> tokens = Stream.concat(
                        Stream.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]"),
                        texts.stream()
                                .flatMapToInt(String::codePoints)
                                .map(Character::toLowerCase)
                                .sorted()
                                .distinct()
                                .mapToObj(Character::toString))
                .toList();
        BertConfig config =
                new BertConfig(tokens.size(), hiddenSize, 2, 4, 2 * hiddenSize, positions, 2, 0, 0, 0.02, Gelu.TANH);
        Path target = Files.createDirectories(directory.resolve("small-bert"));
        config.save(target.resolve(BertConfig.FILE_NAME));
        Vocabulary vocabulary = Vocabulary.of(tokens);
        vocabulary.save(target.resolve("vocab.txt"));
        try (Graph graph = new Graph(5)) {
            Tensor ids = graph.ids("ids");
            Model.of(ids)
                    .to(Bert.random(graph, config, vocabulary).apply(ids))
                    .saveWeights(target.resolve("model.safetensors"));
        }
        return target;
    }

    /** Texts of {@code relation/train.jsonl} or {@code relation/valid.jsonl}. */
    public static List<LabelledRelations> relations(String name) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<LabelledRelations> texts = new ArrayList<>();
        for (String line : lines("relation/" + name)) {
            JsonNode row = json.readTree(line);
            List<Triple> triples = new ArrayList<>();
            for (JsonNode triple : row.get("spo_list")) {
                triples.add(new Triple(
                        triple.get("subject").asText(),
                        triple.get("predicate").asText(),
                        triple.get("object").asText()));
            }
            texts.add(new LabelledRelations(row.get("text").asText(), triples));
        }
        return texts;
    }

    /** Reviews of {@code sentiment/train.tsv} or {@code sentiment/valid.tsv}. */
    public static List<LabelledReview> reviews(String name) throws IOException {
        return lines("sentiment/" + name).stream()
                .map(line -> new LabelledReview(line.charAt(0) - '0', line.substring(2)))
                .toList();
    }

    /** Texts of {@code entity/train.jsonl} or {@code entity/valid.jsonl}. */
    public static List<LabelledText> entities(String name) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<LabelledText> texts = new ArrayList<>();
        for (String line : lines("entity/" + name)) {
            texts.add(labelled(json.readTree(line)));
        }
        return texts;
    }

    /** Texts of {@code joint/train.jsonl} or {@code joint/valid.jsonl}. */
    public static List<LabelledJointText> commands(String name) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<LabelledJointText> texts = new ArrayList<>();
        for (String line : lines("joint/" + name)) {
            JsonNode row = json.readTree(line);
            texts.add(new LabelledJointText(row.get("label").asText(), labelled(row)));
        }
        return texts;
    }

    /** Texts of a file of {@code classification/}: labels with commas between them, a tab, the text. */
    public static List<LabelledInput> classified(String name) throws IOException {
        List<LabelledInput> texts = new ArrayList<>();
        for (String line : lines("classification/" + name)) {
            String[] row = line.split("\t", 2);
            Set<String> labels = row[0].isEmpty() ? Set.of() : Set.of(row[0].split(","));
            texts.add(new LabelledInput(labels, TextInput.of(row[1])));
        }
        return texts;
    }

    /** Pairs of {@code similarity/train.tsv} or {@code similarity/valid.tsv}. */
    public static List<LabelledPair> pairs(String name) throws IOException {
        return lines("similarity/" + name).stream()
                .map(line -> line.split("\t"))
                .map(row -> new LabelledPair(Double.parseDouble(row[0]), row[1], row[2]))
                .toList();
    }

    /** Questions of {@code answer/train.json} or {@code answer/valid.json}. */
    public static List<LabelledQuestion> questions(String name) throws IOException {
        List<LabelledQuestion> questions = new ArrayList<>();
        try (InputStream in = open("answer/" + name)) {
            for (JsonNode paragraph : new ObjectMapper().readTree(in).at("/data/0/paragraphs")) {
                String passage = paragraph.get("context").asText();
                for (JsonNode row : paragraph.get("qas")) {
                    List<KnownAnswer> answers = new ArrayList<>();
                    for (JsonNode answer : row.get("answers")) {
                        int start = passage.offsetByCodePoints(
                                0, answer.get("answer_start").asInt());
                        answers.add(new KnownAnswer(answer.get("text").asText(), OptionalInt.of(start)));
                    }
                    PassageQuestion question =
                            new PassageQuestion(row.get("question").asText(), passage);
                    questions.add(new LabelledQuestion(row.get("id").asText(), question, answers));
                }
            }
        }
        return questions;
    }

    private static LabelledText labelled(JsonNode row) {
        List<Entity> entities = new ArrayList<>();
        for (JsonNode entity : row.get("entities")) {
            entities.add(new Entity(
                    entity.get("label").asText(),
                    entity.get("text").asText(),
                    entity.get("start").asInt(),
                    entity.get("end").asInt()));
        }
        return new LabelledText(row.get("text").asText(), entities);
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = open(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** Events of {@code event/train.csv} or {@code event/valid.csv}. */
    public static List<LabelledEvent> events(String name) throws IOException {
        try (InputStream in = open("event/" + name);
                var csv = CsvReader.builder().ofCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return csv.stream()
                    .map(row -> LabelledEvent.of(row.getField(1), row.getField(2), row.getField(3)))
                    .toList();
        }
    }

    private static InputStream open(String name) {
        return TestData.class.getResourceAsStream(ROOT + name);
    }
}
