package io.github.bert4j.pretraining;

import static io.github.bert4j.layers.Layers.gather;
import static io.github.bert4j.layers.Layers.softmax;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.data.Sample;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.NonFiniteAnswerException;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Says what a pre-trained BERT takes for the words behind {@code [MASK]}, and whether one text follows another.
 *
 * <p>Any number of threads may ask at a time.
 */
public final class MaskedWordPredictor implements AutoCloseable {
    private static final String MASK = "[MASK]";

    private final Graph graph;
    private final Tokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final Bert bert;
    private final Model words;
    private final Model nextSentences;

    /** A token of the vocabulary, and the probability that it is the masked one. */
    public record Candidate(String token, double probability) {}

    private MaskedWordPredictor(Bert bert, Tokenizer tokenizer) {
        this.graph = bert.graph();
        this.bert = bert;
        this.vocabulary = bert.vocabulary();
        this.tokenizer = tokenizer;
        var tokens = graph.ids("tokens");
        var segments = graph.ids("segments");
        var positions = graph.ints("positions", Shape.UNKNOWN, Shape.UNKNOWN);
        var x = bert.apply(tokens, segments);
        this.words = Model.of(tokens, segments, positions)
                .to(softmax().apply(bert.maskedWordLogits(gather().apply(x, positions))));
        this.nextSentences = bert.hasPooler() && bert.hasNextSentence()
                ? Model.of(tokens, segments).to(softmax().apply(bert.nextSentenceLogits(bert.pool(x))))
                : null;
    }

    /**
     * A checkpoint of word pieces, lower-cased as its files and vocabulary need it.
     *
     * @throws IllegalArgumentException if it has no masked-word head
     */
    public static MaskedWordPredictor load(Path checkpoint) throws IOException {
        return load(checkpoint, BertConfig.of(checkpoint).gelu(), Bert.tokenization(checkpoint, Tokens.WORD_PIECES));
    }

    /**
     * As {@link #load(Path)}, for a checkpoint made otherwise.
     *
     * @param tokenization the one that the checkpoint was trained with
     */
    public static MaskedWordPredictor load(Path checkpoint, Gelu gelu, Tokenization tokenization) throws IOException {
        TrainingOptions options = Pretraining.DEFAULTS.withGelu(gelu);
        return Backbone.onCheckpoint(checkpoint, options, bert -> {
            if (!bert.hasMaskedWords()) {
                throw new IllegalArgumentException(
                        "%s has no masked-word head: expected a checkpoint with those of its pre-training, such as Google's chinese_L-12_H-768_A-12; encoders of sentences and bundles come without"
                                .formatted(checkpoint));
            }
            return new MaskedWordPredictor(bert, bert.tokenizer(tokenization));
        });
    }

    /**
     * The most probable tokens for every {@code [MASK]} of a text, which may have several; each is predicted as if the
     * others stayed unknown.
     *
     * @param count candidates per mask
     * @return a list per mask, in their order, the most probable candidate first
     * @throws IllegalArgumentException if the text has no {@code [MASK]}, or is longer than the model can read
     */
    public List<List<Candidate>> fill(String text, int count) {
        int[] tokens = tokenizer instanceof CheckpointTokenizer own ? ids(text, own) : ids(text);
        int[] positions = IntStream.range(0, tokens.length)
                .filter(i -> tokens[i] == vocabulary.maskId())
                .toArray();
        if (positions.length == 0) {
            throw new IllegalArgumentException("There is no %s in \"%s\": expected one or more".formatted(MASK, text));
        }
        List<Prediction> predictions = words.predict(List.of(Sample.of(tokens, new int[tokens.length], positions)), 1);
        NonFiniteAnswerException.requireNumbers(predictions, words);
        float[] probabilities = predictions.get(0).output(0).values();
        List<List<Candidate>> masks = new ArrayList<>();
        for (int i = 0; i < positions.length; i++) {
            masks.add(best(probabilities, i * bert.config().vocabSize(), count));
        }
        return masks;
    }

    /**
     * The probability that the second text follows the first.
     *
     * @throws IllegalStateException if the checkpoint has no next-sentence head
     */
    public double nextSentence(String first, String second) {
        if (nextSentences == null) {
            throw new IllegalStateException(
                    "The checkpoint has no pooler or no next-sentence head: use one that was saved with them");
        }
        Encoding pair = tokenizer.encode(first, second);
        return nextSentences
                .predict(List.of(Sample.of(pair.ids(), pair.segments())), 1)
                .get(0)
                .value();
    }

    /** Frees the native memory. */
    @Override
    public void close() {
        graph.close();
    }

    /** The masks of a text are its own tokenizer's to find, which may leave out the space before. */
    private int[] ids(String text, CheckpointTokenizer own) {
        String mask = vocabulary.specialTokens().mask();
        return own.withMarkers(true).encode(text.replace(MASK, mask)).ids();
    }

    private int[] ids(String text) {
        IntStream.Builder ids = IntStream.builder().add(vocabulary.classificationId());
        String[] parts = text.split("\\[MASK]", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                ids.add(vocabulary.maskId());
            }
            for (int token : inner(tokenizer.encode(parts[i]))) {
                ids.add(token);
            }
        }
        return ids.add(vocabulary.separatorId()).build().toArray();
    }

    private static int[] inner(Encoding encoding) {
        return IntStream.of(encoding.ids()).skip(1).limit(encoding.length() - 2).toArray();
    }

    /** Embeddings may have rows that the vocabulary has no token for. */
    private List<Candidate> best(float[] probabilities, int from, int count) {
        return IntStream.range(0, vocabulary.size())
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -probabilities[from + id]))
                .limit(count)
                .map(id -> new Candidate(vocabulary.token(id), probabilities[from + id]))
                .toList();
    }
}
