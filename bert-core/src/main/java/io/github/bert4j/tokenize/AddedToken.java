package io.github.bert4j.tokenize;

import java.io.IOException;

/**
 * A token that is looked for in a text before it is cut.
 *
 * @param singleWord whether it counts only where no letter or digit stands beside it
 * @param leftStrip whether it takes the white space before it
 * @param rightStrip whether it takes the white space behind it
 * @param normalized whether it is looked for in the normalized text
 * @param special whether it stands for no text, such as {@code [MASK]}
 */
record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized,
        boolean special) {
    /** Looking for longer ones could take the square of a text's length. */
    private static final int LONGEST = 1000;

    static AddedToken of(Described json) throws IOException {
        String content = json.text("content", "");
        if (content.isEmpty() || content.length() > LONGEST) {
            throw json.refused("content", "1 to %d characters".formatted(LONGEST));
        }
        boolean special = json.flag("special", false);
        return new AddedToken(
                json.integer("id"),
                content,
                json.flag("single_word", false),
                json.flag("lstrip", false),
                json.flag("rstrip", false),
                json.flag("normalized", !special),
                special);
    }
}
