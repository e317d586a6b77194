package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.datasets.FieldsFiles;
import io.github.bert4j.event.Event;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.Subject;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.Thresholds;
import io.github.bert4j.relation.Triple;
import io.github.bert4j.ring.Workers;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainedTask;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
import io.github.bert4j.testdata.RandomTexts;
import io.github.bert4j.train.AllReduce;
import io.github.bert4j.train.DataParallel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What two executors train and answer, beside the library in one process, for every task. */
class TasksTest {
    private static final int WORKERS = 2;
    private static final int BATCH = 4;
    private static final int EPOCHS = 4;
    private static final TrainingOptions OPTIONS = TrainingOptions.of(40, WORKERS * BATCH, 1e-3);
    private static final StructType TRIPLE = new StructType()
            .add("predicate", DataTypes.StringType)
            .add("subject", DataTypes.StringType)
            .add("object", DataTypes.StringType);

    @TempDir
    static Path folder;

    private static SparkSession spark;
    private static int threads;

    @BeforeAll
    static void start() {
        threads = Threads.inUse();
        Threads.use(1); // as the executors do
        spark = LocalCluster.start();
    }

    @AfterAll
    static void stop() {
        Threads.use(threads);
        if (spark != null) {
            spark.stop();
        }
    }

    /** The fields of a record of each task, from a text of a number and a few characters. */
    private static final Map<String, Function<String, String>> FIELDS = Map.of(
            "sentiment", text -> "{\"text\": \"%s\", \"label\": %d}".formatted(text, odd(text)),
            "relation",
                    text -> ("{\"text\": \"%s《晚潮》是林乔安导演的\", \"spo_list\": ["
                                    + "{\"predicate\": \"导演\", \"subject\": \"晚潮\", \"object\": \"林乔安\"},"
                                    + "{\"predicate\": \"作品\", \"subject\": \"林乔安\", \"object\": \"晚潮\"}]}")
                            .formatted(text),
            "event",
                    text -> "{\"text\": \"%s柏舟航运\", \"type\": \"%s\", \"entity\": \"柏舟航运\"}"
                            .formatted(text, odd(text) == 1 ? "高管变动" : "资产重组"),
            "entity",
                    text -> "{\"text\": \"%s林乔安\", \"entities\": [{\"start\": %d, \"end\": %d, \"label\": \"PER\"}]}"
                            .formatted(text, text.length(), text.length() + 3),
            "classification",
                    text -> "{\"text\": \"%s\", \"label\": \"%s\"}".formatted(text, odd(text) == 1 ? "单" : "双"),
            "similarity",
                    text -> "{\"text\": \"%s\", \"second\": \"%s的\", \"score\": %d}".formatted(text, text, odd(text)),
            "reranking",
                    text -> "{\"text\": \"%s\", \"second\": \"%s的\", \"score\": %d}".formatted(text, text, odd(text)),
            "answer",
                    text -> ("{\"text\": \"%s柏舟航运\", \"question\": \"谁？\", \"answers\": ["
                                    + "{\"text\": \"柏舟航运\", \"start\": %d}]}")
                            .formatted(text, text.length()),
            "joint",
                    text -> ("{\"text\": \"%s林乔安\", \"label\": \"%s\", \"entities\": ["
                                    + "{\"start\": %d, \"end\": %d, \"label\": \"PER\"}]}")
                            .formatted(text, odd(text) == 1 ? "单" : "双", text.length(), text.length() + 3));

    static Stream<TaskType<?, ?, ?>> tasks() {
        return TaskType.all().stream();
    }

