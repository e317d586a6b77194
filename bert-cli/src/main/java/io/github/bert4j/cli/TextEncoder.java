package io.github.bert4j.cli;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.cli.EncodedText.Word;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.task.Question;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Runs BERT and those of its heads that the checkpoint has, one text at a time. */
final class TextEncoder {
    private static final int TOP = 5;
    private static final Comparator<Word> BEST_LAST =
            Comparator.comparingDouble(Word::logit).thenComparing(Word::id, Comparator.reverseOrder());

    private final Bert bert;
    private final Tokenizer tokenizer;
    private final List<Tensor> outputs = new ArrayList<>();
    private final int pooled;
    private final int words;
    private final int next;
    private final Model model;

    TextEncoder(Graph graph, Bert bert, Tokenizer tokenizer) {
        this.bert = bert;
        this.tokenizer = tokenizer;
        Tensor tokens = graph.ids("tokens");
        Tensor segments = graph.ids("segments");
        Tensor sequence = bert.apply(tokens, segments);
        outputs.add(sequence);
        pooled = bert.hasPooler() ? add(bert.pool(sequence)) : 0;
        words = bert.hasMaskedWords() ? add(bert.maskedWordLogits(sequence)) : 0;
        next = pooled > 0 && bert.hasNextSentence() ? add(bert.nextSentenceLogits(outputs.get(pooled))) : 0;
        model = Model.of(tokens, segments).to(outputs.toArray(Tensor[]::new));
    }

    /** Encodes a text, or two. */
    EncodedText encode(Question question) {
        Encoding encoding = question.second().isEmpty()
                ? tokenizer.encode(question.text())
                : tokenizer.encode(question.text(), question.second().get());
        return encode(
                encoding.ids(), bert.config().typeVocabSize() > 1 ? encoding.segments() : new int[encoding.length()]);
    }

    /**
     * Encodes token ids as they are.
     *
     * @throws IllegalArgumentException if there are none but padding, too many, or ids that the model does not have
     */
    EncodedText encode(int[] ids, int[] segments) {
        require("input_ids", ids, bert.config().vocabSize());
        require("segment_ids", segments, Math.max(1, bert.config().typeVocabSize()));
        if (ids.length != segments.length) {
            throw new IllegalArgumentException(
                    "%d input_ids, but %d segment_ids: expected as many".formatted(ids.length, segments.length));
        }
        Prediction prediction =
                model.predict(List.of(Sample.of(ids, segments)), 1).get(0);
        return new EncodedText(
                Arrays.stream(ids).mapToObj(this::token).toList(),
                ids,
                segments,
                rows(prediction.output(0)),
                pooled > 0 ? prediction.output(pooled).values() : null,
                words > 0
                        ? Arrays.stream(rows(prediction.output(words)))
                                .map(this::top)
                                .toList()
                        : null,
                next > 0 ? prediction.output(next).values() : null);
    }

    /** Returns the output's number. */
    private int add(Tensor output) {
        outputs.add(output);
        return outputs.size() - 1;
    }

    private List<Word> top(float[] logits) {
        PriorityQueue<Word> best = new PriorityQueue<>(BEST_LAST);
        for (int id = 0; id < logits.length; id++) {
            if (best.size() < TOP || logits[id] > best.element().logit()) {
                best.add(new Word(id, token(id), logits[id]));
                if (best.size() > TOP) {
                    best.remove();
                }
            }
        }
        return best.stream().sorted(BEST_LAST.reversed()).toList();
    }

    /** A vocabulary may be shorter than the embeddings, whose number is often rounded up. */
    private String token(int id) {
        Vocabulary vocabulary = bert.vocabulary();
        return id < vocabulary.size() ? vocabulary.token(id) : null;
    }

    private static float[][] rows(FloatValues matrix) {
        int width = matrix.shape()[1];
        float[][] rows = new float[matrix.shape()[0]][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(matrix.values(), i * width, (i + 1) * width));
        return rows;
    }

    private static void require(String name, int[] ids, int count) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= count) {
                throw new IllegalArgumentException(
                        "%s: %d at position %d, but the model has ids 0 to %d".formatted(name, ids[i], i, count - 1));
            }
        }
    }
}
