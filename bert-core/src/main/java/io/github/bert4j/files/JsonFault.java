package io.github.bert4j.files;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is wrong with JSON, in the words of whoever wrote it rather than of those who wrote its parser. */
public final class JsonFault {
    private static final int SHOWN = 10;
    private static final int LONGEST_VALUE = 40;

    private JsonFault() {}

    /** Why a text is no JSON, and where. */
    public static String syntax(JsonProcessingException fault) {
        return reason(fault) + place(fault.getLocation());
    }

    private static String reason(JsonProcessingException fault) {
        String text = String.valueOf(fault.getOriginalMessage());
        if (fault instanceof JsonEOFException) {
            return "it ends in the middle";
        }
        if (fault instanceof StreamConstraintsException) {
            return "it is nested too deeply, or a number or name in it is too long";
        }
        if (text.startsWith("Duplicate field")) {
            return text.substring("Duplicate field".length()).strip().replace('\'', '"') + " is there twice";
        }
        if (text.startsWith("Trailing token")) {
            return "something follows behind its end";
        }
        return "a character that cannot stand there";
    }

    private static String place(JsonLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    /**
     * Why a tree is not of the type that it was to have: field, what is expected, and what is there.
     *
     * @param fault that of Jackson's {@code treeToValue}
     * @param tree what it was given
     */
    public static String mapping(JsonProcessingException fault, JsonNode tree) {
        if (!(fault instanceof JsonMappingException mapping)) {
            return syntax(fault);
        }
        if (fault instanceof UnrecognizedPropertyException unknown) {
            return "\"%s\" is unknown, expected %s".formatted(name(mapping), quoted(unknown.getKnownPropertyIds()));
        }
        if (fault instanceof ValueInstantiationException && fault.getCause() instanceof RuntimeException own) {
            return mapping.getPath().isEmpty()
                    ? String.valueOf(own.getMessage())
                    : "\"%s\": %s".formatted(name(mapping), own.getMessage());
        }
        JsonNode node = at(tree, mapping.getPath());
        String expected = expected(fault);
        if (mapping.getPath().isEmpty()) {
            return "%s, expected %s".formatted(kind(tree), expected);
        }
        if (node.isMissingNode()) {
            JsonNode parent =
                    at(tree, mapping.getPath().subList(0, mapping.getPath().size() - 1));
            return "\"%s\" is missing among %s".formatted(name(mapping), fields(parent));
        }
        return "\"%s\" is %s, expected %s".formatted(name(mapping), received(node), expected);
    }

    /** What a value is. */
    public static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case ARRAY -> "a list";
            case OBJECT, POJO -> "an object";
            case NULL -> "null";
            case BINARY, MISSING -> "nothing";
        };
    }

    /** Names in quotation marks, those that are too many left out. */
    public static String quoted(Collection<?> names) {
        return names.stream().limit(SHOWN).map(name -> "\"" + name + '"').collect(Collectors.joining(", "))
                + (names.size() > SHOWN ? " …" : "");
    }

    private static String received(JsonNode node) {
        boolean brief = node.isValueNode() && !node.isNull() && node.toString().length() <= LONGEST_VALUE;
        return brief ? "%s, %s".formatted(kind(node), node) : kind(node);
    }

    private static String fields(JsonNode parent) {
        if (!parent.isObject()) {
            return "the fields of " + kind(parent);
        }
        List<String> names = new ArrayList<>();
        parent.fieldNames().forEachRemaining(names::add);
        return names.isEmpty() ? "no fields at all" : "the fields " + quoted(names);
    }

    /** Such as {@code entities[0].start}. */
    private static String name(JsonMappingException fault) {
        StringBuilder name = new StringBuilder();
        for (JsonMappingException.Reference step : fault.getPath()) {
            if (step.getFieldName() == null) {
                name.append('[').append(step.getIndex()).append(']');
            } else {
                name.append(name.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return name.toString();
    }

    private static JsonNode at(JsonNode tree, List<JsonMappingException.Reference> path) {
        JsonNode node = tree;
        for (JsonMappingException.Reference step : path) {
            node = step.getFieldName() == null ? node.path(step.getIndex()) : node.path(step.getFieldName());
        }
        return node;
    }

    private static String expected(JsonProcessingException fault) {
        if (!(fault instanceof MismatchedInputException mismatch) || mismatch.getTargetType() == null) {
            return "another value";
        }
        Class<?> type = mismatch.getTargetType();
        if (type.isEnum()) {
            return "one of "
                    + quoted(Arrays.stream(type.getEnumConstants())
                            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                            .toList());
        }
        if (type == String.class) {
            return "a string";
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class || type == float.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "another value";
    }
}
