package io.github.bert4j.examples;

import io.github.bert4j.pretraining.Corpus;
import io.github.bert4j.pretraining.MaskedWordPredictor;
import io.github.bert4j.pretraining.Objective;
import io.github.bert4j.pretraining.Pretraining;
import io.github.bert4j.pretraining.Segmenter;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Continued pre-training: {@code PretrainingExample CHECKPOINT TEXTS RESULT}. */
public final class PretrainingExample {
    private PretrainingExample() {}

    /** Trains on a file of texts and fills a mask. */
    public static void main(String[] arguments) throws IOException {
        Path checkpoint = Path.of(arguments[0]);
        List<Path> texts = List.of(Path.of(arguments[1]));
        Path result = Path.of(arguments[2]);
        run(checkpoint, texts, result, text -> List.of(text.split(" ")));
    }

    static void run(Path checkpoint, List<Path> texts, Path result, Segmenter segmenter) throws IOException {
        // The guide shows what follows.
        try (var pretraining = Pretraining.fromCheckpoint(checkpoint, Pretraining.DEFAULTS, Objective.MASKED_WORDS)) {
            var tokenizer = WordPieceTokenizer.uncased(pretraining.bert().vocabulary());
            var corpus = Corpus.read(texts, tokenizer, segmenter);
            pretraining.fit(corpus, 10_000);
            pretraining.save(result);
        }

        try (var words = MaskedWordPredictor.load(result)) {
            words.fill("今天天[MASK]不错", 5).forEach(System.out::println);
            System.out.println(words.nextSentence("今天天气不错", "我们去公园"));
        }
        // So far the guide.
    }
}
