package io.github.bert4j.plots;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds fonts for characters. */
final class Fonts {
    private Fonts() {}

    /** The font of what is always Latin. */
    static Font plain(int size) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, size);
    }

    /** A font that has all characters: Java's own choice first, which knows some fonts for Chinese. */
    static Optional<Font> with(String characters, int size) {
        return Stream.concat(
                        Stream.of(plain(size)),
                        Arrays.stream(GraphicsEnvironment.getLocalGraphicsEnvironment()
                                        .getAllFonts())
                                .map(font -> font.deriveFont((float) size)))
                .filter(font -> font.canDisplayUpTo(characters) == -1)
                .findFirst();
    }
}
