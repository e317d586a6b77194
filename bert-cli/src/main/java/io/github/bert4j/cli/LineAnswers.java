package io.github.bert4j.cli;

import io.github.bert4j.datasets.Lines;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.QuestionLine;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.ExitCode;

/**
 * Prints an answer for each line, in their order.
 *
 * @param fields what a line is to have
 * @param answering one answer per question
 */
record LineAnswers(QuestionFields fields, Function<List<Question>, List<Answer>> answering) {

    /** Prints an object of JSON for each line; 0, or 1 if there are lines but none could be answered. */
    int print(Lines lines, Console console) throws IOException {
        long given = 0;
        for (List<String> chunk = lines.chunk(); !chunk.isEmpty(); chunk = lines.chunk()) {
            List<Answer> answers = answers(chunk);
            for (Answer answer : answers) {
                console.printJson(answer);
            }
            console.flush();
            given += answers.stream().filter(Answer::isGiven).count();
        }
        return given == 0 && lines.number() > 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    /** That of one line. */
    Answer answer(String line) {
        return answers(List.of(line)).get(0);
    }

    private List<Answer> answers(List<String> lines) {
        return QuestionLine.answer(lines, fields, answering);
    }
}
