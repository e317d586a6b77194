package io.github.bert4j.pretraining;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.pretraining.Document.Extract;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    private static final WordPieceTokenizer TOKENIZER = WordPieceTokenizer.uncased(Vocabulary.of(List.of(
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##want", "##ed", "今", "天", "气", "好", "a", "b")));

    @TempDir
    Path folder;

    @Test
    void takesBlankLinesAndEndsOfFilesForEndsOfDocuments() throws IOException {
        Path first = Files.writeString(folder.resolve("first"), "\n今天\n天气好\n \n\na\n");
        Path second = Files.writeString(folder.resolve("second"), "b");
        Corpus corpus = Corpus.read(List.of(first, second), TOKENIZER);
        assertEquals(3, corpus.size());
        assertEquals(7, corpus.tokens());
        Document document = corpus.documents().get(0);
        assertArrayEquals(new int[] {8, 9, 9, 10, 11}, document.ids());
        assertArrayEquals(new int[] {0, 2, 5}, document.lineStarts());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4}, document.words());
    }

    @Test
    void keepsTheSegmentersWordsAndWordPiecesTogether() throws IOException {
        Path file = Files.writeString(folder.resolve("texts"), "今天天气好 unwanted\n好天气");
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, words(file, null));
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 5, 5, 8, 9, 10}, words(file, Segmenter.characters()));
        Segmenter known = text -> text.startsWith("今") ? List.of("今天", "天气", "unwanted") : List.of("好", "天气");
        assertArrayEquals(new int[] {0, 0, 2, 2, 4, 5, 5, 5, 8, 9, 9}, words(file, known));
    }

    @Test
    void refusesWordsThatTheTextDoesNotHold() throws IOException {
        Path file = Files.writeString(folder.resolve("texts"), "今天");
        String message = assertThrows(IllegalArgumentException.class, () -> words(file, text -> List.of("明天")))
                .getMessage();
        assertTrue(message.contains("found \"明天\" in \"今天\""), message);
    }

    @Test
    void refusesFilesWithoutText() throws IOException {
        Path file = Files.writeString(folder.resolve("texts"), "\n\n");
        assertThrows(IOException.class, () -> words(file, null));
    }

    @Test
    void packsADocumentIntoStretchesThatFit() throws IOException {
        Path file = Files.writeString(folder.resolve("texts"), "今天天气好\n今天天气\n\n好");
        Corpus corpus = Corpus.read(List.of(file), TOKENIZER);
        List<Instance> instances = Objective.MASKED_WORDS.instances(corpus, 8, new SplittableRandom(1));
        assertEquals(List.of(8, 5, 3), instances.stream().map(Instance::length).toList());
    }

    @Test
    void pairsLinesThatFollowEachOtherWithLinesOfOtherDocumentsHalfOfTheTime() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int document = 0; document < 400; document++) {
            text.append("今天\n天气好\n今天气\n好\n\n");
        }
        Path file = Files.writeString(folder.resolve("texts"), text);
        Corpus corpus = Corpus.read(List.of(file), TOKENIZER);
        List<Instance> pairs = Objective.MASKED_WORDS_AND_NEXT_SENTENCES.instances(corpus, 10, new SplittableRandom(1));
        int follow = 0;
        Set<Document> read = new HashSet<>();
        for (Instance pair : pairs) {
            Extract first = pair.texts().get(0);
            Extract second = pair.texts().get(1);
            assertTrue(pair.length() <= 10 && first.length() > 0 && second.length() > 0);
            assertEquals(pair.follows(), first.document() == second.document());
            if (pair.follows()) {
                follow++;
                assertTrue(first.to() <= second.from());
            }
            read.add(first.document());
        }
        assertEquals(400, read.size());
        // A chunk of one line cannot be split, so somewhat less than half of the pairs follow each other.
        assertEquals(0.45, (double) follow / pairs.size(), 0.15);
        assertNotEquals(
                pairs, Objective.MASKED_WORDS_AND_NEXT_SENTENCES.instances(corpus, 10, new SplittableRandom(2)));
    }

    @Test
    void needsTwoDocumentsForNextSentences() throws IOException {
        Path file = Files.writeString(folder.resolve("texts"), "今天\n天气");
        Corpus corpus = Corpus.read(List.of(file), TOKENIZER);
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Objective.MASKED_WORDS_AND_NEXT_SENTENCES.instances(corpus, 10, new SplittableRandom(1)))
                .getMessage();
        assertTrue(message.contains("there is 1 document"), message);
    }

    private static int[] words(Path file, Segmenter segmenter) throws IOException {
        Corpus corpus = segmenter == null
                ? Corpus.read(List.of(file), TOKENIZER)
                : Corpus.read(List.of(file), TOKENIZER, segmenter);
        return corpus.documents().stream()
                .flatMapToInt(document -> IntStream.of(document.words()))
                .toArray();
    }
}
