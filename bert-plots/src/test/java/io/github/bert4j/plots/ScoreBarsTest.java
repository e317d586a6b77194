package io.github.bert4j.plots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreBarsTest {
    @TempDir
    Path folder;

    /** The private use area stands for what no font has. */
    @ParameterizedTest
    @ValueSource(strings = {"author", "作者", "\uE123\uE124"})
    void drawsBarsWhateverTheFontsOfTheSystem(String label) throws IOException {
        Path file = folder.resolve("chart.png");
        Files.writeString(file, "an older one");
        Plots.of(table(label, 49)).save(file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertTrue(image.getWidth() > 2000, "width " + image.getWidth());
        assertTrue(colours(image) > 10, "nothing is drawn");
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }
    }

    @Test
    void drawsTallerBarsForHigherScores() throws IOException {
        Path high = folder.resolve("high.png");
        Path low = folder.resolve("low.png");
        ScoreTable good = new ScoreTable();
        good.add("author", new Score(9, 10, 10));
        ScoreTable bad = new ScoreTable();
        bad.add("author", new Score(1, 10, 10));
        Plots.of(good).save(high);
        Plots.of(bad).save(low);
        assertTrue(white(ImageIO.read(high.toFile())) < white(ImageIO.read(low.toFile())) - 10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void drawsTheTotalWhereThereAreHardlyAnyLabels(int rows) throws IOException {
        Path file = folder.resolve("chart.png");
        Plots.of(table("author", rows)).save(file);
        assertTrue(ImageIO.read(file.toFile()).getWidth() > 200);
    }

    private static ScoreTable table(String label, int rows) {
        ScoreTable table = new ScoreTable();
        for (int i = 0; i < rows; i++) {
            table.add(label + i, new Score(i, 50, 60));
        }
        return table;
    }

    private static long colours(BufferedImage image) {
        return pixels(image).distinct().count();
    }

    private static long white(BufferedImage image) {
        return pixels(image).filter(pixel -> pixel == -1).count();
    }

    private static IntStream pixels(BufferedImage image) {
        return Arrays.stream(image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()));
    }
}
