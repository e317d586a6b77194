package io.github.bert4j.joint;

import io.github.bert4j.classification.ClassificationEvaluation;
import io.github.bert4j.entity.EntityEvaluation;
import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.score.ScoreTable;
import io.github.bert4j.task.TaskEvaluation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How good answers are, as classes, as entities and as both.
 *
 * @param sentenceAccuracy fraction of texts whose class is right and whose entities are, all of them and no others
 */
public record JointEvaluation(
        ClassificationEvaluation classification, EntityEvaluation entities, double sentenceAccuracy)
        implements TaskEvaluation {

    /**
     * Compares answers with the data.
     *
     * @param answers one per text
     * @throws IllegalArgumentException if there are no texts, or more or fewer answers than texts
     */
    public static JointEvaluation of(List<LabelledJointText> texts, List<JointAnswer> answers) {
        var classification = ClassificationEvaluation.of(
                texts.stream().map(LabelledJointText::classified).toList(),
                answers.stream().map(JointAnswer::classification).toList());
        var entities = EntityEvaluation.of(
                texts.stream().map(LabelledJointText::labelled).toList(),
                answers.stream().map(JointAnswer::entities).toList());
        long right = IntStream.range(0, texts.size())
                .filter(i -> isRight(texts.get(i), answers.get(i)))
                .count();
        return new JointEvaluation(classification, entities, (double) right / texts.size());
    }

    /** {@code accuracy} of classes, {@code precision}, {@code recall} and {@code f1} of entities, and {@code sentenceAccuracy}. */
    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", classification.accuracy());
        metrics.putAll(entities.score().metrics());
        metrics.put("sentenceAccuracy", sentenceAccuracy);
        return metrics;
    }

    @Override
    public int samples() {
        return classification.samples();
    }

    /** That of the entities, and that of the classes. */
    @Override
    public List<ScoreTable> tables() {
        return List.of(entities.table(), classification.table());
    }

    @Override
    public Optional<ConfusionMatrix> confusion() {
        return classification.confusion();
    }

    private static boolean isRight(LabelledJointText text, JointAnswer answer) {
        return text.label().equals(answer.label())
                && Set.copyOf(text.labelled().entities()).equals(Set.copyOf(answer.entities()));
    }
}
