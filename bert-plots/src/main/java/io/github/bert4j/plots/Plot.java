package io.github.bert4j.plots;

import io.github.bert4j.files.PendingFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A picture that can be drawn. */
@FunctionalInterface
public interface Plot {
    /** Draws it, without a screen. */
    BufferedImage image();

    /** Saves it as PNG; a file that is there is replaced once the new one is complete. */
    default void save(Path file) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image(), "png", bytes);
        PendingFile.write(file, bytes.toByteArray());
    }
}
