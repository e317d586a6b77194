package io.github.bert4j.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.entity.Tag.Place;
import io.github.bert4j.entity.Tag.Run;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TagTest {

    /** One entity of three tokens right before one of one token, and one of two at the end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "B-PER I-PER I-PER B-PER O B-LOC I-LOC",
                "B-PER I-PER E-PER S-PER O B-LOC E-LOC",
                "B-PER M-PER E-PER S-PER O B-LOC E-LOC",
                "B-PER I-PER L-PER U-PER O B-LOC L-LOC"
            })
    void readsAllSchemes(String tags) {
        assertEquals(
                new Tag.Runs(List.of(new Run(0, 2, "PER"), new Run(3, 3, "PER"), new Run(5, 6, "LOC")), 0), runs(tags));
    }

    /** What conlleval.pl makes of them. */
    @Test
    void beginsAnEntityWhereATagGoesOnWithNothing() {
        assertEquals(new Tag.Runs(List.of(new Run(1, 2, "PER")), 1), runs("O I-PER I-PER O"));
        assertEquals(new Tag.Runs(List.of(new Run(0, 0, "PER"), new Run(1, 2, "LOC")), 1), runs("B-PER I-LOC I-LOC"));
        assertEquals(new Tag.Runs(List.of(new Run(0, 0, "PER"), new Run(1, 1, "PER")), 1), runs("S-PER I-PER"));
        assertEquals(new Tag.Runs(List.of(new Run(0, 0, "PER"), new Run(1, 1, "PER")), 2), runs("E-PER E-PER"));
    }

    @Test
    void endsAnEntityThatNoTagEnds() {
        assertEquals(new Tag.Runs(List.of(new Run(0, 0, "PER")), 0), runs("B-PER O"));
        assertEquals(new Tag.Runs(List.of(new Run(0, 0, "PER"), new Run(1, 1, "PER")), 0), runs("B-PER S-PER"));
        assertEquals(new Tag.Runs(List.of(), 0), runs("O O"));
    }

    @Test
    void keepsHyphensInLabelsAndLabelsOfOneLetter() {
        assertEquals(Optional.of(new Tag(Place.INSIDE, "P")), Tag.parse("I-P"));
        assertEquals(Optional.of(new Tag(Place.BEGIN, "GPE-LOC")), Tag.parse("B-GPE-LOC"));
    }

    @Test
    void readsOtherSpellings() {
        assertEquals(Optional.of(new Tag(Place.BEGIN, "PER")), Tag.parse("B_PER"));
        assertEquals(Optional.of(new Tag(Place.INSIDE, "PER")), Tag.parse("PER-I"));
        assertEquals(Optional.of(new Tag(Place.SINGLE, "GPE-LOC")), Tag.parse("GPE-LOC_S"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "B", "B-", "X-PER", "PER", "o", "BPER", "_B", "PER_X"})
    void refusesWhatIsNoTag(String tag) {
        assertEquals(Optional.empty(), Tag.parse(tag));
    }

    private static Tag.Runs runs(String tags) {
        return Tag.runs(Arrays.stream(tags.split(" "))
                .map(tag -> Tag.parse(tag).orElseThrow())
                .toList());
    }
}
