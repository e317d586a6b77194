package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.github.bert4j.answer.KnownAnswer;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.PassageQuestion;
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
    private static final ObjectMapper JSON = new ObjectMapper()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .setDefaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL));

    private record ArticleFields(
            @JsonProperty(required = true) List<ParagraphFields> paragraphs) {}

    private record ParagraphFields(
            @JsonProperty(required = true) @JsonAlias("context_text")
            String context,

            @JsonProperty(required = true) List<QuestionFields> qas) {}

    private record QuestionFields(
            @JsonProperty(required = true) @JsonAlias("query_id")
            String id,

            @JsonProperty(required = true) @JsonAlias("query_text")
            String question,

            @JsonProperty(required = true) List<AnswerFields> answers,
            @JsonProperty("is_impossible") boolean impossible) {}

    /** @param start negative where it is not known, as in CMRC's list, where an answer is a string alone */
    private record AnswerFields(String text, int start) {
        @JsonCreator
        static AnswerFields of(
                @JsonProperty(value = "text", required = true) String text,
                @JsonProperty(value = "answer_start", required = true) int start) {
            return new AnswerFields(text, start);
        }

        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static AnswerFields of(String text) {
            return new AnswerFields(text, -1);
        }
    }

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
            try (InputStream in = Files.newInputStream(file)) {
                all.addAll(read(file.toString(), in, warnings));
            }
        }
        return List.copyOf(all);
    }

    /** Reads the content of a file. */
    public static List<LabelledQuestion> read(String name, InputStream in, Consumer<String> warnings)
            throws IOException {
        Reading reader = new Reading(name);
        try (JsonParser json = JSON.createParser(in)) {
            reader.read(json);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "%s, line %d: this is not what is expected here: %s"
                            .formatted(
                                    name,
                                    e.getLocation() == null
                                            ? 0
                                            : e.getLocation().getLineNr(),
                                    e.getOriginalMessage()),
                    e);
        } catch (CharConversionException e) { // Jackson takes zeros at the start for UTF-32
            throw new IOException("%s: this is not JSON: %s".formatted(name, e.getMessage()), e);
        }
        if (reader.questions.isEmpty()) {
            throw new IOException(
                    name
                            + " holds no questions: expected JSON as of SQuAD, {\"data\": [{\"paragraphs\": …}]}, or CMRC 2018's list, [{\"context_text\": …}]");
        }
        reader.report(warnings);
        return List.copyOf(reader.questions);
    }

    /** One file. */
    private static final class Reading {
        private final String name;
        private final Set<String> ids = new HashSet<>();
        private final List<LabelledQuestion> questions = new ArrayList<>();
        private int repeated;
        private int empty;
        private int misplaced;
        private int notFound;
        private int contradictory;

        private Reading(String name) {
            this.name = name;
        }

        private void read(JsonParser json) throws IOException {
            if (json.nextToken() == JsonToken.START_ARRAY) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    add(next(json, ParagraphFields.class));
                }
            } else if (json.currentToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean data = json.currentName().equals("data");
                    if (json.nextToken() == JsonToken.START_ARRAY && data) {
                        while (json.nextToken() != JsonToken.END_ARRAY) {
                            next(json, ArticleFields.class).paragraphs().forEach(this::add);
                        }
                    } else {
                        json.skipChildren();
                    }
                }
            }
        }

        private static <T> T next(JsonParser json, Class<T> type) throws IOException {
            T fields = JSON.readValue(json, type);
            if (fields == null) {
                throw MismatchedInputException.from(json, type, "expected an object, but it is null");
            }
            return fields;
        }

        private void add(ParagraphFields paragraph) {
            for (QuestionFields fields : paragraph.qas()) {
                List<KnownAnswer> answers = fields.answers().stream()
                        .filter(answer -> !isEmpty(answer))
                        .map(answer -> place(paragraph.context(), answer))
                        .toList();
                if (!ids.add(fields.id())) {
                    repeated++;
                }
                if (fields.impossible() == answers.isEmpty()) {
                    questions.add(new LabelledQuestion(
                            fields.id(), new PassageQuestion(fields.question(), paragraph.context()), answers));
                } else {
                    contradictory++;
                }
            }
        }

        private boolean isEmpty(AnswerFields answer) {
            empty += answer.text().isBlank() ? 1 : 0;
            return answer.text().isBlank();
        }

        private KnownAnswer place(String passage, AnswerFields answer) {
            int start = utf16(passage, answer.start());
            KnownAnswer found = KnownAnswer.nearest(passage, answer.text(), start);
            if (found.start().isEmpty()) {
                notFound++;
            } else if (answer.start() >= 0 && found.start().getAsInt() != start) {
                misplaced++;
            }
            return found;
        }

        /** The place of a code point; the nearest one that there is. */
        private static int utf16(String text, int codePoint) {
            int last = text.codePointCount(0, text.length());
            return text.offsetByCodePoints(0, Math.max(0, Math.min(last, codePoint)));
        }

        private void report(Consumer<String> warnings) {
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