    /** Without dropout, as one process draws other masks. */
    @ParameterizedTest
    @MethodSource("tasks")
    void trainsAsOneProcessWithTheWholeBatch(TaskType<?, ?, ?> task) throws Exception {
        Path checkpoint = TestData.tinyBertWithoutDropout(folder);
        Path work = Files.createTempDirectory(folder, "work");
        List<TrainingJob.Trained> reports = new ArrayList<>();
        BertTransformer trained = BertEstimator.of(task, checkpoint.toString(), work.toString())
                .setWorkers(WORKERS)
                .setBatchSize(BATCH)
                .setMaxLength(OPTIONS.maxLength())
                .setLearningRate(OPTIONS.learningRate())
                .setSeed(OPTIONS.seed())
                .setEpochs(EPOCHS)
                .fit(rows(task.name()), reports::addAll);
        Map<String, float[]> weights = BundleWeights.in(work);

        Path ring = folder.resolve("ring-" + task.name());
        Workers.inProcess(
                WORKERS, worker -> train(task, checkpoint, OPTIONS.withTuning(sharing(worker)), rank(ring, worker)));
        assertEquals(0, BundleWeights.distance(BundleWeights.of(Path.of(ring + "0")), weights));
        assertEquals(WORKERS, reports.size());
        // That loss compares the pairs of a batch with one another: each worker, those of its share.
        if (!task.name().equals("similarity")) {
            Path alone = folder.resolve("alone-" + task.name());
            double loss = train(task, checkpoint, OPTIONS, alone);
            for (TrainingJob.Trained report : reports) {
                assertEquals(loss, report.loss(), 1e-5);
            }
            // Where a softmax over positions follows BERT, its last beta has no gradient but what rounding leaves of
            // it, which
            // Adam takes full steps by.
            double most = Set.of("event", "answer").contains(task.name()) ? 5e-5 : 1e-6;
            assertTrue(BundleWeights.distance(BundleWeights.of(alone), weights) < most);
        }
        Dataset<Row> answered = trained.transform(rows(task.name()));
        assertEquals(0, answered.filter("error is not null").count(), () -> answered.showString(20, 200, true));
    }

    /** Spark brings another version of Jackson than the command line has, so not even the order of fields goes by itself. */
    @Test
    void findsTheRelationsThatOneProcessFinds() throws IOException {
        Path bundle = folder.resolve("relation");
        List<String> texts = new ArrayList<>(
                relations().stream().map(LabelledRelations::text).toList());
        texts.add("《晚潮》是林乔安导演的".repeat(20));
        texts.add("制表符\t换行\n\"引号\" 😀 { 晚潮》是林乔安导演的");
        texts.add(null);
        texts.add(" \t ");
        List<String> expected = new ArrayList<>();
        try (RelationExtractor extractor = RelationExtractor.fromCheckpoint(
                TestData.tinyBert(folder),
                List.of("作品", "导演"),
                new Thresholds(0.05, 0.05),
                OPTIONS.withLearningRate(5e-3))) {
            extractor.fit(relations(), 30);
            extractor.save(bundle);
            for (String text : texts) {
                expected.add(
                        text == null || text.isBlank()
                                ? "{\"text\":\"\",\"error\":\"blank\"}"
                                : "{\"text\":%s,\"spo_list\":[%s]}".formatted(quoted(text), triples(extractor, text)));
            }
        }
        assertTrue(
                expected.stream().filter(answer -> answer.contains("subject")).count() > 10, expected::toString);

        List<Row> answered =
                BertTransformer.load(bundle.toString()).transform(texts(texts)).collectAsList();

        for (int i = 0; i < texts.size(); i++) {
            assertEquals(expected.get(i), answered.get(i).getAs("answer"));
            assertEquals(i < texts.size() - 2 ? null : "blank", answered.get(i).getAs("error"));
        }
    }

