package io.github.bert4j.bert;

import io.github.bert4j.checkpoint.Downloads;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a checkpoint reads texts.
 *
 * @param file where the vocabulary is from
 * @param described the tokenizer of its files, where that is not BERT's word pieces
 * @param lowerCases whether texts are lower-cased
 * @param fault why the tokenizer of its files cannot be used; empty where it can
 */
record OwnTokenizer(
        String file,
        Vocabulary vocabulary,
        Optional<CheckpointTokenizer> described,
        boolean lowerCases,
        Optional<String> fault) {
    private static final Logger LOG = LoggerFactory.getLogger(OwnTokenizer.class);

    /** Bytes are written as characters below. */
    private static final int FIRST_WIDE = 0x200;

    /** Of which there is one where a checkpoint has no {@code vocab.txt}. */
    private static final List<String> OTHERS = List.of("tokenizer.json", "vocab.json", "*.model");

    static OwnTokenizer of(Vocabulary vocabulary) {
        return plain("The vocabulary", vocabulary, !vocabulary.hasCapitals(), Optional.empty());
    }

    private static OwnTokenizer plain(String file, Vocabulary words, boolean lowerCases, Optional<String> fault) {
        return new OwnTokenizer(file, words, Optional.empty(), lowerCases, fault);
    }

    static OwnTokenizer of(CheckpointTokenizer tokenizer) {
        return new OwnTokenizer(
                "The tokenizer",
                tokenizer.vocabulary(),
                Optional.of(tokenizer),
                tokenizer.lowerCases(),
                Optional.empty());
    }

    static OwnTokenizer of(Path directory) throws IOException {
        TokenizerFiles files = new TokenizerFiles(directory);
        Optional<Path> vocabulary = vocabularyFile(directory);
        Optional<String> unusual = vocabulary.isEmpty() ? Optional.empty() : files.unsupported();
        if (vocabulary.isPresent() && unusual.isEmpty()) {
            Downloads.require(vocabulary.get());
            Vocabulary words = Vocabulary.load(vocabulary.get());
            boolean lowerCases = !words.hasCapitals() || files.lowerCases().orElse(false);
            return plain(vocabulary.get().toString(), words, lowerCases, Optional.empty());
        }
        try {
            CheckpointTokenizer own = load(directory);
            boolean plain = vocabulary.isEmpty()
                    && own.isWordPieces()
                    && files.unsupported().isEmpty();
            boolean lowerCases = own.lowerCases() || plain && !own.vocabulary().hasCapitals();
            return new OwnTokenizer(
                    directory.resolve(TokenizerFiles.TOKENIZER).toString(),
                    own.vocabulary(),
                    plain ? Optional.empty() : Optional.of(own),
                    lowerCases,
                    Optional.empty());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            Vocabulary words = vocabulary.isPresent()
                    ? Vocabulary.load(vocabulary.get())
                    : CheckpointTokenizer.vocabulary(directory);
            LOG.warn("{}: its own tokenizer cannot be used, only one of a token per character", e.getMessage());
            boolean lowerCases = !words.hasCapitals() || files.lowerCases().orElse(false);
            return plain(vocabulary.orElse(directory).toString(), words, lowerCases, Optional.of(e.getMessage()));
        }
    }

    private static CheckpointTokenizer load(Path directory) throws IOException {
        Downloads.requireDirectory(directory);
        for (String name : OTHERS) {
            try (var files = Files.newDirectoryStream(directory, name)) {
                for (Path file : files) {
                    Downloads.require(file);
                    return CheckpointTokenizer.load(directory);
                }
            }
        }
        throw new NoSuchFileException(
                directory.toString(),
                null,
                "there is no vocabulary: expected %s or %s here, found %s"
                        .formatted(Bert.VOCABULARY, TokenizerFiles.TOKENIZER, Downloads.listing(directory)));
    }

    private static Optional<Path> vocabularyFile(Path directory) {
        return Stream.of(Bert.VOCABULARY, "vocab_chinese.txt")
                .map(directory::resolve)
                .filter(Files::exists)
                .findFirst();
    }

    /** With another vocabulary, for which the tokenizer of the files is none. */
    OwnTokenizer withVocabulary(Vocabulary other) {
        String why = "The model has a part of its checkpoint's vocabulary, whose tokenizer needs all of it";
        return plain(file, other, lowerCases, described.isEmpty() ? fault : Optional.of(why));
    }

    /** With more tokens, which are found in texts where they are marked as such. */
    OwnTokenizer withTokens(List<String> added) {
        CheckpointTokenizer all = described
                .orElseGet(() -> CheckpointTokenizer.wordPieces(vocabulary, lowerCases))
                .withTokens(added);
        return new OwnTokenizer(file, all.vocabulary(), Optional.of(all), lowerCases, fault);
    }

    /** Texts cut into such tokens where the vocabulary has them. */
    Tokenization tokenization(Tokens preferred) {
        boolean bytes = preferred == Tokens.CHARACTERS && described.isPresent() && !hasCharacters();
        return new Tokenization(bytes ? Tokens.WORD_PIECES : preferred, lowerCases);
    }

    /** Whether tokens are characters that are no letters of Latin script, in which bytes are written too. */
    private boolean hasCharacters() {
        return IntStream.range(0, vocabulary.size())
                .mapToObj(vocabulary::token)
                .anyMatch(token -> !token.isEmpty()
                        && token.codePointCount(0, token.length()) == 1
                        && token.codePointAt(0) >= FIRST_WIDE);
    }

    Tokenizer tokenizer(Tokenization tokenization) {
        if (tokenization.tokens() == Tokens.CHARACTERS) {
            return tokenization.of(vocabulary);
        }
        if (fault.isPresent()) {
            throw new IllegalArgumentException(
                    fault.get() + ": expected a tokenizer that is known here, or one token per character");
        }
        if (described.isEmpty()) {
            return tokenization.of(vocabulary);
        }
        if (tokenization.lowerCase() != described.get().lowerCases()) {
            throw new IllegalArgumentException("The checkpoint's own tokenizer %s letters: expected no other wish"
                    .formatted(lowerCases ? "lower-cases" : "does not lower-case"));
        }
        return described.get().withMarkers(tokenization.markers());
    }
}
