package io.github.bert4j.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntityTest {
    @Test
    void standsInsideOfTheTextAndSplitsNoCharacter() {
        String text = "甲😀乙"; // the face takes the places 1 and 2
        assertEquals(Optional.of(new Entity("x", "甲😀乙", 0, 4)), Entity.in(text, 0, 4, "x"));
        assertEquals(Optional.of(new Entity("x", "😀", 1, 3)), Entity.in(text, 1, 3, "x"));
        assertEquals(Optional.of(new Entity("x", "乙", 3, 4)), Entity.in(text, 3, 4, "x"));
        for (int[] wrong : new int[][] {{-1, 1}, {0, 5}, {1, 1}, {2, 1}, {0, 2}, {2, 4}}) {
            assertEquals(Optional.empty(), Entity.in(text, wrong[0], wrong[1], "x"), wrong[0] + " to " + wrong[1]);
        }
    }

    /** Of six characters, the windows show four, 0 to 3 and 2 to 5, between two special tokens. */
    @Test
    void hasNoSpecialTokensAndDoesNotReachWhereTheTextWasCut() {
        String text = "甲乙丙丁戊己";
        Vocabulary vocabulary = Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
        List<Window> windows = new TextWindows(OurTokenizer.uncased(vocabulary), 6).of(text);
        assertEquals(2, windows.size());
        assertEquals(Optional.of("甲乙丙"), found(text, windows.get(0), 1, 3));
        assertEquals(Optional.of("丁戊己"), found(text, windows.get(1), 2, 4));
        for (int[] wrong : new int[][] {{0, 3}, {1, 4}, {4, 5}}) {
            assertEquals(Optional.empty(), found(text, windows.get(0), wrong[0], wrong[1]));
        }
        for (int[] wrong : new int[][] {{1, 3}, {2, 5}, {0, 0}}) {
            assertEquals(Optional.empty(), found(text, windows.get(1), wrong[0], wrong[1]));
        }
    }

    @Test
    void isKeptIfItStartsFirstAndOfThoseThatStartTogetherIfItIsTheLongest() {
        Entity first = new Entity("x", "乙丙", 1, 3);
        Entity longest = new Entity("y", "丁戊己", 3, 6);
        Entity short1 = new Entity("x", "丁", 3, 4);
        Entity within = new Entity("x", "己", 5, 6);
        Entity later = new Entity("x", "庚", 6, 7);
        Entity across = new Entity("x", "丙丁", 2, 4);
        assertEquals(
                List.of(first, longest, later), Entity.flat(List.of(later, within, short1, across, longest, first)));
        assertEquals(List.of(), Entity.flat(List.of()));
    }

    private static Optional<String> found(String text, Window window, int first, int last) {
        return Entity.in(text, window, new TokenSpan(first, last), "x").map(Entity::text);
    }
}
