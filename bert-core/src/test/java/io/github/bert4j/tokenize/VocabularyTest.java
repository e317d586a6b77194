package io.github.bert4j.tokenize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocabularyTest {
    @TempDir
    Path folder;

    @Test
    void numbersTheLinesFromZero() throws IOException {
        var vocabulary = load("[PAD]\n[UNK]\n天\n");
        assertEquals(3, vocabulary.size());
        assertEquals(OptionalInt.of(2), vocabulary.id("天"));
        assertEquals("[UNK]", vocabulary.token(1));
        assertTrue(vocabulary.contains("天"));
        assertFalse(vocabulary.contains("气"));
        assertEquals(OptionalInt.empty(), vocabulary.id("气"));
    }

    @Test
    void breaksLinesAtLineFeedsOnly() throws IOException {
        var vocabulary = load("a\n\u2028\nb\rc\n\u0085\nd\n");
        assertEquals(List.of("a", "\u2028", "b\rc", "\u0085", "d"), tokens(vocabulary));
    }

    @Test
    void dropsOneCarriageReturnPerLine() throws IOException {
        assertEquals(List.of("a", "b\r", "", "c"), tokens(load("a\r\nb\r\r\n\r\nc\r")));
    }

    @Test
    void dropsTheEmptyLastLineAndNoOther() throws IOException {
        assertEquals(List.of("a", "", "b"), tokens(load("a\n\nb\n")));
        assertEquals(List.of("a", "b"), tokens(load("a\nb")));
        assertEquals(List.of("a", "b", ""), tokens(load("a\nb\n\n")));
    }

    @Test
    void keepsWhiteSpaceThatBelongsToAToken() throws IOException {
        assertEquals(List.of(" ", "a ", "\u3000", "\t"), tokens(load(" \na \n\u3000\n\t\n")));
    }

    @Test
    void rejectsMalformedUtf8AndNamesFileAndOffset() {
        var error = assertThrows(
                VocabularyFormatException.class, () -> load(new byte[] {'a', '\n', 'b', (byte) 0xFF, 'c', '\n'}));
        assertEquals(3, error.offset());
        assertTrue(error.getMessage().contains("vocab.txt, byte 3: not UTF-8"), error.getMessage());
    }

    @Test
    void rejectsATruncatedCharacterAtTheEndOfTheFile() {
        var error =
                assertThrows(VocabularyFormatException.class, () -> load(new byte[] {'a', '\n', (byte) 0xE5, 0x5E}));
        assertEquals(2, error.offset());
    }

    @Test
    void rejectsAnEncodedSurrogate() {
        var error = assertThrows(
                VocabularyFormatException.class, () -> load(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n'}));
        assertEquals(0, error.offset());
    }

    @Test
    void rejectsAByteOrderMark() {
        var error = assertThrows(VocabularyFormatException.class, () -> load("\uFEFF[PAD]\n[UNK]\n"));
        assertTrue(error.getMessage().contains("byte order mark"), error.getMessage());
    }

    @Test
    void rejectsATokenWithTwoIds() {
        var error = assertThrows(VocabularyFormatException.class, () -> load("天\n气\n天\n"));
        assertEquals(8, error.offset());
        assertTrue(error.getMessage().contains("\"天\" has two ids, 0 and 2"), error.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.of(List.of("a", "b", "a")));
    }

    @Test
    void rejectsAnEmptyFile() {
        assertThrows(VocabularyFormatException.class, () -> load(""));
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.of(List.of()));
    }

    @Test
    void saysWhichFileIsMissing() {
        var error = assertThrows(NoSuchFileException.class, () -> Vocabulary.load(folder.resolve("absent.txt")));
        assertTrue(error.getMessage().contains("absent.txt"));
    }

    @Test
    void rejectsTokensThatNoFileCouldHold() {
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.of(List.of("a\nb")));
        assertThrows(IllegalArgumentException.class, () -> Vocabulary.of(List.of("\uD83D")));
    }

    @Test
    void readsBackWhatItSaved() throws IOException {
        var tokens = List.of("[PAD]", "\u2028", "a\r", "b\rc", "", " ", "\r", "😀", "##😀", "\u0085", "\uFFFF", "天");
        Path path = folder.resolve("saved.txt");
        Vocabulary.of(tokens).save(path);
        assertEquals(tokens, tokens(Vocabulary.load(path)));

        Vocabulary.of(List.of("a", "")).save(path);
        assertEquals(List.of("a", ""), tokens(Vocabulary.load(path)));
    }

    @Test
    void savesPlainLines() throws IOException {
        Path path = folder.resolve("saved.txt");
        Vocabulary.of(List.of("[PAD]", "天", "😀")).save(path);
        assertArrayEquals("[PAD]\n天\n😀\n".getBytes(UTF_8), Files.readAllBytes(path));
    }

    @Test
    void namesTheSpecialTokens() {
        var vocabulary = Vocabulary.of(List.of("[MASK]", "[SEP]", "[CLS]", "[UNK]", "[PAD]"));
        assertEquals(0, vocabulary.maskId());
        assertEquals(1, vocabulary.separatorId());
        assertEquals(2, vocabulary.classificationId());
        assertEquals(3, vocabulary.unknownId());
        assertEquals(4, vocabulary.paddingId());
    }

    @Test
    void missesASpecialTokenOnlyWhenAskedForIt() {
        var vocabulary = Vocabulary.of(List.of("[UNK]", "[CLS]", "[SEP]"));
        assertEquals(0, vocabulary.unknownId());
        var error = assertThrows(IllegalArgumentException.class, vocabulary::paddingId);
        assertTrue(error.getMessage().contains("[PAD]"), error.getMessage());
        assertThrows(IllegalArgumentException.class, vocabulary::maskId);
    }

    @Test
    void tokenizersNeedTheUnknownAndBothFramingTokens() {
        for (String missing : List.of("[UNK]", "[CLS]", "[SEP]")) {
            var vocabulary = Vocabulary.of(List.of("[UNK]", "[CLS]", "[SEP]", "a").stream()
                    .filter(token -> !token.equals(missing))
                    .toList());
            for (var error : List.of(
                    assertThrows(IllegalArgumentException.class, () -> OurTokenizer.cased(vocabulary)),
                    assertThrows(IllegalArgumentException.class, () -> WordPieceTokenizer.uncased(vocabulary)))) {
                assertTrue(error.getMessage().contains(missing), error.getMessage());
            }
        }
    }

    @Test
    void rejectsAnIdOutsideItsRange() {
        var vocabulary = Vocabulary.of(List.of("a", "b"));
        assertThrows(IllegalArgumentException.class, () -> vocabulary.token(-1));
        var error = assertThrows(IllegalArgumentException.class, () -> vocabulary.token(2));
        assertTrue(error.getMessage().contains("expected 0 to 1"), error.getMessage());
    }

    @Test
    void findsSingleCodePointsByNumber() {
        var vocabulary = Vocabulary.of(List.of("ab", "", "天", "😀", "##x"));
        assertEquals(2, vocabulary.idOfCodePoint('天'));
        assertEquals(3, vocabulary.idOfCodePoint(0x1F600));
        for (int absent : new int[] {0, 'a', 'x', '#', 0xD83D, 0x1F601, Character.MAX_CODE_POINT}) {
            assertEquals(Vocabulary.ABSENT, vocabulary.idOfCodePoint(absent));
        }
    }

    @Test
    void worksWithoutAnySingleCharacterToken() {
        assertEquals(Vocabulary.ABSENT, Vocabulary.of(List.of("ab")).idOfCodePoint(0));
    }

    @Test
    void equalsOneOfTheSameTokensInTheSameOrder() {
        var vocabulary = Vocabulary.of(List.of("a", "b"));
        assertEquals(vocabulary, Vocabulary.of(List.of("a", "b")));
        assertEquals(vocabulary.hashCode(), Vocabulary.of(List.of("a", "b")).hashCode());
        assertNotEquals(vocabulary, Vocabulary.of(List.of("b", "a")));
    }

    private Vocabulary load(String text) throws IOException {
        return load(text.getBytes(UTF_8));
    }

    private Vocabulary load(byte[] bytes) throws IOException {
        return Vocabulary.load(Files.write(folder.resolve("vocab.txt"), bytes));
    }

    private static List<String> tokens(Vocabulary vocabulary) {
        return IntStream.range(0, vocabulary.size()).mapToObj(vocabulary::token).toList();
    }

    @Test
    void knowsSpecialTokensByTheNamesThatTheVocabularyHas() {
        Vocabulary roberta = Vocabulary.of(List.of("<s>", "<pad>", "</s>", "<unk>", "<mask>"));
        assertEquals(SpecialTokens.ROBERTA, roberta.specialTokens());
        Vocabulary albert = Vocabulary.of(List.of("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"));
        assertEquals(new SpecialTokens("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"), albert.specialTokens());
        assertEquals(1, albert.unknownId());
        assertEquals(SpecialTokens.BERT, Vocabulary.of(List.of("a")).specialTokens());
    }
}
