package io.github.bert4j.datasets;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.bert4j.answer.KnownAnswer;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.PassageQuestion;
import io.github.bert4j.files.JsonFault;
import io.github.bert4j.task.TaskOptions;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Questions about passages from files of JSON, read article by article: of SQuAD v1.1 or v2.0 and in its layout, and the list
 * in which CMRC 2018 first came.
 *
 * <p>Their places count code points, as Python does. An answer that is not where it is said to be is looked for elsewhere in
 * the passage; whatever is odd is counted and reported.
 */
public final class QuestionFiles implements DatasetReader<LabelledQuestion> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PARAGRAPHS = "paragraphs";
    private static final String QUESTIONS = "qas";
    private static final Set<String> WHOLE = Set.of("data", PARAGRAPHS, QUESTIONS);
    private static final String ANSWERS = "answers";
    private static final String TEXT = "text";
    private static final String START = "answer_start";
    private static final String IMPOSSIBLE = "is_impossible";
    private static final List<String> PASSAGE = List.of("context", "context_text", TEXT);
    private static final List<String> QUESTION = List.of("question", "query_text");
    private static final List<String> ID = List.of("id", "query_id");
    private static final String EXPECTED =
            "JSON as of SQuAD, {\"data\": [{\"paragraphs\": …}]}, CMRC 2018's list, [{\"context_text\": …}], or rows of"
                    + " {\"context\", \"question\", \"answers\": {\"text\", \"answer_start\"}}";

    @Override
    public String task() {
        return "answer";
    }

    @Override
    public List<LabelledQuestion> read(List<Path> files, TaskOptions chosen, Consumer<String> warnings)
            throws IOException {
        return read(files, warnings);
    }

    /**
     * Reads files in the order given.
     *
     * @param warnings told how many questions are left out, and what else is odd
     * @throws IOException if a file is not such JSON, saying where, or holds no questions
     */
    public static List<LabelledQuestion> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<LabelledQuestion> all = new ArrayList<>();
        for (Path file : files) {
            if (isLines(file)) {
                all.addAll(lines(file, warnings));
            } else {
                try (InputStream in = Files.newInputStream(file)) {
                    all.addAll(read(file.toString(), in, warnings));
                }
            }
        }
        return List.copyOf(all);
    }

    /** Whether a file is objects of a question each, rather than one of all. */
    private static boolean isLines(Path file) throws IOException {
        if (Rows.isCsv(file)) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file);
                JsonParser json = JSON.createParser(in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                if (WHOLE.contains(json.currentName())) {
                    return false;
                }
                json.nextToken();
                json.skipChildren();
            }
            return true;
        } catch (JsonProcessingException | CharConversionException e) { // which reading it tells better
            return false;
        }
    }

    private static List<LabelledQuestion> lines(Path file, Consumer<String> warnings) throws IOException {
        Reading reader = new Reading(file.toString());
        Rows.read(file, EXPECTED, row -> reader.question(string(row, PASSAGE), row), warnings);
        reader.report(warnings);
        return reader.questions;
    }

    /** The first of some names that is there. */
    private static String string(JsonNode object, List<String> names) {
        return JsonFields.string(
                object, names.stream().filter(object::has).findFirst().orElse(names.get(0)));
    }

    /** Reads the content of a file. */
    public static List<LabelledQuestion> read(String name, InputStream in, Consumer<String> warnings)
            throws IOException {
        Reading reader = new Reading(name);
        try (JsonParser json = JSON.createParser(in)) {
            reader.read(json);
        } catch (JsonProcessingException e) {
            throw new IOException("%s is no JSON: %s".formatted(name, JsonFault.syntax(e)), e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new IOException("%s: this is not JSON: %s".formatted(name, e.getMessage()), e);
        }
        if (reader.questions.isEmpty() && !reader.malformed.isEmpty()) {
            reader.malformed.report(name, EXPECTED, 0, warnings);
        }
        if (reader.questions.isEmpty()) {
            throw new IOException(name + " holds no questions: expected " + EXPECTED);
        }
        reader.report(warnings);
        return List.copyOf(reader.questions);
    }

    /** One file. */
    private static final class Reading {
        private final String name;
        private final Set<String> ids = new HashSet<>();
        private final List<LabelledQuestion> questions = new ArrayList<>();
        private final LeftOutLines malformed = new LeftOutLines();
        private int repeated;
        private int empty;
        private int misplaced;
        private int notFound;
        private int contradictory;

        private Reading(String name) {
            this.name = name;
        }

        private void read(JsonParser json) throws IOException {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.START_ARRAY) {
                    list(json);
                } else if (token == JsonToken.START_OBJECT) {
                    object(json);
                } else {
                    malformed.add(line(json), "expected an object or a list");
                }
            }
        }

        private void list(JsonParser json) throws IOException {
            while (json.nextToken() != JsonToken.END_ARRAY) {
                long line = line(json);
                add(json.readValueAsTree(), line);
            }
        }

        /** Of a whole data set, one article is held at a time. */
        private void object(JsonParser json) throws IOException {
            ObjectNode others = JSON.createObjectNode();
            long line = line(json);
            boolean data = false;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                if (json.nextToken() == JsonToken.START_ARRAY && field.equals("data")) {
                    data = true;
                    list(json);
                } else {
                    others.set(field, json.readValueAsTree());
                }
            }
            if (!data) {
                add(others, line);
            }
        }

        private static long line(JsonParser json) {
            return json.currentTokenLocation().getLineNr();
        }

        /** An article, a paragraph or a question. */
        private void add(JsonNode node, long line) {
            try {
                if (node.has(PARAGRAPHS)) {
                    JsonFields.list(node, PARAGRAPHS).forEach(paragraph -> addAll(paragraph, line));
                } else if (node.has(QUESTIONS)) {
                    addAll(node, line);
                } else {
                    question(string(node, PASSAGE), node);
                }
            } catch (IllegalArgumentException e) {
                malformed.add(line, e.getMessage());
            }
        }

        private void addAll(JsonNode paragraph, long line) {
            try {
                String passage = string(paragraph, PASSAGE);
                for (JsonNode question : JsonFields.list(paragraph, QUESTIONS)) {
                    try {
                        question(passage, question);
                    } catch (IllegalArgumentException e) {
                        malformed.add(line, e.getMessage());
                    }
                }
            } catch (IllegalArgumentException e) {
                malformed.add(line, e.getMessage());
            }
        }

        private void question(String passage, JsonNode fields) {
            String question = string(fields, QUESTION);
            String id = ID.stream().anyMatch(fields::has) ? string(fields, ID) : "";
            List<KnownAnswer> answers = answers(passage, fields.path(ANSWERS));
            if (!id.isEmpty() && !ids.add(id)) {
                repeated++;
            }
            // Hugging Face's tables say by having no answer that there is none.
            boolean impossible =
                    fields.path(IMPOSSIBLE).asBoolean(fields.path(ANSWERS).isObject() && answers.isEmpty());
            if (impossible == answers.isEmpty()) {
                questions.add(new LabelledQuestion(id, new PassageQuestion(question, passage), answers));
            } else {
                contradictory++;
            }
        }

        /** A list of objects or of texts, or, as Hugging Face's tables have it, lists of texts and of places. */
        private List<KnownAnswer> answers(String passage, JsonNode answers) {
            List<KnownAnswer> known = new ArrayList<>();
            if (answers.isObject()) {
                JsonNode texts = JsonFields.list(answers, TEXT);
                JsonNode starts = answers.path(START);
                for (int i = 0; i < texts.size(); i++) {
                    add(known, passage, texts.get(i), starts.path(i));
                }
            } else if (answers.isArray()) {
                for (JsonNode answer : answers) {
                    add(known, passage, answer.isObject() ? answer.path(TEXT) : answer, answer.path(START));
                }
            } else {
                throw new IllegalArgumentException(
                        "\"answers\" is %s, expected a list".formatted(JsonFault.kind(answers)));
            }
            return known;
        }

        /** @param start absent where it is not known, as in CMRC's list */
        private void add(List<KnownAnswer> known, String passage, JsonNode text, JsonNode start) {
            if (!text.isTextual()) {
                throw new IllegalArgumentException(
                        "an answer's \"text\" is %s, expected a string".formatted(JsonFault.kind(text)));
            }
            if (!start.isMissingNode() && !start.isNull() && !start.isInt()) {
                throw new IllegalArgumentException(
                        "an answer's \"%s\" is %s, expected a whole number".formatted(START, JsonFault.kind(start)));
            }
            if (text.textValue().isBlank()) {
                empty++;
            } else {
                known.add(place(passage, text.textValue(), start.asInt(-1)));
            }
        }

        private KnownAnswer place(String passage, String answer, int place) {
            int start = utf16(passage, place);
            KnownAnswer found = KnownAnswer.nearest(passage, answer, start);
            if (found.start().isEmpty()) {
                notFound++;
            } else if (place >= 0 && found.start().getAsInt() != start) {
                misplaced++;
            }
            return found;
        }

        /** The place of a code point; the nearest one that there is. */
        private static int utf16(String text, int codePoint) {
            int last = text.codePointCount(0, text.length());
            return text.offsetByCodePoints(0, Math.max(0, Math.min(last, codePoint)));
        }

        private void report(Consumer<String> warnings) throws IOException {
            malformed.report(name, "questions with answers", questions.size(), warnings);
            Stream.of(
                            odd(
                                    contradictory,
                                    "left out %d questions that have no answer, or have one and are marked as impossible"),
                            odd(empty, "left out %d empty answers"),
                            odd(misplaced, "%d answers are not where they are said to be, and were found elsewhere"),
                            odd(
                                    notFound,
                                    "%d answers are not in the passage; they count when measuring, and are not learned"),
                            odd(repeated, "%d questions have the id of another"))
                    .filter(line -> !line.isEmpty())
                    .forEach(warnings);
        }

        private String odd(int count, String what) {
            return count == 0 ? "" : name + ": " + what.formatted(count);
        }
    }
}
