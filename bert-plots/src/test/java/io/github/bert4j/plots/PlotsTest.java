package io.github.bert4j.plots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.explain.AttentionMap;
import io.github.bert4j.models.History;
import io.github.bert4j.score.ConfusionMatrix;
import io.github.bert4j.score.RocCurve;
import io.github.bert4j.train.Callback;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlotsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 200})
    void drawACurveOfTrainingAndOneOfValidation(int epochs) throws IOException {
        BufferedImage image = saved(Plots.of(history(epochs, "loss", "val_loss")));
        // Two charts of 480 by 320, loss and learning rate, with two pixels per unit.
        assertEquals(1920, image.getWidth());
        assertEquals(640, image.getHeight());
        assertTrue(count(image, Palette.TRAINING, 0, 960) > 50, "no curve of training");
        assertTrue(count(image, Palette.VALIDATION, 0, 960) > 50, "no curve of validation");
        assertTrue(count(image, Palette.TRAINING, 960, 1920) > 50, "no curve of rates");
        assertEquals(0, count(image, Palette.VALIDATION, 960, 1920));
    }

    @Test
    void drawAChartForEachMetricWhicheverDataItIsOf() throws IOException {
        BufferedImage image = saved(Plots.of(history(3, "loss", "val_accuracy", "val_microF1", "val_macroF1")));
        // Five charts, three of them side by side.
        assertEquals(2880, image.getWidth());
        assertEquals(1280, image.getHeight());
    }

    @Test
    void leaveOutRatesThatAreNotKnown() throws IOException {
        History.Epoch epoch = new History.Epoch(1, Map.of("loss", 1.0), Double.NaN);
        assertEquals(960, saved(Plots.of(new History(List.of(epoch)))).getWidth());
        assertThrows(IllegalArgumentException.class, () -> Plots.of(new History(List.of())));
    }

    /** The private use area stands for what no font has. */
    @ParameterizedTest
    @ValueSource(strings = {"[CLS]", "好", "\uE123"})
    void drawACellForEachPairOfTokens(String token) throws IOException {
        double[][] probabilities = {{0.1, 0.9, 0}, {0, 0, 1}, {0.5, 0.5, 0}};
        BufferedImage image =
                saved(Plots.of(new AttentionMap(List.of("a", token, "b"), probabilities, "Layer 0, head 1")));
        // Cells of 24 units, two pixels each; the bar beside them has dark lines too, but less than a cell's area.
        int cell = 48 * 48;
        assertEquals(cell, count(image, Palette.scale(1), 0, image.getWidth()), cell * 0.3);
        assertEquals(2 * cell, count(image, Palette.scale(0.5), 0, image.getWidth()), cell * 0.3);
    }

    @Test
    void drawAttentionOfAsManyTokensAsBertReads() throws IOException {
        double[][] probabilities = new double[512][512];
        probabilities[511][0] = 1;
        List<String> tokens = Collections.nCopies(512, "字");
        BufferedImage image = saved(Plots.of(new AttentionMap(tokens, probabilities, "Layer 0, head 0")));
        assertTrue(image.getWidth() > 512 * 9 && image.getWidth() < 512 * 11, "width " + image.getWidth());
        assertTrue(count(image, Palette.scale(1), 0, image.getWidth()) >= 8 * 8, "the one cell is missing");
    }

    @Test
    void drawCountsOnTheFractionOfTheirRow() throws IOException {
        // All of a are right; of b half are, and the others are taken for a.
        ConfusionMatrix matrix = ConfusionMatrix.of(List.of("a", "a", "b", "b"), List.of("a", "a", "b", "a"));
        BufferedImage image = saved(Plots.of(matrix));
        int cell = 96 * 96;
        assertEquals(cell, count(image, Palette.scale(1), 0, image.getWidth()), cell * 0.3);
        assertEquals(2 * cell, count(image, Palette.scale(0.5), 0, image.getWidth()), cell * 0.3);
    }

    @Test
    void keepTheOlderPictureWhereANewOneCannotBeWritten() throws IOException {
        Path file = folder.resolve("no such folder").resolve("a.png");
        assertThrows(IOException.class, () -> Plots.of(history(1, "loss")).save(file));
        assertTrue(Files.notExists(file));
    }

    @Test
    void followTraining() throws IOException {
        Path directory = folder.resolve("new").resolve("plots");
        TrainingPlots plots = new TrainingPlots(directory);
        plots.onTrainingStart();
        for (int epoch = 1; epoch <= 2; epoch++) {
            for (int step = 1; step <= 3; step++) {
                plots.onStepEnd(new Callback.StepEnd(epoch, step, 8, 1.0 / step, Map.of("accuracy", 0.5), 1e-5, null));
            }
            plots.onEpochEnd(new Callback.EpochEnd(epoch, Map.of("loss", 0.3, "val_loss", 0.4), 1e-5, null));
        }
        try (var files = Files.list(directory)) {
            assertEquals(
                    List.of("epochs.png", "steps.png"),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
        BufferedImage steps = ImageIO.read(directory.resolve("steps.png").toFile());
        // Loss, accuracy and rate.
        assertEquals(1920, steps.getWidth());
        assertEquals(1280, steps.getHeight());
        assertTrue(count(steps, Palette.TRAINING, 0, 960) > 500, "no curve");
    }

    private BufferedImage saved(Plot plot) throws IOException {
        Path file = folder.resolve("plot.png");
        plot.save(file);
        return ImageIO.read(file.toFile());
    }

    /** Between the corners; a curve that guesses lies on the line of guessing, and one that knows does not. */
    @Test
    void drawTheCurveOfAClassifierAndThatOfGuessing() throws IOException {
        Path file = folder.resolve("roc.png");
        Plots.of(RocCurve.of(new boolean[] {true, true, false, false}, new double[] {0.9, 0.8, 0.2, 0.1}))
                .save(file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertTrue(count(image, Palette.TRAINING, 0, image.getWidth()) > 500, "no curve");
        assertTrue(count(image, Palette.VALIDATION, 0, image.getWidth()) > 200, "no line of guessing");
    }

    private static History history(int epochs, String... names) {
        List<History.Epoch> all = new ArrayList<>();
        for (int i = 1; i <= epochs; i++) {
            Map<String, Double> metrics = new LinkedHashMap<>();
            for (int j = 0; j < names.length; j++) {
                metrics.put(names[j], (j + 1.0) / i);
            }
            all.add(new History.Epoch(i, metrics, 1e-5 * i));
        }
        return new History(all);
    }

    private static long count(BufferedImage image, Color color, int left, int right) {
        int width = right - left;
        return Arrays.stream(image.getRGB(left, 0, width, image.getHeight(), null, 0, width))
                .flatMap(pixel -> pixel == color.getRGB() ? IntStream.of(pixel) : IntStream.empty())
                .count();
    }
}
