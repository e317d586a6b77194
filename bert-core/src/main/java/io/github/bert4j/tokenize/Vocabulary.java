package io.github.bert4j.tokenize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tokens a checkpoint knows; a token's id is its position, counted from 0.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Vocabulary {
    static final int ABSENT = -1;

    private final List<String> tokens;
    private final Map<String, Integer> ids;
    /** Ids of the tokens that are one code point, indexed by it: what both tokenizers ask for most. */
    private final int[] idsByCodePoint;

    private final SpecialTokens special;

    private Vocabulary(List<String> tokens, Map<String, Integer> ids) {
        this.tokens = tokens;
        this.ids = ids;
        this.idsByCodePoint = idsByCodePoint(tokens);
        this.special = SpecialTokens.in(ids::containsKey);
    }

    private Vocabulary(Vocabulary other, SpecialTokens special) {
        this.tokens = other.tokens;
        this.ids = other.ids;
        this.idsByCodePoint = other.idsByCodePoint;
        this.special = special;
    }

    /** The same tokens, where those that stand for no text have other names. */
    public Vocabulary withSpecialTokens(SpecialTokens names) {
        return new Vocabulary(this, names);
    }

    /** What the tokens are called that stand for no text. */
    public SpecialTokens specialTokens() {
        return special;
    }

    /**
     * Reads a {@code vocab.txt}: strict UTF-8, one token per line.
     *
     * <p>Lines end at {@code \n} alone and lose one trailing {@code \r}: a token may itself be another line separator,
     * such as U+2028 in Google's Chinese vocabulary, and breaking there would shift every later id. A file's last line
     * may end without {@code \n}.
     *
     * @throws VocabularyFormatException if the file is empty, starts with a byte order mark, is not UTF-8, or holds a
     *     token twice
     * @throws IOException if the file cannot be read
     */
    public static Vocabulary load(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        if (bytes.length == 0) {
            throw new VocabularyFormatException(path, 0, "the file is empty; expected one token per line");
        }
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var tokens = new ArrayList<String>();
        var ids = new HashMap<String, Integer>();
        for (int start = 0, end; start < bytes.length; start = end + 1) {
            end = lineEnd(bytes, start);
            String token = decode(bytes, start, end, decoder, path);
            if (start == 0 && token.startsWith("\uFEFF")) {
                throw new VocabularyFormatException(
                        path, 0, "a byte order mark would become part of the first token; save as UTF-8 without it");
            }
            Integer earlier = ids.putIfAbsent(token, tokens.size());
            if (earlier != null) {
                throw new VocabularyFormatException(path, start, duplicate(token, earlier, tokens.size()));
            }
            tokens.add(token);
        }
        return new Vocabulary(List.copyOf(tokens), ids);
    }

    /**
     * The vocabulary of the given tokens, in the order of their ids.
     *
     * @throws IllegalArgumentException if there are none, one occurs twice, or one could not be written to a
     *     {@code vocab.txt} because it holds {@code \n} or half of a surrogate pair
     */
    public static Vocabulary of(List<String> tokens) {
        if (tokens.isEmpty()) {
            throw new IllegalArgumentException("A vocabulary needs at least one token, got none");
        }
        var ids = new HashMap<String, Integer>();
        for (String token : tokens) {
            int id = ids.size();
            if (token.indexOf('\n') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(token)) {
                throw new IllegalArgumentException("Token " + id
                        + " holds a line feed or half of a surrogate pair and cannot be a line of a vocabulary: \""
                        + token + "\"");
            }
            Integer earlier = ids.putIfAbsent(token, id);
            if (earlier != null) {
                throw new IllegalArgumentException(duplicate(token, earlier, id));
            }
        }
        return new Vocabulary(List.copyOf(tokens), ids);
    }

    /**
     * Writes the file that {@link #load} reads back to the same tokens, replacing an existing one.
     *
     * @throws IOException if the file cannot be written
     */
    public void save(Path path) throws IOException {
        var text = new StringBuilder();
        for (String token : tokens) {
            // Reading drops one trailing \r per line, so a token that ends with one needs a second.
            text.append(token).append(token.endsWith("\r") ? "\r\n" : "\n");
        }
        Files.writeString(path, text);
    }

    /**
     * The tokens of these encodings and the special ones, {@code [unused1]} among them, in the same order: what a smaller
     * model needs, see {@code Adaptation}. A tokenizer cuts these texts on it as it did before.
     */
    public Vocabulary keeping(Stream<Encoding> encodings) {
        Set<String> used = new HashSet<>(special.all());
        used.add(OurTokenizer.WHITE_SPACE);
        encodings.map(Encoding::tokens).forEach(used::addAll);
        return of(tokens.stream().filter(used::contains).toList()).withSpecialTokens(special);
    }

    /** How many tokens there are; ids run from 0 to one less. */
    public int size() {
        return tokens.size();
    }

    /** Whether the token has an id. */
    public boolean contains(String token) {
        return ids.containsKey(token);
    }

    /** The token's id, or empty if the vocabulary does not hold it. */
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The token with this id.
     *
     * @throws IllegalArgumentException if the id is not in [0, size)
     */
    public String token(int id) {
        if (id < 0 || id >= tokens.size()) {
            throw new IllegalArgumentException(
                    "Token id " + id + " is outside this vocabulary; expected 0 to " + (tokens.size() - 1));
        }
        return tokens.get(id);
    }

    /**
     * The id of {@code [PAD]}, or what stands for it, which fills a batch behind its shorter texts.
     *
     * @throws IllegalArgumentException if the vocabulary does not hold it
     */
    public int paddingId() {
        return special(special.padding());
    }

    /**
     * The id of {@code [UNK]}, or what stands for it, which stands for what the vocabulary does not hold.
     *
     * @throws IllegalArgumentException if the vocabulary does not hold it
     */
    public int unknownId() {
        return special(special.unknown());
    }

    /**
     * The id of {@code [CLS]}, or what stands for it, the first token of every encoding.
     *
     * @throws IllegalArgumentException if the vocabulary does not hold it
     */
    public int classificationId() {
        return special(special.classification());
    }

    /**
     * The id of {@code [SEP]}, or what stands for it, which ends every text of an encoding.
     *
     * @throws IllegalArgumentException if the vocabulary does not hold it
     */
    public int separatorId() {
        return special(special.separator());
    }

    /**
     * The id of {@code [MASK]}, or what stands for it, which hides a token that the model is asked to predict.
     *
     * @throws IllegalArgumentException if the vocabulary does not hold it
     */
    public int maskId() {
        return special(special.mask());
    }

    /** Whether the other is a vocabulary of the same tokens with the same ids. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Vocabulary that && tokens.equals(that.tokens);
    }

    @Override
    public int hashCode() {
        return tokens.hashCode();
    }

    /** Whether a token begins with a capital letter: those of models called “uncased” do not. */
    public boolean hasCapitals() {
        return tokens.stream()
                .map(token -> token.startsWith("##") ? token.substring(2) : token)
                .anyMatch(token -> !token.isEmpty() && Character.isUpperCase(token.codePointAt(0)));
    }

    /** The id of the token that is this one code point, or {@link #ABSENT}. */
    int idOfCodePoint(int codePoint) {
        return codePoint < idsByCodePoint.length ? idsByCodePoint[codePoint] : ABSENT;
    }

    /** As {@link #paddingId}, or 0 where the vocabulary does not tell. */
    public int padding() {
        return id(special.padding()).orElse(0);
    }

    private int special(String token) {
        return id(token)
                .orElseThrow(() -> new IllegalArgumentException("This vocabulary of " + size()
                        + " tokens does not hold the special token " + token
                        + "; expected a BERT vocab.txt, with every special token on a line of its own"));
    }

    private static int lineEnd(byte[] bytes, int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    private static String decode(byte[] bytes, int start, int end, CharsetDecoder decoder, Path path)
            throws VocabularyFormatException {
        int length = end > start && bytes[end - 1] == '\r' ? end - 1 - start : end - start;
        var line = ByteBuffer.wrap(bytes, start, length);
        try {
            return decoder.decode(line).toString();
        } catch (CharacterCodingException e) {
            throw new VocabularyFormatException(path, line.position(), "not UTF-8; convert the file to UTF-8", e);
        }
    }

    private static String duplicate(String token, int first, int second) {
        return "token \"" + token + "\" has two ids, " + first + " and " + second
                + "; expected each token once. Rename the one the model was not trained with (deleting it would shift "
                + "every later id)";
    }

    private static int[] idsByCodePoint(List<String> tokens) {
        int largest = tokens.stream()
                .filter(Vocabulary::isOneCodePoint)
                .mapToInt(token -> token.codePointAt(0))
                .max()
                .orElse(ABSENT);
        int[] table = new int[largest + 1];
        Arrays.fill(table, ABSENT);
        for (int id = 0; id < tokens.size(); id++) {
            String token = tokens.get(id);
            if (isOneCodePoint(token)) {
                table[token.codePointAt(0)] = id;
            }
        }
        return table;
    }

    private static boolean isOneCodePoint(String token) {
        return !token.isEmpty() && token.length() == Character.charCount(token.codePointAt(0));
    }
}
