package io.github.bert4j.serve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;

/**
 * The fields of an object that asks something of a model, and the line of {@code predict} that it becomes.
 *
 * @param required strings
 * @param optional {@code second} is a string, {@code id} anything
 */
public record InputFields(List<String> required, List<String> optional, Line line) {
    static final String TEXT = "text";
    static final String SECOND = "second";
    static final String ID = "id";

    /** What a line of {@code predict} is. */
    public enum Line {
        /** A text, or two with a TAB between them. */
        PLAIN,
        /** An object of JSON. */
        JSON
    }

    /** A text alone. */
    public static InputFields text(Line line) {
        return new InputFields(List.of(TEXT), List.of(), line);
    }

    /** A text, or two. */
    public static InputFields textOrPair() {
        return new InputFields(List.of(TEXT), List.of(SECOND), Line.PLAIN);
    }

    /** Two texts. */
    public static InputFields pair() {
        return new InputFields(List.of(TEXT, SECOND), List.of(), Line.PLAIN);
    }

    /** A text and what is asked about it, such as a {@code question}; an {@code id} is handed through. */
    public static InputFields textAnd(String asked) {
        return new InputFields(List.of(TEXT, asked), List.of(ID), Line.JSON);
    }

    List<String> all() {
        return Stream.concat(required.stream(), optional.stream()).toList();
    }

    /** Whether a text is all that there need be. */
    boolean isTextEnough() {
        return required.size() == 1;
    }

    /** The line of an object whose fields are these; a blank text alone is a blank line, whatever lines are. */
    String line(ObjectNode object) {
        String text = object.get(TEXT).textValue();
        if (line == Line.JSON) {
            return isTextEnough() && text.isBlank() ? text : object.toString();
        }
        return object.has(SECOND) ? text + "\t" + object.get(SECOND).textValue() : text;
    }
}
