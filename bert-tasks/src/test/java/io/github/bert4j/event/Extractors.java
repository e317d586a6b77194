package io.github.bert4j.event;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Small extractors with random weights. */
final class Extractors {
    private Extractors() {}

    /** The special tokens, and every character of some texts. */
    static Vocabulary vocabulary(List<String> texts) {
        List<String> tokens = new ArrayList<>(List.of("[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
        TreeSet<String> characters = new TreeSet<>(List.of("_"));
        texts.forEach(text -> text.codePoints().mapToObj(Character::toString).forEach(characters::add));
        tokens.addAll(characters);
        return Vocabulary.of(tokens);
    }

    static SubjectExtractor random(
            TrainingOptions options, Vocabulary vocabulary, int hiddenSize, int positions, double dropout)
            throws IOException {
        BertConfig config = new BertConfig(
                vocabulary.size(), hiddenSize, 2, 4, 2 * hiddenSize, positions, 2, dropout, dropout, 0.02, Gelu.TANH);
        Bert bert = Bert.random(new Graph(options.seed(), options.precision()), config, vocabulary);
        Tokenization cased = new Tokenization(Tokens.CHARACTERS, false);
        return new SubjectExtractor(AnswerRules.NONE, new Backbone("event", bert, options, cased));
    }
}
