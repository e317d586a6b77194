package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.TestData;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.tokenize.OurTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model whose kernels are 0 says of every token what its biases say, so what is to be found follows from the text alone:
 * here every character is a subject, and an object by each predicate of a positive bias.
 */
class TripleFinderTest {
    private static final int POSITIONS = 10; // eight characters and two special tokens

    @TempDir
    private Path folder;

    private final Graph graph = new Graph(3);

    @AfterEach
    void close() {
        graph.close();
    }

    @Test
    void pairsEverySubjectWithItsObjectsInTheOrderOfTheText() throws IOException {
        Mention face = new Mention("😀", 0, 2);
        Mention a = new Mention("甲", 2, 3);
        assertEquals(
                List.of(List.of(
                        new ExtractedTriple(face, "作者", face),
                        new ExtractedTriple(face, "作者", a),
                        new ExtractedTriple(a, "作者", face),
                        new ExtractedTriple(a, "作者", a))),
                finder(5, -5, 5).find(List.of("😀甲")));
    }

    /** Of ten characters and more, there are several windows: 0 to 7, 4 to 11 … An edge where the text was cut has no names. */
    @Test
    void readsLongTextsInWindowsAndKeepsTextsApart() throws IOException {
        List<String> texts = new ArrayList<>(List.of("甲乙丙丁戊己庚辛壬癸子丑", "", "甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚辛壬", "甲"));
        for (int i = 0; i < 40; i++) { // more than go through the model at a time
            texts.add("甲乙丙".substring(0, 1 + i % 3));
        }
        List<List<ExtractedTriple>> expected = new ArrayList<>();
        for (String text : texts) {
            expected.add(
                    switch (text.length()) {
                        case 12 -> triples(text, new int[] {0, 6}, new int[] {5, 11});
                        case 9 -> triples(text, new int[] {0, 6}, new int[] {2, 8});
                        default -> triples(text, new int[] {0, text.length() - 1});
                    });
        }
        assertEquals(expected, finder(5, 5, -5).find(texts));
    }

    @Test
    void findsNoTriplesWithoutSubjectsOrWithoutObjects() throws IOException {
        TripleFinder finder = finder(-5, 5, 5);
        assertEquals(List.of(List.of(), List.of()), finder.find(List.of("甲乙", "丙")));
        assertEquals(List.of(), finder.find(List.of()));
        set(finder.models(), 5, -5, -5);
        assertEquals(List.of(List.of(), List.of()), finder.find(List.of("甲乙", "丙")));
    }

    /** All pairs of characters of some stretches, first and last inclusive. */
    private static List<ExtractedTriple> triples(String text, int[]... stretches) {
        List<ExtractedTriple> triples = new ArrayList<>();
        for (int[] stretch : stretches) {
            for (int subject = stretch[0]; subject <= stretch[1]; subject++) {
                for (int object = stretch[0]; object <= stretch[1]; object++) {
                    triples.add(new ExtractedTriple(character(text, subject), "导演", character(text, object)));
                }
            }
        }
        triples.sort(Comparator.comparing(triple ->
                triple.subject().start() * text.length() + triple.object().start()));
        return triples;
    }

    private static Mention character(String text, int place) {
        return new Mention(text.substring(place, place + 1), place, place + 1);
    }

    private TripleFinder finder(float subjects, float... objects) throws IOException {
        Bert bert = Bert.load(graph, TestData.smallBert(folder, 16, POSITIONS, List.of("甲乙丙丁戊己庚辛壬癸子丑")));
        RelationModels models = RelationModels.of(graph, bert, objects.length);
        set(models, subjects, objects);
        return new TripleFinder(
                models,
                new TextWindows(OurTokenizer.uncased(bert.vocabulary()), POSITIONS),
                new SpanDecoder(Thresholds.DEFAULTS),
                List.of("导演", "作者"));
    }

    private static void set(RelationModels models, float subjects, float... objects) {
        for (Weight weight : models.training().weights()) {
            float[] values = new float[weight.values().length];
            if (weight.name().matches("dense_[12]/bias")) {
                Arrays.fill(values, subjects);
            } else if (weight.name().matches("dense_[34]/bias")) {
                values = objects;
            }
            if (weight.name().startsWith("dense_")) {
                weight.assign(values);
            }
        }
    }
}
