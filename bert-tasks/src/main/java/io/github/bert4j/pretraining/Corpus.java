package io.github.bert4j.pretraining;

import io.github.bert4j.tokenize.Encoding;
import io.github.bert4j.tokenize.Tokenizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Texts to learn from, tokenized and held in memory, eight bytes per token.
 *
 * <p>A file holds documents with a blank line between them, a sentence or a paragraph per line, as
 * {@code create_pretraining_data.py} of google-research/bert reads them; a file's end is a document's end.
 */
public final class Corpus {
    private final List<Document> documents;

    private Corpus(List<Document> documents) {
        this.documents = documents;
    }

    /**
     * Reads files whose tokens are to be masked one by one.
     *
     * @throws IOException if a file is missing or not UTF-8, or there is no text at all
     */
    public static Corpus read(List<Path> files, Tokenizer tokenizer) throws IOException {
        return read(files, new Builder(tokenizer, Optional.empty()));
    }

    /** As {@link #read(List, Tokenizer)}, for words that are to be masked whole. */
    public static Corpus read(List<Path> files, Tokenizer tokenizer, Segmenter segmenter) throws IOException {
        return read(files, new Builder(tokenizer, Optional.of(segmenter)));
    }

    /** Number of documents. */
    public int size() {
        return documents.size();
    }

    /** Number of tokens, special ones not included. */
    public long tokens() {
        return documents.stream().mapToLong(Document::length).sum();
    }

    List<Document> documents() {
        return documents;
    }

    /** Tells one corpus from another. */
    String checksum() {
        CRC32 crc = new CRC32();
        for (Document document : documents) {
            for (int[] part : List.of(document.ids(), document.words(), document.lineStarts())) {
                for (int value : part) {
                    crc.update(value);
                    crc.update(value >> 8);
                    crc.update(value >> 16);
                }
            }
        }
        return Long.toHexString(crc.getValue());
    }

    private static Corpus read(List<Path> files, Builder builder) throws IOException {
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    builder.add(line);
                }
            } catch (CharacterCodingException e) {
                throw new IOException(file + " is not UTF-8: convert it", e);
            }
            builder.endDocument();
        }
        if (builder.documents.isEmpty()) {
            throw new IOException(files + ": no text in these files, expected lines with documents between blank ones");
        }
        return new Corpus(builder.documents);
    }

    /** Collects documents line by line. */
    private static final class Builder {
        private final Tokenizer tokenizer;
        private final Optional<Segmenter> segmenter;
        private final List<Document> documents = new ArrayList<>();
        private final List<int[]> ids = new ArrayList<>();
        private final List<int[]> words = new ArrayList<>();

        Builder(Tokenizer tokenizer, Optional<Segmenter> segmenter) {
            this.tokenizer = tokenizer;
            this.segmenter = segmenter;
        }

        void add(String line) {
            if (line.isBlank()) {
                endDocument();
                return;
            }
            Encoding encoding = tokenizer.encode(line);
            int count = encoding.length() - 2;
            if (count > 0) {
                ids.add(Arrays.copyOfRange(encoding.ids(), 1, 1 + count));
                words.add(segmenter
                        .map(found -> words(line, encoding, found.words(line)))
                        .orElseGet(() -> IntStream.range(0, count).toArray()));
            }
        }

        void endDocument() {
            if (!ids.isEmpty()) {
                int[] starts = new int[ids.size() + 1];
                for (int i = 0; i < ids.size(); i++) {
                    starts[i + 1] = starts[i] + ids.get(i).length;
                    // Words are numbered by line; their document numbers are all different.
                    for (int token = 0; token < words.get(i).length; token++) {
                        words.get(i)[token] += starts[i];
                    }
                }
                documents.add(new Document(together(ids), together(words), starts));
                ids.clear();
                words.clear();
            }
        }

        private static int[] together(List<int[]> lines) {
            return lines.stream().flatMapToInt(Arrays::stream).toArray();
        }

        /** For each token the first token of the same word. */
        private static int[] words(String line, Encoding encoding, List<String> found) {
            List<String> tokens = encoding.tokens();
            int[] words = new int[tokens.size() - 2];
            int wordEnd = 0; // of the word that the token before is in
            int next = 0;
            int nextStart = 0;
            int nextEnd = 0; // of the next word of the segmenter's
            for (int i = 0; i < words.length; i++) {
                int start = encoding.start(i + 1);
                boolean continues = i > 0 && (tokens.get(i + 1).startsWith("##") || start < wordEnd);
                while (start >= nextEnd && next < found.size()) {
                    String word = found.get(next++);
                    nextStart = line.indexOf(word, nextEnd);
                    if (nextStart < 0) {
                        throw new IllegalArgumentException(
                                "The segmenter found \"%s\" in \"%s\", which does not hold it behind the words before: expected the words as they stand in the text"
                                        .formatted(word, line));
                    }
                    nextEnd = nextStart + word.length();
                }
                words[i] = continues ? words[i - 1] : i;
                if (start >= nextStart && start < nextEnd) {
                    wordEnd = nextEnd;
                }
            }
            return words;
        }
    }
}
