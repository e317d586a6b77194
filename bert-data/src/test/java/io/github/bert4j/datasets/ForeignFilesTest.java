package io.github.bert4j.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.classification.ClassificationTask;
import io.github.bert4j.entity.EntityTask;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.task.TaskOption;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as people have them: exports of other programs, other spellings, and what is none of these. */
class ForeignFilesTest {
    /** What no message may hold: they are for people who do not know what the library is made of. */
    private static final Pattern INTERNAL =
            Pattern.compile("java\\.|Jackson|JsonToken|creator|Deserializ|Exception|`|should not happen|REDACTED");

    private static final String EXAMPLE =
            "{\"text\":\"王明在北京\",\"entities\":[],\"label\":\"1\",\"spo_list\":[],\"context\":\"王明\",\"question\":\"谁\",\"answers\":[\"王明\"],\"second\":\"好\",\"score\":1,\"type\":\"x\",\"entity\":\"王明\"}";

    @TempDir
    private Path folder;

    private final List<String> log = new ArrayList<>();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "entity | a.jsonl | {\"text\":\"王明在北京\",\"label\":[[0,2,\"PER\"],[3,5,\"LOC\"]]} | 王明 PER, 北京 LOC",
                "entity | a.jsonl | {\"text\":\"𠮷王明\",\"label\":{\"PER\":{\"王明\":[[1,2]]}}} | 王明 PER",
                "entity | a.jsonl | {\"text\":\"𠮷王明\",\"entities\":[{\"id\":1,\"label\":\"PER\",\"start_offset\":1,\"end_offset\":3}]} | 王明 PER",
                "entity | a.json | [{\"text\":\"王明\",\"entities\":[{\"start\":0,\"end\":2,\"label\":\"PER\"}]}] | 王明 PER",
                "entity | a.json | [{\"data\":{\"text\":\"王明在\"},\"annotations\":[{\"result\":[{\"value\":{\"start\":0,\"end\":2,\"text\":\"王明\",\"labels\":[\"PER\"]}}]}]}] | 王明 PER",
                "entity | a.json | [{\"text\":\"王明在\",\"label\":[{\"start\":0,\"end\":2,\"text\":\"王明\",\"labels\":[\"PER\"]}]}] | 王明 PER",
                "entity | a.txt | 王 B_PER;明 I_PER | 王明 PER",
                "entity | a.txt | 王 PER-B;明 PER-I | 王明 PER",
                "sentiment | a.csv | label,review;1,\"很好, 真的\";0,很差 | LabelledReview[label=1, text=很好, 真的]",
                "sentiment | a.jsonl | {\"label\":\"1\",\"sentence\":\"很好\"} | LabelledReview[label=1, text=很好]",
                "classification | a.csv | 标签,内容;体育,球队赢了;财经,股价涨了 | labels=[体育]",
                "classification | a.json | {\"label\":\"102\",\"label_desc\":\"news\",\"sentence\":\"球队赢了\",\"keywords\":\"\"} | labels=[102]",
                "classification | a.json | {\"sentence1\":\"一\",\"sentence2\":\"二\",\"label\":\"0\"} | second=Optional[二]",
                "classification | a.jsonl | {\"text\":\"球队赢了\",\"label\":[\"体育\"]} | labels=[体育]",
                "similarity | a.json | {\"sentence1\":\"一\",\"sentence2\":\"二\",\"label\":\"1\"} | score=1.0, first=一, second=二",
                "similarity | a.csv | sentence1,sentence2,score;一,二,0.5 | score=0.5, first=一, second=二",
                "relation | a.json | {\"text\":\"晚潮由林乔安作\",\"spo_list\":[{\"predicate\":\"作者\",\"subject\":\"晚潮\",\"object\":{\"@value\":\"林乔安\"},\"object_type\":{\"@value\":\"人物\"}}]} | object=林乔安",
                "relation | a.json | [{\"text\":\"晚潮由林乔安作\",\"spo_list\":[]}] | triples=[]",
                "answer | a.jsonl | {\"id\":\"1\",\"context\":\"八点开门\",\"question\":\"几点\",\"answers\":{\"text\":[\"八点\"],\"answer_start\":[0]}} | text=八点, start=OptionalInt[0]",
                "answer | a.json | {\"data\":[{\"paragraphs\":[{\"context\":\"八点开门\",\"qas\":[{\"id\":\"1\",\"question\":\"几点\",\"answers\":[{\"text\":\"八点\"}]}]}]}]} | text=八点, start=OptionalInt[0]",
                "event | a.jsonl | {\"id\":1,\"text\":\"甲涨停\",\"type\":\"涨停\",\"entity\":\"甲\"} | entity=甲",
            })
    void readsFilesOfOtherPrograms(String task, String name, String content, String expected) throws IOException {
        List<?> samples = read(type(task), Files.writeString(folder.resolve(name), content.replace(';', '\n')));
        String found = samples.toString();
        if (task.equals("entity")) {
            found = ((LabelledText) samples.get(0))
                    .entities().stream()
                            .map(entity -> entity.text() + " " + entity.label())
                            .collect(Collectors.joining(", "));
            assertEquals(expected, found);
        }
        assertTrue(found.contains(expected), found);
    }

    @Test
    void putsBlanksBetweenEnglishWords() throws IOException {
        Path file = Files.writeString(folder.resolve("a.txt"), "New B-LOC\nYork I-LOC\nis O\nbig O\n");
        var text = EntityFiles.read(List.of(file), EntityTask.Spacing.BLANKS, warning -> {})
                .get(0);
        assertEquals("New York is big", text.text());
        assertEquals("New York", text.entities().get(0).text());
        assertEquals(
                "NewYorkisbig",
                EntityFiles.read(List.of(file), warning -> {}).get(0).text());
    }

    /** What is none of a task's formats is refused in words that its writer knows, with the file in front. */
    @ParameterizedTest
    @MethodSource("tasksAndRubbish")
    void refusesWhatIsNoneOfTheseInPlainWords(String task, String name, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(name), content);
        String message =
                assertThrows(IOException.class, () -> read(type(task), file)).getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        assertFalse(INTERNAL.matcher(message).find(), message);
        log.forEach(line -> assertFalse(INTERNAL.matcher(line).find(), line));
    }

    static Stream<Arguments> tasksAndRubbish() {
        return TaskType.all().stream()
                .flatMap(type -> Stream.of(
                                "{\"text\":null}",
                                "{\"text\":[1],\"entities\":{},\"spo_list\":3,\"label\":{\"a\":1},\"score\":\"x\"}",
                                "{\"text\":\"王明\"",
                                "[1, 2]",
                                "[{\"text\":\"王明\"}",
                                "{\"data\":3}",
                                "[]",
                                "",
                                "\n\n",
                                "就是一行文字",
                                "一行\r又一行\r再一行")
                        .map(content -> Arguments.of(type.name(), "a.json", content)));
    }

    /** A fault in a line of JSON is one line less, as in other files, unless most lines have one. */
    @ParameterizedTest
    @MethodSource("jsonTasks")
    void countsFaultyLinesAndReadsTheOthers(String task) throws IOException {
        String good = EXAMPLE;
        Path file = Files.writeString(
                folder.resolve("a.jsonl"),
                good + "\n{\"text\":\n" + good + "\n{\"text\":5.5,\"label\":[]}\n" + good + "\n");
        assertEquals(3, read(type(task), file).size());
        assertTrue(log.stream().anyMatch(line -> line.contains("left out") && line.contains("line 2")), log.toString());
        Path worse = Files.writeString(folder.resolve("b.jsonl"), good + "\n{}\n{}\n");
        String message =
                assertThrows(IOException.class, () -> read(type(task), worse)).getMessage();
        assertTrue(message.contains("2 of 3 lines") && message.contains("line 2"), message);
    }

    static Stream<String> jsonTasks() {
        return TaskType.all().stream().map(TaskType::name);
    }

    @Test
    void saysHowManySamplesAndLabelsThereAreAndWhatIsOdd() throws IOException {
        Path good = Files.writeString(folder.resolve("good.tsv"), "体育\t一\n财经\t二\n".repeat(5) + "其他\t三\n");
        DataReport.read(type("classification"), List.of(good), TaskOptions.NONE, log::add);
        assertEquals(
                List.of(good + ": 11 samples; 体育 5, 财经 5, 其他 1", good + ": seen once, of which little is learned: 其他"),
                log);
        log.clear();
        Path swapped = Files.writeString(
                folder.resolve("swapped.tsv"), "甲\t体育\n乙\t财经\n丙\t体育\n丁\t财经\n戊\t体育\n己\t财经\n庚\t体育\n辛\t财经\n");
        DataReport.read(type("classification"), List.of(swapped), TaskOptions.NONE, log::add);
        assertTrue(log.get(log.size() - 1).contains("are the columns swapped"), log.toString());
        log.clear();
        Path header = Files.writeString(folder.resolve("header.tsv"), "label\ttext\n体育\t一\n财经\t二\n");
        DataReport.read(type("classification"), List.of(header), TaskOptions.NONE, log::add);
        assertTrue(log.get(0).contains("looks like a header"), log.toString());
        log.clear();
        Path wide = Files.writeString(folder.resolve("wide.tsv"), "体育，财经\t一\n财经\t二\n");
        DataReport.read(
                type("classification"),
                List.of(wide),
                TaskOptions.NONE.with(ClassificationTask.MULTI_LABEL, true),
                log::add);
        assertTrue(log.get(0).contains("full-width commas"), log.toString());
    }

    private static TaskType<?, ?, ?> type(String task) {
        return TaskType.all().stream()
                .filter(type -> type.name().equals(task))
                .findFirst()
                .orElseThrow();
    }

    private <S> List<S> read(TaskType<S, ?, ?> type, Path file) throws IOException {
        TaskOptions chosen = TaskOptions.NONE;
        for (TaskOption<?> option : type.options()) {
            chosen = with(chosen, option);
        }
        return DataReport.read(type, List.of(file), chosen, log::add);
    }

    private static <T> TaskOptions with(TaskOptions chosen, TaskOption<T> option) {
        return option.value().map(value -> chosen.with(option, value)).orElse(chosen);
    }
}
