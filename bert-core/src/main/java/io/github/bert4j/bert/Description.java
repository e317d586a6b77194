package io.github.bert4j.bert;

import io.github.bert4j.bert.BertConfig.HiddenActivation;
import io.github.bert4j.bert.Design.Biased;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.tokenize.SpecialTokens;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * What a checkpoint is, in words.
 *
 * @param encoder kind and sizes
 * @param tokenizer how texts are read
 * @param unusual what is otherwise than in BERT; empty if nothing is
 */
public record Description(String encoder, String tokenizer, List<String> unusual) {

    /**
     * Describes a checkpoint by its configuration and the files of its tokenizer, without its weights; empty if it lacks
     * one of these.
     *
     * @throws IOException if a file is damaged
     */
    public static Optional<Description> of(Path checkpoint) throws IOException {
        try {
            BertConfig config = BertConfig.of(checkpoint);
            OwnTokenizer own = OwnTokenizer.of(Bert.directory(checkpoint));
            return Optional.of(new Description(encoder(config), tokenizer(own), unusual(config, own)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static String encoder(BertConfig config) {
        return "%s: %d layers of width %d, %d heads, feed-forward %d; %d words; reads up to %d tokens"
                .formatted(
                        Family.of(config.architecture()).type(),
                        config.numHiddenLayers(),
                        config.hiddenSize(),
                        config.numAttentionHeads(),
                        config.intermediateSize(),
                        config.vocabSize(),
                        config.longestInput());
    }

    private static String tokenizer(OwnTokenizer own) {
        return "%s of %d tokens, %s"
                .formatted(
                        own.described().isPresent() ? own.described().get().description() : "word pieces",
                        own.vocabulary().size(),
                        own.lowerCases() ? "lower-cased" : "cased");
    }

    private static List<String> unusual(BertConfig config, OwnTokenizer own) {
        List<String> unusual = new ArrayList<>();
        Design design = config.design();
        add(unusual, design.epsilon() != Design.BERT.epsilon(), "epsilon " + design.epsilon());
        if (design.positions() instanceof Positions.Table table) {
            add(unusual, table.first() != 0, "positions from " + table.first());
            add(unusual, table.buckets() != 0, "a bias of %d buckets of distances".formatted(table.buckets()));
        } else if (design.positions() instanceof Positions.Rotary rotary) {
            unusual.add(
                    "rotary positions of base %.0f%s".formatted(rotary.base(), rotary.values() ? ", values too" : ""));
            rotary.windows()
                    .ifPresent(windows -> unusual.add(
                            "layers %s see %d tokens to each side".formatted(windows.layers(), windows.reach())));
        } else if (design.positions() instanceof Positions.Distances distances) {
            unusual.add("vectors of distances up to " + distances.farthest());
        }
        add(unusual, config.typeVocabSize() != 2, config.typeVocabSize() + " segments");
        add(unusual, design.taskTypes() > 0, "embeddings of %d tasks".formatted(design.taskTypes()));
        add(unusual, config.embeddingSize() != config.hiddenSize(), "embeddings of width " + config.embeddingSize());
        add(unusual, design.normalizedFirst(), "layers normalize their inputs");
        add(unusual, design.gated(), "gated feed-forward layers");
        EnumSet<Biased> without = EnumSet.allOf(Biased.class);
        without.removeAll(design.biases());
        add(unusual, !without.isEmpty(), "no biases in " + without);
        boolean gelu = config.hiddenActivation() == HiddenActivation.GELU;
        add(unusual, !gelu, "relu");
        add(unusual, gelu && config.gelu() == Gelu.TANH, "gelu by tanh");
        Vocabulary vocabulary = own.vocabulary();
        add(unusual, vocabulary.padding() != 0, "padding is id " + vocabulary.padding());
        add(
                unusual,
                !vocabulary.specialTokens().equals(SpecialTokens.BERT),
                "special tokens " + String.join(" ", vocabulary.specialTokens().all()));
        add(
                unusual,
                vocabulary.size() != config.vocabSize(),
                "%d embeddings without a token".formatted(config.vocabSize() - vocabulary.size()));
        own.fault().ifPresent(fault -> unusual.add("its tokenizer cannot be used: " + fault));
        return List.copyOf(unusual);
    }

    private static void add(List<String> unusual, boolean is, String what) {
        if (is) {
            unusual.add(what);
        }
    }
}
