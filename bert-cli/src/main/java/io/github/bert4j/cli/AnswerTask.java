package io.github.bert4j.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.answer.Answer;
import io.github.bert4j.answer.AnswerEvaluation;
import io.github.bert4j.answer.AnswerExtractor;
import io.github.bert4j.answer.AnswerScoring;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.Question;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.bundle.Task;
import io.github.bert4j.checkpoint.PendingFile;
import io.github.bert4j.cli.ReportOptions.Kind;
import io.github.bert4j.datasets.QuestionFiles;
import io.github.bert4j.models.Model;
import io.github.bert4j.ops.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** {@code evaluate} and {@code predict} for questions about passages. */
record AnswerTask(AnswerExtractor extractor) implements TrainedTask {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What {@code evaluate} prints. */
    record Measured(Task task, int samples, double exactMatch, double f1, AnswerScoring scoring) {}

    /** What {@code predict} prints; the answer is empty, and what is told of it null, where there is none. */
    record Found(
            @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode id,
            String text,
            String question,
            String answer,
            Integer start,
            Integer end,
            Double probability) {
        static Found of(AboutText line, Optional<Answer> answer) {
            return new Found(
                    line.id(),
                    line.text(),
                    line.asked(),
                    string(answer),
                    answer.map(Answer::start).orElse(null),
                    answer.map(Answer::end).orElse(null),
                    answer.map(Answer::probability).orElse(null));
        }
    }

    static AnswerTask load(Bundle bundle, Precision precision) throws IOException {
        return new AnswerTask(AnswerExtractor.load(bundle, precision));
    }

    @Override
    public Measured evaluate(List<Path> files, ReportOptions reports, Consumer<String> log) throws IOException {
        reports.requireNoneBut(Kind.PREDICTIONS);
        List<LabelledQuestion> questions = QuestionFiles.read(files, log);
        List<Optional<Answer>> answers = extractor.predict(
                questions.stream().map(LabelledQuestion::question).toList());
        reports.write(Kind.PREDICTIONS, file -> savePredictions(questions, answers, file));
        AnswerEvaluation evaluation = AnswerEvaluation.of(questions, answers);
        return new Measured(
                Task.ANSWER, evaluation.samples(), evaluation.exactMatch(), evaluation.f1(), evaluation.scoring());
    }

    @Override
    public List<?> predict(List<String> lines) {
        return AboutText.answer(lines, "question", this::answer);
    }

    @Override
    public Task task() {
        return Task.ANSWER;
    }

    @Override
    public List<Model> models() {
        return List.of(extractor.model());
    }

    @Override
    public void close() {
        extractor.close();
    }

    private List<Found> answer(List<AboutText> lines) {
        List<Optional<Answer>> answers = extractor.predict(lines.stream()
                .map(line -> new Question(line.asked(), line.text()))
                .toList());
        return IntStream.range(0, lines.size())
                .mapToObj(i -> Found.of(lines.get(i), answers.get(i)))
                .toList();
    }

    /** As the official scripts of SQuAD and CMRC 2018 take them: the answers by the questions' ids. */
    private static void savePredictions(List<LabelledQuestion> questions, List<Optional<Answer>> answers, Path file)
            throws IOException {
        Map<String, String> byId = new LinkedHashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            byId.put(questions.get(i).id(), string(answers.get(i)));
        }
        PendingFile.write(file, JSON.writeValueAsBytes(byId));
    }

    private static String string(Optional<Answer> answer) {
        return answer.map(Answer::text).orElse("");
    }
}
