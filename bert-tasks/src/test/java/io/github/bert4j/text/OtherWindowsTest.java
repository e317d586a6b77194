package io.github.bert4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.testdata.FamilyFiles;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows of tokens that are not characters. */
class OtherWindowsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta", "bert"})
    void findsEveryStretchInSomeWindow(String family) throws IOException {
        CheckpointTokenizer tokenizer =
                CheckpointTokenizer.load(FamilyFiles.write(family, folder)).withMarkers(false);
        String all = TestData.reviews("train.tsv").subList(0, 20).stream()
                .map(LabelledReview::text)
                .collect(Collectors.joining(" "));
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int start = random.nextInt(all.length() - 120);
            String text = all.substring(start, start + random.nextInt(120)).strip();
            boolean pair = random.nextBoolean();
            String before = random.nextBoolean() ? "___好___" : "";
            TextWindows cutter = new TextWindows(tokenizer, 40);
            List<Window> windows =
                    pair ? cutter.ofSecond(before.isEmpty() ? "谁" : before, text) : cutter.of(before, text);
            if (text.isEmpty()) {
                assertEquals(1, windows.size());
                continue;
            }
            assertEquals(0, windows.get(0).textStart());
            assertEquals(text.length(), windows.get(windows.size() - 1).textEnd());
            for (Window window : windows) {
                assertTrue(window.encoding().length() <= 40);
                assertTrue(window.encoding().text(window.firstToken()) == (pair ? 1 : 0));
                assertEquals(windows.size() > 1 && window != windows.get(0), window.cutBefore());
            }
            int from = random.nextInt(text.length());
            int to = Math.min(text.length(), from + 1 + random.nextInt(3));
            if (!text.substring(from, to).isBlank()) {
                assertTrue(windows.stream().anyMatch(window -> shows(window, from, to)), text);
            }
        }
    }

    /** Tokens have all of the stretch, and nothing farther from it than a token is long. */
    private static boolean shows(Window window, int from, int to) {
        return window.find(from, to)
                .filter(span -> window.start(span) <= from + 1 && window.end(span) >= to - 1)
                .filter(span -> window.encoding().end(span.start()) + window.shift() > from)
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta"})
    void leavesSpacesOutOfWhatATokenStandsFor(String family) throws IOException {
        CheckpointTokenizer tokenizer =
                CheckpointTokenizer.load(FamilyFiles.write(family, folder)).withMarkers(false);
        String text = "the room  was 好 的";
        Encoding encoding = new TextWindows(tokenizer, 60).of(text).get(0).encoding();
        for (int i = 0; i < encoding.length(); i++) {
            String part = text.substring(encoding.start(i), encoding.end(i));
            assertEquals(part.strip(), part);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "xlm-roberta"})
    void refusesAPrefixThatLeavesNoRoom(String family) throws IOException {
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(FamilyFiles.write(family, folder));
        String message = assertThrows(
                        IllegalArgumentException.class, () -> new TextWindows(tokenizer, 8).of("很长很长很长很长", "好"))
                .getMessage();
        assertTrue(message.contains("leaves room for"), message);
    }
}
