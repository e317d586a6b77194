package io.github.bert4j.entity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import io.github.bert4j.task.TaskEvaluation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What was found in labelled texts, beside what should have been; an entity is right if its label and its place are. */
public record EntityEvaluation(List<Comparison> texts) implements TaskEvaluation {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One text. */
    public record Comparison(LabelledText labelled, List<Entity> found) {}

    public EntityEvaluation {
        texts = List.copyOf(texts);
    }

    /**
     * Compares what was found with what is known.
     *
     * @param found the entities of each text
     */
    public static EntityEvaluation of(List<LabelledText> texts, List<List<Entity>> found) {
        return new EntityEvaluation(IntStream.range(0, texts.size())
                .mapToObj(i -> new Comparison(texts.get(i), found.get(i)))
                .toList());
    }

    /** Micro precision, recall and F1: over the entities of all texts together. */
    public Score score() {
        return table().total();
    }

    /** Precision, recall and F1 of every label. */
    public ScoreTable table() {
        ScoreTable table = new ScoreTable();
        texts.forEach(text ->
                table.add(new HashSet<>(text.labelled().entities()), new HashSet<>(text.found()), Entity::label));
        return table;
    }

    /**
     * Writes what was found in the form of CLUENER: {@code {"id": 0, "text": …, "label": {"name": {"叶老桂": [[9, 11]]}}}}, whose
     * places count code points and whose ends are inclusive.
     */
    @Override
    public void savePredictions(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < texts.size(); i++) {
            String text = texts.get(i).labelled().text();
            ObjectNode row = JSON.createObjectNode().put("id", i).put("text", text);
            ObjectNode labels = row.putObject("label");
            for (Entity entity : texts.get(i).found()) {
                labels.withObjectProperty(entity.label())
                        .withArrayProperty(entity.text())
                        .addArray()
                        .add(text.codePointCount(0, entity.start()))
                        .add(text.codePointCount(0, entity.end()) - 1);
            }
            bytes.writeBytes((row + "\n").getBytes(StandardCharsets.UTF_8));
        }
        PendingFile.write(file, bytes.toByteArray());
    }

    @Override
    public int samples() {
        return texts.size();
    }

    /** {@code precision}, {@code recall} and {@code f1} of {@link #score}, in this order. */
    @Override
    public Map<String, Double> metrics() {
        return score().metrics();
    }

    @Override
    public Map<String, Object> figures() {
        return score().figures(samples());
    }

    @Override
    public List<ScoreTable> tables() {
        return List.of(table());
    }
}
