package io.github.bert4j.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where in an entity a token stands, as data sets write it: {@code O}, {@code B-PER}, {@code I-PER} …
 *
 * @param label empty for {@link Place#OUTSIDE}
 */
public record Tag(Place place, String label) {
    static final Tag OUTSIDE = new Tag(Place.OUTSIDE, "");
    private static final String SEPARATORS = "-_";

    /** A token's place in an entity. */
    public enum Place {
        OUTSIDE,
        BEGIN,
        INSIDE,
        END,
        SINGLE
    }

    /**
     * An entity of a sequence of tags.
     *
     * @param first its first token
     * @param last its last token, not the one behind it
     */
    public record Run(int first, int last, String label) {}

    /**
     * The runs of a sequence.
     *
     * @param malformed how many of them no tag begins
     */
    public record Runs(List<Run> runs, int malformed) {}

    /**
     * Reads a tag of the schemes BIO (IOB2), BIOES, BMES or BILOU: {@code O}, or one of {@code B I M E L S U}, a hyphen and a
     * label.
     */
    public static Optional<Tag> parse(String tag) {
        if (tag.equals("O")) {
            return Optional.of(OUTSIDE);
        }
        int last = tag.length() - 2;
        if (tag.length() < 3) {
            return Optional.empty();
        }
        if (SEPARATORS.indexOf(tag.charAt(1)) >= 0) {
            return place(tag.charAt(0)).map(place -> new Tag(place, tag.substring(2)));
        }
        return SEPARATORS.indexOf(tag.charAt(last)) >= 0
                ? place(tag.charAt(last + 1)).map(place -> new Tag(place, tag.substring(0, last)))
                : Optional.empty();
    }

    /**
     * Reads entities as CoNLL's evaluation script does, whatever the scheme: one ends where the next tag begins another, is
     * outside, or has another label. A tag that goes on or ends where there is nothing to go on with begins an entity.
     *
     * <p>Source: {@code conlleval.pl} of CoNLL-2000.
     */
    public static Runs runs(List<Tag> tags) {
        List<Run> runs = new ArrayList<>();
        int malformed = 0;
        int first = -1;
        for (int i = 0; i < tags.size(); i++) {
            Tag tag = tags.get(i);
            boolean begins = tag.place == Place.BEGIN || tag.place == Place.SINGLE;
            boolean inside = tag.place != Place.OUTSIDE;
            if (inside && first < 0) {
                malformed += begins ? 0 : 1;
                first = i;
            }
            if (inside && endsBehind(tags, i)) {
                runs.add(new Run(first, i, tag.label));
                first = -1;
            }
        }
        return new Runs(runs, malformed);
    }

    private static boolean endsBehind(List<Tag> tags, int i) {
        Tag tag = tags.get(i);
        if (tag.place == Place.END || tag.place == Place.SINGLE || i + 1 == tags.size()) {
            return true;
        }
        Tag next = tags.get(i + 1);
        boolean goesOn = next.place == Place.INSIDE || next.place == Place.END;
        return !goesOn || !next.label.equals(tag.label);
    }

    /** Where a tag begins or ends with its place. */
    private static Optional<Place> place(char letter) {
        return switch (letter) {
            case 'B' -> Optional.of(Place.BEGIN);
            case 'I', 'M' -> Optional.of(Place.INSIDE);
            case 'E', 'L' -> Optional.of(Place.END);
            case 'S', 'U' -> Optional.of(Place.SINGLE);
            default -> Optional.empty();
        };
    }
}
