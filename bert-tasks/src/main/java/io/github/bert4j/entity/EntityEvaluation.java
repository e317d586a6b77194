package io.github.bert4j.entity;

import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import io.github.bert4j.task.TaskEvaluation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What was found in labelled texts, beside what should have been; an entity is right if its label and its place are. */
public record EntityEvaluation(List<Comparison> texts) implements TaskEvaluation {

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
