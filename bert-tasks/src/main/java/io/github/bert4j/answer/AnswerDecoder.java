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
 * <p>The score of a stretch is the sum of the logits of its start and its end, less those of {@code [CLS]} in the same
 * window: how much rather it is the answer than that the window shows none. The best stretch of all windows is the answer,
 * unless its score is below 0. A stretch that touches where the passage was cut does not count: it may be half of an answer.
 *
 * <p>Source: Alberti et al., "A BERT Baseline for the Natural Questions". {@code run_squad.py} of google-research/bert
 * compares logits of different windows as they are, though each window was trained by a softmax of its own.
 */
record AnswerDecoder(AnswerHead head) {
    private static final int CLS = 0;

    /** A stretch of a window. */
    private record Candidate(int window, TokenSpan span, double score) {}

    /** @param logits starts and ends, one prediction per window */
    Optional<PassageAnswer> decode(String passage, List<Window> windows, List<Prediction> logits) {
        Candidate best = null;
        for (int i = 0; i < windows.size(); i++) {
            FloatValues starts = logits.get(i).output(0);
            FloatValues ends = logits.get(i).output(1);
            double none = (double) starts.get(CLS) + ends.get(CLS);
            Window window = windows.get(i);
            for (int start = window.firstToken(); start <= window.lastToken(); start++) {
                int last = Math.min(window.lastToken(), start + head.longestAnswer() - 1);
                for (int end = start; end <= last; end++) {
                    double score = (double) starts.get(start) + ends.get(end) - none;
                    if ((best == null || score > best.score()) && !window.isCut(new TokenSpan(start, end))) {
                        best = new Candidate(i, new TokenSpan(start, end), score);
                    }
                }
            }
        }
        if (best == null || head.unanswerable() && best.score() < 0) {
            return Optional.empty();
        }
        Window window = windows.get(best.window());
        Prediction said = logits.get(best.window());
        int start = window.start(best.span());
        int end = window.end(best.span());
        double probability = probability(said.output(0), best.span().start())
                * probability(said.output(1), best.span().end());
        return Optional.of(new PassageAnswer(passage.substring(start, end), start, end, probability));
    }

    /** The softmax of the window. */
    private static double probability(FloatValues logits, int token) {
        double sum = 0;
        for (float logit : logits.values()) {
            sum += Math.exp(logit - logits.get(token));
        }
        return 1 / sum;
    }
}