    @Test
    void findsTheSubjectsThatOneProcessFindsByTypesInAColumn() throws IOException {
        List<Row> rows = new ArrayList<>();
        events().forEach(row -> rows.add(
                RowFactory.create(row.event().type(), row.event().text().replace("柏舟", "北溪"))));
        rows.add(RowFactory.create("高管变动", "好".repeat(200) + "柏舟航运"));
        rows.add(RowFactory.create("其他", "柏舟航运没有事"));
        rows.add(RowFactory.create("不认识", "柏舟航运"));
        rows.add(RowFactory.create("高管\t变动", "柏舟航运\t上市"));
        rows.add(RowFactory.create("高管变动", "{\"柏舟航运\":\t1}"));
        rows.add(RowFactory.create("{", "{\"text\":\"abc\",\"id\":7}柏舟航运"));
        int answers = rows.size();
        rows.add(RowFactory.create("高管变动", null));
        rows.add(RowFactory.create("高管变动", " "));
        rows.add(RowFactory.create(null, "柏舟航运"));
        rows.add(RowFactory.create("", "柏舟航运"));
        int blank = rows.size();
        Path bundle = folder.resolve("event");
        List<Optional<Subject>> expected;
        try (SubjectExtractor extractor = eventExtractor(bundle)) {
            expected = rows.subList(0, answers).stream()
                    .map(row -> extractor.predict(new Event(row.getString(1), row.getString(0))))
                    .toList();
        }
        assertTrue(expected.stream().filter(Optional::isPresent).count() > 10, expected::toString);

        List<Row> answered = BertTransformer.load(bundle.toString())
                .setInputCol("headline")
                .setAskedCol("kind")
                .setRowsTogether(7)
                .transform(spark.createDataFrame(
                                rows,
                                new StructType()
                                        .add("kind", DataTypes.StringType)
                                        .add("headline", DataTypes.StringType))
                        .coalesce(1))
                .collectAsList();

        for (int i = 0; i < answers; i++) {
            String json = answered.get(i).getAs("answer");
            String answer = "{\"text\":%s,\"type\":%s,%s}"
                    .formatted(
                            quoted(rows.get(i).getString(1)),
                            quoted(rows.get(i).getString(0)),
                            subject(expected.get(i)));
            assertEquals(withoutProbability(answer), withoutProbability(json));
            assertEquals(probability(answer), probability(json), 1e-5);
            assertNull(answered.get(i).getAs("error"));
        }
        for (int i = answers; i < blank; i++) {
            assertEquals("blank", answered.get(i).getAs("error"));
        }
        assertEquals(blank, answered.size());
    }

    @Test
    void aRowThatAsksNothingSaysSo() throws IOException {
        Path bundle = folder.resolve("event-lines");
        eventExtractor(bundle).close();

        List<Row> answered = BertTransformer.load(bundle.toString())
                .transform(texts(List.of("高管变动\t柏舟航运")))
                .collectAsList();

        assertEquals("expected a text and a type", answered.get(0).getAs("error"));
    }

    @Test
    void readsPairsFromTwoColumns() throws IOException {
        Path bundle = folder.resolve("pairs");
        train(TaskType.named("similarity"), TestData.tinyBert(folder), OPTIONS, bundle);
        List<Row> rows = List.of(RowFactory.create("好\t坏", "{\"text\":\"abc\"}"), RowFactory.create("好", null));
        Dataset<Row> pairs = spark.createDataFrame(
                        rows, new StructType().add("one", DataTypes.StringType).add("other", DataTypes.StringType))
                .coalesce(1);

        for (BertTransformer model : List.of(
                BertTransformer.load(bundle.toString()).setInputCol("one").setSecondCol("other"),
                BertTransformer.load(bundle.toString()).setAskedCol("one").setInputCol("other"))) {
            List<Row> answered = model.transform(pairs).collectAsList();
            assertTrue(answered.get(0)
                    .<String>getAs("answer")
                    .startsWith("{\"text\":\"好\\t坏\",\"second\":\"{\\\"text\\\":\\\"abc\\\"}\",\"similarity\":"));
            assertEquals("blank", answered.get(1).getAs("error"));
        }
    }

    /** The same as Java's, with offsets into the text that is in the row. */
    @Test
    void answersTenThousandRandomTextsAsJavaDoes() throws IOException {
        Path bundle = folder.resolve("random-texts");
        train(TaskType.named("entity"), TestData.tinyBert(folder), OPTIONS.withLearningRate(5e-3), bundle);
        List<String> texts = RandomTexts.of(11, 10_000);
        List<Answer> expected;
        try (TrainedTask<?> task = TrainedTask.load(bundle)) {
            expected = task.answer(texts.stream().map(Question::of).toList());
        }
        assertTrue(expected.stream()
                        .filter(answer -> answer.toString().contains("start"))
                        .count()
                > 1000);

        List<Row> answered =
                BertTransformer.load(bundle.toString()).transform(texts(texts)).collectAsList();

        for (int i = 0; i < texts.size(); i++) {
            assertEquals(texts.get(i), answered.get(i).getAs("text"));
            assertEquals(expected.get(i).toString(), answered.get(i).getAs("answer"));
            assertEquals(
                    texts.get(i).isBlank() ? "blank" : null, answered.get(i).getAs("error"));
        }
    }

