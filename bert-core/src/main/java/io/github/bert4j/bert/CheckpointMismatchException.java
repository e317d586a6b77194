package io.github.bert4j.bert;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A checkpoint whose weights are not those its configuration asks for; lists everything that is wrong at once. */
public final class CheckpointMismatchException extends IOException {
    private static final long serialVersionUID = 1;
    private static final int LISTED = 20;

    CheckpointMismatchException(Path checkpoint, List<String> missing, List<String> mismatched, List<String> unused) {
        super(checkpoint + " does not hold the weights that its configuration asks for."
                + list("Missing", missing)
                + list("Of another shape or type", mismatched)
                + list("Not used by this model", unused)
                + "\nIs its configuration the one that came with it?");
    }

    private static String list(String title, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String listed = "\n  " + String.join("\n  ", names.subList(0, Math.min(LISTED, names.size())));
        String rest = names.size() > LISTED ? "\n  and " + (names.size() - LISTED) + " more" : "";
        return "\n" + title + " (" + names.size() + "):" + listed + rest;
    }
}
