package io.github.bert4j.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, with models whose answers are known. Skipped where there is no Chromium. */
@Timeout(300)
class PageTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ServerOptions ANY_PORT = ServerOptions.DEFAULTS.withPort(0);
    private static final String ANSWERED = "!document.getElementById('answer').hidden";
    private static final String REFUSED = "!document.getElementById('problem').hidden";
    private static final String READY = "document.getElementById('ask') && !document.getElementById('ask').disabled";
    private static final int ENTER = 13;
    private static final int TAB = 9;
    private static final int CTRL = 2;

    @TempDir
    private static Path folder;

    private static Chromium browser;

    /** A model that always answers the same. */
    private record Canned(QuestionFields fields, String json) implements ServedModel {
        @Override
        public String task() {
            return "canned";
        }

        @Override
        public List<?> answer(List<Question> questions) {
            try {
                JsonNode answer = JSON.readTree(json);
                return questions.stream().map(question -> answer).toList();
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Optional<Path> program = Chromium.find();
        Assumptions.assumeTrue(
                program.isPresent(), "There is no Chromium on the PATH, nor does the variable CHROMIUM name one");
        browser = new Chromium(program.get(), folder);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void answersASentenceThatIsTypedByKeyboard() throws Exception {
        String answer =
                "{\"text\": \"很好\", \"label\": \"1\", \"probability\": 0.75, \"probabilities\": {\"0\": 0.25, \"1\": 0.75}}";
        try (Server server = start(QuestionFields.text(), answer)) {
            open(server);
            browser.type("很好");
            browser.press("Enter", ENTER, CTRL);
            browser.await(ANSWERED);
            assertEquals("1", text("#shown .label"));
            assertEquals(List.of("1", "0.7500", "0", "0.2500"), texts("#shown .bars span"));
            assertEquals(
                    0.75,
                    browser.evaluate("document.querySelector('meter').value").asDouble());
            assertEquals(List.of(), browser.problems);
        }
    }

    @Test
    void asksByTheButtonReachedByTab() throws Exception {
        try (Server server = start(QuestionFields.text(), "{\"text\": \"好\", \"entities\": []}")) {
            open(server);
            browser.type("好");
            browser.press("Tab", TAB, 0);
            browser.press("Enter", ENTER, 0);
            browser.await(ANSWERED);
            assertEquals("No entities.", text("#shown p:last-child"));
            assertEquals(List.of(), browser.problems);
        }
    }

    @Test
    void marksEntitiesInTheTextEvenWhereTheyOverlap() throws Exception {
        String answer = """
                {"text": "在<b>北京大学</b>读书", "entities": [
                  {"label": "LOC", "text": "北京", "start": 4, "end": 6},
                  {"label": "ORG", "text": "北京大学", "start": 4, "end": 8}]}
                """;
        try (Server server = start(QuestionFields.text(), answer)) {
            open(server);
            ask("在<b>北京大学</b>读书");
            assertEquals(List.of("北京LOC", "大学ORG"), texts("#shown mark"));
            assertEquals("在<b>北京LOC大学ORG</b>读书", text("#shown .text"));
            assertEquals(List.of(), browser.problems);
        }
    }

    @Test
    void showsTriplesAsATableAndInTheText() throws Exception {
        String answer = """
                {"text": "《晚潮》是林乔安执导的", "spo_list": [{"subject": "晚潮", "predicate": "导演", "object": "林乔安",
                  "subject_start": 1, "subject_end": 3, "object_start": 5, "object_end": 8}]}
                """;
        try (Server server = start(QuestionFields.text(), answer)) {
            open(server);
            ask("《晚潮》是林乔安执导的");
            assertEquals(List.of("晚潮", "导演", "林乔安"), texts("#shown td"));
            assertEquals(List.of("晚潮subject", "林乔安导演"), texts("#shown mark"));
            assertEquals(List.of(), browser.problems);
        }
    }

    @Test
    void asksForEveryFieldAndMarksTheAnswer() throws Exception {
        String answer = """
                {"text": "松涛电器由盈转亏", "question": "谁亏了", "answer": "松涛电器", "start": 0, "end": 4, "probability": 0.5}
                """;
        try (Server server = start(QuestionFields.textAnd("question"), answer)) {
            open(server);
            assertEquals(List.of("Question", "Text"), texts("#fields label"));
            browser.type("谁亏了");
            browser.press("Enter", ENTER, 0);
            browser.await(REFUSED);
            assertTrue(text("#problem").contains("“Text”"), text("#problem"));
            browser.type("松涛电器由盈转亏");
            browser.press("Enter", ENTER, CTRL);
            browser.await(ANSWERED);
            assertEquals(List.of("松涛电器"), texts("#shown mark"));
            assertEquals(List.of(), browser.problems);
        }
    }

    @Test
    void saysWhatIsWrongInsteadOfAnAnswer() throws Exception {
        Server server = start(QuestionFields.text(), "{}");
        try (server) {
            open(server);
            browser.type("a".repeat(10_001));
            browser.press("Enter", ENTER, CTRL);
            browser.await(REFUSED);
            assertTrue(text("#problem").startsWith("\"text\" is too long."), text("#problem"));
        }
        browser.press("Enter", ENTER, CTRL);
        browser.await("document.getElementById('problem').textContent.includes('cannot be reached')");
    }

    @Test
    void fitsOntoAPhone() throws Exception {
        String answer = "{\"text\": \"好\", \"labels\": [\"" + "long".repeat(30) + "\"], \"probabilities\": {\""
                + "long".repeat(30) + "\": 0.9, \"b\": 0.1}}";
        try (Server server = start(QuestionFields.textOrPair(), answer)) {
            browser.size(360, 740);
            open(server);
            ask("好".repeat(300) + "x".repeat(300));
            assertEquals(
                    360,
                    browser.evaluate("document.documentElement.scrollWidth").asInt());
            assertEquals(List.of(), browser.problems);
        } finally {
            browser.size(1000, 800);
        }
    }

    private static Server start(QuestionFields fields, String answer) throws IOException {
        return Server.start(new Canned(fields, answer), ANY_PORT);
    }

    private static void open(Server server) throws InterruptedException {
        browser.open(server.uri());
        browser.await(READY);
    }

    private static void ask(String text) throws InterruptedException {
        browser.type(text);
        browser.press("Enter", ENTER, CTRL);
        browser.await(ANSWERED);
    }

    private static String text(String selector) {
        return browser.evaluate("document.querySelector('%s').textContent".formatted(selector))
                .asText();
    }

    private static List<String> texts(String selector) {
        JsonNode found = browser.evaluate(
                "[...document.querySelectorAll('%s')].map(one => one.textContent)".formatted(selector));
        return JSON.convertValue(found, JSON.getTypeFactory().constructCollectionType(List.class, String.class));
    }
}
