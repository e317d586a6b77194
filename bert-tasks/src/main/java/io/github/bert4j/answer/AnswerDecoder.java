package io.github.bert4j.answer;

import io.github.bert4j.data.FloatValues;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import java.util.List;
import java.util.Optional;

/**
 * Chooses the answer from what the model says about every window of a passage.
 *
 * <p>The score of a stretch is the sum of the logits of its start and its end. The best stretch of all windows is the answer,
 * unless {@code [CLS]} has a higher score in every one of them. A stretch that touches where the passage was cut does not
 * count: it may be half of an answer.
 *
 * <p>Source: {@code write_predictions} in {@code run_squad.py} of google-research/bert, with a threshold of 0.
 */
record AnswerDecoder(AnswerHead head) {
    private static final int CLS = 0;

    /** A stretch of a window. */
    private record Candidate(int window, TokenSpan span, double score) {}

    /** @param logits starts and ends, one prediction per window */
    Optional<Answer> decode(String passage, List<Window> windows, List<Prediction> logits) {
        Candidate best = null;
        double none = Double.POSITIVE_INFINITY;
        for (int i = 0; i < windows.size(); i++) {
            FloatValues starts = logits.get(i).output(0);
            FloatValues ends = logits.get(i).output(1);
            none = Math.min(none, (double) starts.get(CLS) + ends.get(CLS));
            Window window = windows.get(i);
            for (int start = window.firstToken(); start <= window.lastToken(); start++) {
                int last = Math.min(window.lastToken(), start + head.longestAnswer() - 1);
                for (int end = start; end <= last; end++) {
                    double score = (double) starts.get(start) + ends.get(end);
                    if ((best == null || score > best.score()) && !window.isCut(new TokenSpan(start, end))) {
                        best = new Candidate(i, new TokenSpan(start, end), score);
                    }
                }
            }
        }
        if (best == null || head.unanswerable() && none > best.score()) {
            return Optional.empty();
        }
        Window window = windows.get(best.window());
        Prediction said = logits.get(best.window());
        int start = window.start(best.span());
        int end = window.end(best.span());
        return Optional.of(new Answer(
                passage.substring(start, end),
                start,
                end,
                Math.exp(best.score() - logSumExp(said.output(0)) - logSumExp(said.output(1)))));
    }

    private static double logSumExp(FloatValues logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits.values()) {
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits.values()) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }
}
