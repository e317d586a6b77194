package io.github.bert4j.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.event.Event;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.Subject;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.ops.Threads;
import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.Thresholds;
import io.github.bert4j.relation.Triple;
import io.github.bert4j.ring.Workers;
import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.task.Tuning;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
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
import org.junit.jupiter.params.provider.EnumSource;

/** What two executors train and answer, beside the library in one process, for every recipe. */
class RecipesTest {
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

    /** Without dropout, as one process draws other masks. */
    @ParameterizedTest
    @EnumSource
    void trainsAsOneProcessWithTheWholeBatch(Recipe recipe) throws Exception {
        Path checkpoint = TestData.tinyBertWithoutDropout(folder);
        Path work = Files.createTempDirectory(folder, "work");
        List<TrainingJob.Trained> reports = new ArrayList<>();
        BertEstimator.of(recipe, checkpoint.toString(), work.toString())
                .setWorkers(WORKERS)
                .setBatchSize(BATCH)
                .setMaxLength(OPTIONS.maxLength())
                .setLearningRate(OPTIONS.learningRate())
                .setSeed(OPTIONS.seed())
                .setEpochs(EPOCHS)
                .fit(rows(recipe), reports::addAll);
        Map<String, float[]> weights = BundleWeights.in(work);

        Path alone = folder.resolve("alone-" + recipe);
        double loss = train(recipe, checkpoint, OPTIONS, alone);
        Path ring = folder.resolve("ring-" + recipe);
        Workers.inProcess(
                WORKERS, worker -> train(recipe, checkpoint, OPTIONS.withTuning(sharing(worker)), rank(ring, worker)));

        for (TrainingJob.Trained report : reports) {
            assertEquals(loss, report.loss(), 1e-5);
        }
        assertEquals(WORKERS, reports.size());
        assertTrue(BundleWeights.distance(BundleWeights.of(alone), weights) < 1e-5);
        assertEquals(0, BundleWeights.distance(BundleWeights.of(Path.of(ring + "0")), weights));
    }

    /** Spark brings another version of Jackson than the command line has, so not even the order of fields goes by itself. */
    @Test
    void findsTheRelationsThatOneProcessFinds() throws IOException {
        Path bundle = folder.resolve("relation");
        List<String> texts =
                new ArrayList<>(relations().stream().map(AnnotatedText::text).toList());
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
        int answers = rows.size();
        rows.add(RowFactory.create("高管变动", null));
        rows.add(RowFactory.create("高管变动", " "));
        rows.add(RowFactory.create(null, "柏舟航运"));
        rows.add(RowFactory.create("", "柏舟航运"));
        int blank = rows.size();
        rows.add(RowFactory.create("{", "柏舟航运"));
        Path bundle = folder.resolve("event");
        List<Optional<Subject>> expected;
        try (SubjectExtractor extractor = eventExtractor(bundle)) {
            expected = rows.subList(0, answers).stream()
                    .map(row -> extractor.predict(
                            new Event(row.getString(1), row.getString(0).replace('\t', ' '))))
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
                            quoted(rows.get(i).getString(0).replace('\t', ' ')),
                            subject(expected.get(i)));
            assertEquals(withoutProbability(answer), withoutProbability(json));
            assertEquals(probability(answer), probability(json), 1e-5);
            assertNull(answered.get(i).getAs("error"));
        }
        for (int i = answers; i < blank; i++) {
            assertEquals("blank", answered.get(i).getAs("error"));
        }
        assertTrue(answered.get(blank).<String>getAs("error").startsWith("this is not JSON"), answered::toString);
    }

    @Test
    void aLineThatAsksNothingSaysSo() throws IOException {
        Path bundle = folder.resolve("event-lines");
        eventExtractor(bundle).close();

        List<Row> answered = BertTransformer.load(bundle.toString())
                .transform(texts(List.of("高管变动\t柏舟航运", "柏舟航运")))
                .collectAsList();

        assertNull(answered.get(0).getAs("error"));
        assertEquals(
                "expected a type, a TAB and a text, or a JSON object",
                answered.get(1).getAs("error"));
    }

    @Test
    void refusesTriplesThatLackAName() throws IOException {
        List<Row> rows = List.of(RowFactory.create("晚潮", List.of(RowFactory.create("导演", "晚潮", null))));
        StructType schema =
                new StructType().add("text", DataTypes.StringType).add("spo_list", new ArrayType(TRIPLE, true));

        assertRefused(spark.createDataFrame(rows, schema), "expected subject, predicate and object");
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

        assertRefused(spark.createDataFrame(List.of(), schema), "arrays of structs of the strings");
    }

    private static void assertRefused(Dataset<Row> rows, String reason) throws IOException {
        BertEstimator estimator = BertEstimator.of(
                Recipe.RELATION,
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
    private static double train(Recipe recipe, Path checkpoint, TrainingOptions options, Path bundle)
            throws IOException {
        return switch (recipe) {
            case SENTIMENT -> train(SentimentClassifier.fromCheckpoint(checkpoint, options), reviews(), bundle);
            case RELATION ->
                train(RelationExtractor.fromCheckpoint(checkpoint, List.of("作品", "导演"), options), relations(), bundle);
            case EVENT -> train(SubjectExtractor.fromCheckpoint(checkpoint, options), events(), bundle);
        };
    }

    private static <S> double train(Trainable<S> model, List<S> rows, Path bundle) throws IOException {
        try (model) {
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

    private static List<Review> reviews() {
        return numbered().stream()
                .map(text -> new Review(text.charAt(1) % 2, text))
                .toList();
    }

    private static List<AnnotatedText> relations() {
        return numbered().stream()
                .map(text -> new AnnotatedText(
                        text + "《晚潮》是林乔安导演的", List.of(new Triple("晚潮", "导演", "林乔安"), new Triple("林乔安", "作品", "晚潮"))))
                .toList();
    }

    private static List<LabelledEvent> events() {
        return numbered().stream()
                .map(text -> LabelledEvent.of(text + "柏舟航运", text.charAt(1) % 3 == 0 ? "高管变动" : "资产重组", "柏舟航运"))
                .toList();
    }

    /** The same as Spark has them, in another order. */
    private static Dataset<Row> rows(Recipe recipe) {
        StructType schema = new StructType().add("text", DataTypes.StringType);
        List<Row> rows = switch (recipe) {
            case SENTIMENT ->
                reviews().stream()
                        .map(review -> RowFactory.create(review.text(), review.label()))
                        .collect(Collectors.toCollection(ArrayList::new));
            case RELATION ->
                relations().stream()
                        .map(text -> RowFactory.create(
                                text.text(),
                                text.triples().stream()
                                        .map(triple -> RowFactory.create(
                                                triple.predicate(), triple.subject(), triple.object()))
                                        .toList()))
                        .collect(Collectors.toCollection(ArrayList::new));
            case EVENT ->
                events().stream()
                        .map(row -> RowFactory.create(
                                row.event().text(), row.entity(), row.event().type()))
                        .collect(Collectors.toCollection(ArrayList::new));
        };
        Collections.reverse(rows);
        return spark.createDataFrame(
                        rows,
                        switch (recipe) {
                            case SENTIMENT -> schema.add("label", DataTypes.IntegerType);
                            case RELATION -> schema.add("spo_list", new ArrayType(TRIPLE, true));
                            case EVENT ->
                                schema.add("entity", DataTypes.StringType).add("type", DataTypes.StringType);
                        })
                .repartition(3);
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