    @Test
    void takesColumnsOfOtherNames() throws IOException {
        Dataset<Row> renamed = rows("event")
                .withColumnRenamed("text", "headline")
                .withColumnRenamed("type", "kind")
                .withColumnRenamed("entity", "subject");

        BertTransformer trained = BertEstimator.of(
                        TaskType.named("event"),
                        TestData.tinyBert(folder).toString(),
                        folder.resolve("renamed").toString())
                .setTextCol("headline")
                .setAskedCol("kind")
                .setLabelCol("subject")
                .setBatchSize(BATCH)
                .setEpochs(1)
                .fit(renamed);

        assertEquals(0, trained.transform(renamed).filter("error is not null").count());
    }

    @Test
    void learnsSeveralLabelsByAChoiceOfTheTask() throws IOException {
        List<Row> rows = List.of(
                RowFactory.create("好", List.of("甲", "乙")),
                RowFactory.create("坏", List.of()),
                RowFactory.create("中", List.of("乙")));
        Dataset<Row> labelled = spark.createDataFrame(
                rows,
                new StructType()
                        .add("text", DataTypes.StringType)
                        .add("topics", new ArrayType(DataTypes.StringType, true)));
        BertEstimator estimator = BertEstimator.of(
                        TaskType.named("classification"),
                        TestData.tinyBert(folder).toString(),
                        folder.resolve("labels").toString())
                .setLabelCol("topics")
                .setWorkers(1)
                .setEpochs(1)
                .setMaxLength(30);

        String several = estimator
                .copy(estimator.extractParamMap())
                .setChoices(List.of("multi-label=true"))
                .fit(labelled)
                .transform(labelled)
                .first()
                .getAs("answer");

        assertTrue(several.contains("\"probabilities\":{\"乙\""), several);
        assertTrue(assertThrows(
                        IllegalArgumentException.class,
                        () -> estimator.setChoices(List.of("labels=3")).fit(labelled))
                .getMessage()
                .contains("expected NAME=VALUE with one of the names [multi-label, few-shot]"));
    }

    @Test
    void refusesTriplesThatLackAName() throws IOException {
        List<Row> rows = List.of(RowFactory.create("晚潮", List.of(RowFactory.create("导演", "晚潮", null))));
        StructType schema =
                new StructType().add("text", DataTypes.StringType).add("spo_list", new ArrayType(TRIPLE, true));

        assertRefused(spark.createDataFrame(rows, schema), "\"spo_list[0].object\" is missing");
    }

    /** As newer contests' files have them. */
    @Test
    void refusesObjectsThatAreNoStrings() throws IOException {
        StructType triple = new StructType()
                .add("predicate", DataTypes.StringType)
                .add("subject", DataTypes.StringType)
                .add("object", new StructType().add("@value", DataTypes.StringType));
        StructType schema =
                new StructType().add("text", DataTypes.StringType).add("spo_list", new ArrayType(triple, true));

        assertRefused(
                spark.createDataFrame(List.of(), schema), "Expected a column \"spo_list\" of arrays of structs of");
    }

    private static void assertRefused(Dataset<Row> rows, String reason) throws IOException {
        BertEstimator estimator = BertEstimator.of(
                TaskType.named("relation"),
                TestData.tinyBert(folder).toString(),
                folder.resolve("refused").toString());

        String message = assertThrows(IllegalArgumentException.class, () -> estimator.fit(rows))
                .getMessage();

        assertTrue(message.contains(reason), message);
    }

    private static SubjectExtractor eventExtractor(Path bundle) throws IOException {
        SubjectExtractor extractor =
                SubjectExtractor.fromCheckpoint(TestData.tinyBert(folder), OPTIONS.withLearningRate(3e-3));
        extractor.fit(events(), 10);
        extractor.save(bundle);
        return extractor;
    }

