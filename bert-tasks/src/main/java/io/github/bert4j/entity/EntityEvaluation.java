package io.github.bert4j.entity;

import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.util.HashSet;
import java.util.List;

/** What was found in labelled texts, beside what should have been; an entity is right if its label and its place are. */
public record EntityEvaluation(List<Comparison> texts) {

    /** One text. */
    public record Comparison(LabelledText labelled, List<Entity> found) {}

    public EntityEvaluation {
        texts = List.copyOf(texts);
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
}
