package io.github.bert4j.answer;

import io.github.bert4j.data.Sample;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Windows of passages to learn from, and what was left out to get them.
 *
 * @param samples token ids, segment ids, first and last token of the answer; both are that of {@code [CLS]} where the window
 *     does not show the answer, or there is none
 * @param answers the tokens of every answer that is shown
 * @param questions in the data
 * @param notFound questions of which no answer stands in the passage
 * @param tooLong questions whose answer is too long for any window to show it as a whole
 * @param unanswerable questions that the passage does not answer
 * @param cut questions whose end is not read
 */
record AnswerTrainingSet(
        List<Sample> samples,
        List<TokenSpan> answers,
        int questions,
        int notFound,
        int tooLong,
        int unanswerable,
        int cut) {
    private static final TokenSpan CLS = new TokenSpan(0, 0);

    /** @throws IllegalArgumentException if there is nothing to learn from */
    static AnswerTrainingSet of(List<LabelledQuestion> questions, QuestionWindows windows) {
        List<Sample> samples = new ArrayList<>();
        List<TokenSpan> answers = new ArrayList<>();
        int notFound = 0;
        int tooLong = 0;
        int unanswerable = 0;
        int cut = 0;
        for (LabelledQuestion question : questions) {
            Optional<KnownAnswer> answer = question.learned();
            List<Window> parts = windows.of(question.question());
            List<Optional<TokenSpan>> spans = parts.stream()
                    .map(part -> answer.flatMap(known -> find(known, part)))
                    .toList();
            List<TokenSpan> shown = spans.stream().flatMap(Optional::stream).toList();
            if (question.isAnswerable() && answer.isEmpty()) {
                notFound++;
            } else if (question.isAnswerable() && shown.isEmpty()) {
                tooLong++;
            } else {
                unanswerable += question.isAnswerable() ? 0 : 1;
                cut += windows.isCut(question.question()) ? 1 : 0;
                answers.addAll(shown);
                for (int i = 0; i < parts.size(); i++) {
                    samples.add(sample(parts.get(i), spans.get(i).orElse(CLS)));
                }
            }
        }
        AnswerTrainingSet set =
                new AnswerTrainingSet(samples, answers, questions.size(), notFound, tooLong, unanswerable, cut);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException(
                    "There is nothing to learn from " + set.defects().orElse("without any questions"));
        }
        return set;
    }

    /** What is not learned as it stands in the data; empty if all is. */
    Optional<String> defects() {
        return notFound + tooLong + cut == 0
                ? Optional.empty()
                : Optional.of(
                        "of %d questions, left out %d without an answer that stands in the passage and %d with one too long for what is read at once; of %d only the first characters are read"
                                .formatted(questions, notFound, tooLong, cut));
    }

    private static Optional<TokenSpan> find(KnownAnswer answer, Window part) {
        int start = answer.start().orElseThrow();
        return part.find(start, start + answer.text().length());
    }

    private static Sample sample(Window window, TokenSpan answer) {
        return Sample.of(
                window.encoding().ids(), QuestionWindows.segments(window), new int[] {answer.start()}, new int[] {
                    answer.end()
                });
    }
}