    /** By the library alone; rows in the order of their texts, as all workers take them. */
    private static <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> double train(
            TaskType<S, H, M> task, Path checkpoint, TrainingOptions options, Path bundle) throws IOException {
        FieldsFiles<S> fields = new FieldsFiles<>(task);
        List<S> rows = numbered().stream()
                .map(FIELDS.get(task.name()))
                .map(fields::read)
                .toList();
        try (M model =
                task.fromCheckpoint(checkpoint, task.head(rows, TaskOptions.NONE, options, warning -> {}), options)) {
            var history = model.fit(rows, EPOCHS).epochs();
            model.save(bundle);
            return history.get(EPOCHS - 1).metrics().get("loss");
        }
    }

    private static Tuning sharing(AllReduce worker) {
        return Tuning.NONE.withTechniques(bert -> List.of(new DataParallel(worker)));
    }

    private static Path rank(Path bundle, AllReduce worker) {
        return Path.of(bundle.toString() + worker.rank());
    }

    /** Of lengths that differ, starting with their place in the order. */
    private static List<String> numbered() {
        return IntStream.range(10, 43)
                .mapToObj(i -> i + "好坏大小".substring(i % 4, i % 4 + 1).repeat(1 + i * 7 % 17))
                .toList();
    }

    private static List<LabelledRelations> relations() {
        return numbered().stream()
                .map(text -> new LabelledRelations(
                        text + "《晚潮》是林乔安导演的", List.of(new Triple("晚潮", "导演", "林乔安"), new Triple("林乔安", "作品", "晚潮"))))
                .toList();
    }

    private static List<LabelledEvent> events() {
        return numbered().stream()
                .map(text -> LabelledEvent.of(text + "柏舟航运", text.charAt(1) % 3 == 0 ? "高管变动" : "资产重组", "柏舟航运"))
                .toList();
    }

    private static int odd(String text) {
        return text.charAt(1) % 2;
    }

    /** The same as Spark has them, in another order. */
    private static Dataset<Row> rows(String task) {
        List<String> lines = numbered().stream().map(FIELDS.get(task)).collect(Collectors.toCollection(ArrayList::new));
        Collections.reverse(lines);
        return spark.read().json(spark.createDataset(lines, Encoders.STRING())).repartition(3);
    }

    private static Dataset<Row> texts(List<String> texts) {
        return spark.createDataFrame(
                        texts.stream().map(RowFactory::create).toList(),
                        new StructType().add("text", DataTypes.StringType))
                .coalesce(1);
    }

    private static String triples(RelationExtractor extractor, String text) {
        return extractor.predict(text).stream()
                .map(triple ->
                        "{\"subject\":%s,\"predicate\":%s,\"object\":%s,\"subject_start\":%d,\"subject_end\":%d,\"object_start\":%d,\"object_end\":%d}"
                                .formatted(
                                        quoted(triple.subject().text()),
                                        quoted(triple.predicate()),
                                        quoted(triple.object().text()),
                                        triple.subject().start(),
                                        triple.subject().end(),
                                        triple.object().start(),
                                        triple.object().end()))
                .collect(Collectors.joining(","));
    }

    private static String subject(Optional<Subject> subject) {
        return subject.map(found -> "\"entity\":%s,\"start\":%d,\"end\":%d,\"probability\":%s"
                        .formatted(quoted(found.entity()), found.start(), found.end(), found.probability()))
                .orElse("\"entity\":\"NaN\",\"start\":null,\"end\":null,\"probability\":null");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"").replace("\t", "\\t").replace("\n", "\\n") + '"';
    }

    private static String withoutProbability(String json) {
        return json.replaceAll("\"probability\":[^,}]*", "");
    }

    /** NaN where there is none. */
    private static double probability(String json) {
        String value = json.replaceAll(".*\"probability\":([^,}]*)}$", "$1");
        return value.equals("null") ? Double.NaN : Double.parseDouble(value);
    }
}
