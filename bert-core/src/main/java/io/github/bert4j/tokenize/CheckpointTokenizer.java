package io.github.bert4j.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The tokenizer that a checkpoint's own files describe: word pieces, byte-level byte pairs, or SentencePiece's unigrams.
 *
 * <pre>{@code
 * var tokenizer = CheckpointTokenizer.load(Path.of("xlm-roberta-base"));
 * tokenizer.encode("酒店很好，<mask>不错。").tokens();
 * }</pre>
 *
 * <p>Texts become what Hugging Face's library makes of them. Special tokens in a text, such as {@code <mask>}, are recognized;
 * {@link #withMarkers withMarkers(false)} takes them for ordinary text, as is right for texts of others. Special tokens have
 * the range 0 to 0. What the file says of truncation and padding is the caller's to decide here, as it is there.
 */
public final class CheckpointTokenizer implements Tokenizer {
    private final TokenizerFile file;
    private final boolean markers;

    private CheckpointTokenizer(TokenizerFile file, boolean markers) {
        this.file = file;
        this.markers = markers;
    }

    /**
     * Reads {@code tokenizer.json}, or where there is none what it can be made of: {@code vocab.json} and {@code merges.txt},
     * SentencePiece's {@code *.model}, or {@code vocab.txt}; and {@code tokenizer_config.json}.
     *
     * @param directory of the checkpoint
     * @throws IOException if there is none of them, a file is damaged, or it asks for what is not known here; the message
     *     names it
     */
    public static CheckpointTokenizer load(Path directory) throws IOException {
        return new CheckpointTokenizer(TokenizerFile.read(directory), true);
    }

    /**
     * BERT's word pieces, where special tokens in a text are recognized.
     *
     * @throws IllegalArgumentException if the vocabulary lacks a special token
     */
    public static CheckpointTokenizer wordPieces(Vocabulary vocabulary, boolean lowerCase) {
        return wordPieces(vocabulary, lowerCase, OtherTokenizerFiles.LONGEST_WORD);
    }

    /** As Hugging Face's library reads texts with the same word pieces. */
    public static CheckpointTokenizer of(WordPieceTokenizer other) {
        return wordPieces(other.vocabulary(), other.lowerCases(), other.longestWord());
    }

    private static CheckpointTokenizer wordPieces(Vocabulary vocabulary, boolean lowerCase, int longestWord) {
        try {
            byte[] json = OtherTokenizerFiles.wordPieces(vocabulary, lowerCase, longestWord);
            return new CheckpointTokenizer(TokenizerFile.of(Path.of(TokenizerFile.NAME), json, new byte[0]), true);
        } catch (IOException e) {
            throw new IllegalArgumentException("No word pieces of this vocabulary: " + e.getMessage(), e);
        }
    }

    /**
     * Whether a tokenizer of Hugging Face's library cuts texts into words by a dictionary first, which its files do not show
     * and nothing here does.
     *
     * @param name of the class
     */
    public static boolean cutsByDictionary(String name) {
        return name.startsWith("RoFormerTokenizer") || name.startsWith("BertJapaneseTokenizer");
    }

    /**
     * What a {@code tokenizer.json} says beside its vocabulary and merges.
     *
     * @throws IOException if it is damaged; the message names it
     */
    public static JsonNode parts(Path file) throws IOException {
        return TokenizerJson.read(file, Files.readAllBytes(file)).rest();
    }

    /** See {@link #withMarkers}. */
    public boolean recognizesMarkers() {
        return markers;
    }

    /**
     * The vocabulary alone, also where the rest of the file asks for what is not known here.
     *
     * @throws IOException if there is none, or it is damaged
     */
    public static Vocabulary vocabulary(Path directory) throws IOException {
        return TokenizerFile.vocabulary(directory);
    }

    /** @param recognized whether special tokens in a text are what they look like, or text */
    public CheckpointTokenizer withMarkers(boolean recognized) {
        return new CheckpointTokenizer(file, recognized);
    }

    /**
     * With more tokens, which are recognized in texts whatever stands around them, and whose ids follow the others'. The
     * model's embeddings have to grow with them.
     *
     * @throws IllegalArgumentException if the vocabulary holds one of them already
     */
    public CheckpointTokenizer withTokens(List<String> added) {
        return new CheckpointTokenizer(file.with(added), markers);
    }

    /**
     * Writes {@code tokenizer.json} and {@code tokenizer_config.json}, as they were read.
     *
     * @throws IOException if they cannot be written
     */
    public void save(Path directory) throws IOException {
        file.write(directory);
    }

    /** What kind it is, such as {@code BPE}. */
    public String description() {
        return file.description();
    }

    /** Whether it makes word pieces, BERT's or others. */
    public boolean isWordPieces() {
        return file.model() instanceof WordPieces;
    }

    @Override
    public Vocabulary vocabulary() {
        return file.vocabulary();
    }

    @Override
    public boolean lowerCases() {
        return file.lowerCases();
    }

    @Override
    public Encoding encode(String text, int maximumLength) {
        return Encoding.of(vocabulary(), file.template().single(), read(text), null, maximumLength);
    }

    @Override
    public Encoding encode(String first, String second, int maximumLength) {
        return Encoding.of(vocabulary(), file.template().pair(), read(first), read(second), maximumLength);
    }

    private Pieces read(String string) {
        Objects.requireNonNull(string, "The text is null: expected a string, which may be empty");
        TrackedText text = TrackedText.of(string);
        Pieces pieces = new Pieces(16 + text.length() / 2);
        file.added().find(text, markers, new AddedTokens.Parts() {
            @Override
            public void text(int from, int to) {
                readNormalized(file.normalizer().apply(text.part(from, to)), pieces);
            }

            @Override
            public void token(AddedToken token, int from, int to) {
                add(token, text, from, to, pieces);
            }
        });
        return pieces;
    }

    private void readNormalized(TrackedText text, Pieces pieces) {
        file.addedNormalized().find(text, markers, new AddedTokens.Parts() {
            @Override
            public void text(int from, int to) {
                Words words = file.preTokenizer().apply(Words.whole(text.part(from, to)));
                for (int word = 0; word < words.count(); word++) {
                    int before = pieces.size();
                    file.model().cut(words.text(), words.from(word), words.to(word), pieces);
                    if (file.template().trims()) {
                        pieces.trim(
                                before,
                                CheckpointTokenizer.this::spaces,
                                file.template().prefixed());
                    }
                }
            }

            @Override
            public void token(AddedToken token, int from, int to) {
                add(token, text, from, to, pieces);
            }
        });
    }

    private void add(AddedToken token, TrackedText text, int from, int to, Pieces pieces) {
        int first = from;
        int last = to;
        while (file.template().trims() && first < last && CodePoints.isWhite(text.codePoint(first))) {
            first++;
        }
        while (file.template().trims() && last > first && CodePoints.isWhite(text.codePoint(last - 1))) {
            last--;
        }
        pieces.add(token.id(), text.start(first), text.end(last - 1));
    }

    /** How many spaces a token begins, or ends, with. */
    private int spaces(int id, boolean atEnd) {
        String token = vocabulary().token(id);
        int spaces = 0;
        while (spaces < token.length()
                && token.charAt(atEnd ? token.length() - 1 - spaces : spaces) == ByteLevel.SPACE) {
            spaces++;
        }
        return spaces;
    }
}
