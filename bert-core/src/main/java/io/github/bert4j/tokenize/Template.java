package io.github.bert4j.tokenize;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands around the tokens of one text, or of two.
 *
 * @param single for one text
 * @param pair for two
 * @param trims whether spaces are left out of what a token stands for
 * @param prefixed whether a text gets a space in front that it does not have
 */
record Template(List<Part> single, List<Part> pair, boolean trims, boolean prefixed) {

    /**
     * A special token, or a text's tokens.
     *
     * @param id of the special token, or {@link #FIRST} or {@link #SECOND}
     */
    record Part(int id, int segment) {
        static final int FIRST = -1;
        static final int SECOND = -2;

        boolean isToken() {
            return id >= 0;
        }
    }

    /** BERT's and RoBERTa's: {@code [CLS] A [SEP] B [SEP]} and {@code <s> A </s></s> B </s>}. */
    private static Template of(int first, int last, boolean twice, boolean trims, boolean prefixed) {
        Part start = new Part(first, 0);
        Part end = new Part(last, 0);
        Part text = new Part(Part.FIRST, 0);
        int segment = twice ? 0 : 1;
        List<Part> pair = new ArrayList<>(List.of(start, text, end));
        if (twice) {
            pair.add(end);
        }
        pair.add(new Part(Part.SECOND, segment));
        pair.add(new Part(last, segment));
        return new Template(List.of(start, text, end), List.copyOf(pair), trims, prefixed);
    }

    /** What a file describes. */
    static Template of(Described json, int vocabulary) throws IOException {
        Template template = switch (json.type()) {
            case "BertProcessing" -> of(id(json, "cls"), id(json, "sep"), false, false, false);
            case "RobertaProcessing" ->
                of(
                        id(json, "cls"),
                        id(json, "sep"),
                        true,
                        json.flag("trim_offsets", true),
                        json.flag("add_prefix_space", true));
            case "TemplateProcessing" -> new Template(parts(json, "single"), parts(json, "pair"), false, false);
            case "Sequence" -> sequence(json, vocabulary);
            default -> throw json.refused("type", "TemplateProcessing, BertProcessing, RobertaProcessing or Sequence");
        };
        for (Part part : template.pair) {
            if (part.id >= vocabulary) {
                throw json.refused("special_tokens", "ids below " + vocabulary);
            }
        }
        return template;
    }

    /** Of several steps one says what stands around the tokens; one of {@code ByteLevel} only trims. */
    private static Template sequence(Described json, int vocabulary) throws IOException {
        Template found = null;
        boolean trims = false;
        boolean prefixed = false;
        for (Described step : json.children("processors")) {
            if (step.type().equals("ByteLevel")) {
                trims |= step.flag("trim_offsets", true);
                prefixed |= step.flag("add_prefix_space", true);
            } else if (found == null) {
                found = of(step, vocabulary);
            } else {
                throw step.refused("type", "no second step that adds tokens");
            }
        }
        if (found == null) {
            throw json.refused("processors", "one that adds tokens");
        }
        return new Template(found.single, found.pair, trims || found.trims, prefixed || found.prefixed);
    }

    private static int id(Described json, String field) throws IOException {
        if (!json.json().path(field).path(1).isInt()
                || json.json().path(field).get(1).intValue() < 0) {
            throw json.refused(field, "a token and its id");
        }
        return json.json().get(field).get(1).intValue();
    }

    private static List<Part> parts(Described json, String field) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Described part : json.children(field)) {
            Described token = part.child("SpecialToken");
            Described text = part.child("Sequence");
            if (token.has("id")) {
                Described ids = new Described(
                        json.where() + ".special_tokens",
                        json.json().path("special_tokens").path(token.text("id", "")));
                if (ids.json().path("ids").size() == 0) {
                    throw ids.refused("ids", "ids of \"%s\"".formatted(token.text("id", "")));
                }
                for (var id : ids.json().get("ids")) {
                    if (!id.isInt() || id.intValue() < 0) {
                        throw ids.refused("ids", "whole numbers");
                    }
                    parts.add(new Part(id.intValue(), token.integer("type_id")));
                }
            } else {
                parts.add(
                        new Part(text.text("id", "").equals("B") ? Part.SECOND : Part.FIRST, text.integer("type_id")));
            }
        }
        return List.copyOf(parts);
    }
}
