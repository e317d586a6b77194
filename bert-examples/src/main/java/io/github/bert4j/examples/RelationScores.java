package io.github.bert4j.examples;

import io.github.bert4j.relation.RelationEvaluation;
import io.github.bert4j.score.Score;

/** What {@code train} and {@code evaluate} print of an evaluation; without texts, all but their number is null. */
record RelationScores(
        int samples, Double precision, Double recall, Double f1, Integer correct, Integer predicted, Integer gold) {
    static final RelationScores NONE = new RelationScores(0, null, null, null, null, null, null);

    static RelationScores of(RelationEvaluation evaluation) {
        Score score = evaluation.score();
        return new RelationScores(
                evaluation.texts().size(),
                score.precision(),
                score.recall(),
                score.f1(),
                score.correct(),
                score.predicted(),
                score.gold());
    }
}
