package io.github.bert4j.answer;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.files.PendingFile;
import io.github.bert4j.task.TaskEvaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How good answers are, by the measures of the public data sets; fractions from 0 to 1, where their scripts print percent.
 *
 * @param samples questions counted: all of them
 * @param exactMatch mean over the questions; NaN where there are none
 * @param f1 mean over the questions; NaN where there are none
 * @param scoring whose measures these are
 * @param answers by the questions' ids, empty where there is none
 */
public record AnswerEvaluation(
        int samples, double exactMatch, double f1, AnswerScoring scoring, Map<String, String> answers)
        implements TaskEvaluation {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Compares answers with the right ones, by {@link AnswerScoring#of} the questions.
     *
     * @param answers one per question
     * @throws IllegalArgumentException if there are more or fewer answers than questions
     */
    public static AnswerEvaluation of(List<LabelledQuestion> questions, List<Optional<PassageAnswer>> answers) {
        if (questions.size() != answers.size()) {
            throw new IllegalArgumentException(
                    "%d answers to %d questions: expected one for each".formatted(answers.size(), questions.size()));
        }
        AnswerScoring scoring = AnswerScoring.of(questions);
        Map<String, String> byId = new LinkedHashMap<>();
        double exact = 0;
        double f1 = 0;
        for (int i = 0; i < questions.size(); i++) {
            List<String> right =
                    questions.get(i).answers().stream().map(KnownAnswer::text).toList();
            String answer = answers.get(i).map(PassageAnswer::text).orElse("");
            byId.put(questions.get(i).id(), answer);
            exact += scoring.exactMatch(right, answer) ? 1 : 0;
            f1 += scoring.f1(right, answer);
        }
        return new AnswerEvaluation(questions.size(), exact / questions.size(), f1 / questions.size(), scoring, byId);
    }

    @Override
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("exactMatch", exactMatch);
        metrics.put("f1", f1);
        return metrics;
    }

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = TaskEvaluation.super.figures();
        figures.put("scoring", scoring);
        return figures;
    }

    /** As the official scripts of SQuAD and CMRC 2018 take them: the answers by the questions' ids. */
    @Override
    public void savePredictions(Path file) throws IOException {
        PendingFile.write(file, JSON.writeValueAsBytes(answers));
    }
}
