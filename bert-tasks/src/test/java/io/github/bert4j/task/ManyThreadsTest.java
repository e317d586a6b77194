package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.TestData;
import io.github.bert4j.answer.AnswerExtractor;
import io.github.bert4j.answer.LabelledQuestion;
import io.github.bert4j.answer.PassageQuestion;
import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.classification.Labelling;
import io.github.bert4j.classification.TextClassifier;
import io.github.bert4j.entity.EntityHead;
import io.github.bert4j.entity.EntityRecognizer;
import io.github.bert4j.entity.LabelledText;
import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.joint.JointLabels;
import io.github.bert4j.joint.JointRecognizer;
import io.github.bert4j.joint.LabelledJointText;
import io.github.bert4j.pretraining.MaskedWordPredictor;
import io.github.bert4j.relation.LabelledRelations;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.Thresholds;
import io.github.bert4j.sentiment.LabelledReview;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.similarity.LabelledPair;
import io.github.bert4j.similarity.Pooling;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every task's model, asked, trained and closed by many threads. */
class ManyThreadsTest {
    private static final int THREADS = 4;
    private static final int ASKED = 24;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @TempDir
    private static Path folder;

    /** A model as this test sees it: what it says about the i-th text, and a short training. */
    private record Model(Asked asked, Training training, AutoCloseable resource) {
        static <S, T> Model of(
                TaskModel<S, ?, ?> model, List<S> data, Function<S, T> text, Function<T, Object> answer) {
            List<S> some = data.subList(0, ASKED);
            return new Model(
                    i -> answer.apply(text.apply(some.get(i))), callbacks -> model.fit(some, 1, callbacks), model);
        }
    }

    @FunctionalInterface
    private interface Asked {
        Object answer(int text);
    }

    @FunctionalInterface
    private interface Training {
        void fit(Callback... callbacks);
    }

    @FunctionalInterface
    private interface Source {
        Model open() throws IOException;
    }

    private enum Task {
        SENTIMENT(() -> {
            List<LabelledReview> data = TestData.reviews("train.tsv");
            var model = SentimentClassifier.fromCheckpoint(
                    checkpoint(data, LabelledReview::text), SentimentClassifier.DEFAULTS.withMaxLength(60));
            return Model.of(model, data, LabelledReview::text, model::predict);
        }),
        CLASSIFICATION(() -> {
            List<LabelledInput> data = TestData.classified("train.tsv");
            var model = TextClassifier.fromCheckpoint(
                    checkpoint(data, text -> text.input().text()),
                    TextClassifier.labels(data),
                    Labelling.MULTI_CLASS,
                    TextClassifier.DEFAULTS.withMaxLength(60));
            return Model.of(model, data, text -> text.input().text(), model::predict);
        }),
        SIMILARITY(() -> {
            List<LabelledPair> data = TestData.pairs("train.tsv");
            var model = SentenceEncoder.fromCheckpoint(
                    checkpoint(data, LabelledPair::first), Pooling.MEAN, SentenceEncoder.DEFAULTS.withMaxLength(60));
            return Model.of(model, data, LabelledPair::first, text -> FloatBuffer.wrap(model.encode(text)));
        }),
        ENTITY(() -> entities(EntityHead.CRF)),
        POINTED_ENTITY(() -> entities(EntityHead.GLOBAL_POINTER)),
        RELATION(() -> {
            List<LabelledRelations> data = TestData.relations("train.jsonl");
            var model = RelationExtractor.fromCheckpoint(
                    checkpoint(data, LabelledRelations::text),
                    List.of("丈夫", "作者", "导演"),
                    new Thresholds(0.5, 0.5),
                    RelationExtractor.DEFAULTS.withMaxLength(60));
            return Model.of(model, data, LabelledRelations::text, model::predict);
        }),
        JOINT(() -> {
            List<LabelledJointText> data = TestData.commands("train.jsonl");
            var model = JointRecognizer.fromCheckpoint(
                    checkpoint(data, text -> text.labelled().text()), JointLabels.of(data), JointRecognizer.DEFAULTS);
            return Model.of(model, data, text -> text.labelled().text(), model::predict);
        }),
        EVENT(() -> {
            List<LabelledEvent> data = TestData.events("train.csv");
            var model = SubjectExtractor.fromCheckpoint(
                    checkpoint(data, row -> row.event().text()), SubjectExtractor.DEFAULTS.withMaxLength(90));
            model.fit(data.subList(0, ASKED), 1);
            return Model.of(model, data, LabelledEvent::event, model::predict);
        }),
        ANSWER(() -> {
            List<LabelledQuestion> data = TestData.questions("train.json");
            var model = AnswerExtractor.fromCheckpoint(
                    checkpoint(data, row -> row.question().passage()), AnswerExtractor.DEFAULTS.withMaxLength(90));
            model.fit(data.subList(0, ASKED), 1);
            return Model.of(
                    model, data, LabelledQuestion::question, (PassageQuestion question) -> model.predict(question));
        });

        private final Source source;

        Task(Source source) {
            this.source = source;
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @EnumSource
    void answersManyThreadsAsOne(Task task) throws Exception {
        Model model = task.source.open();
        try (AutoCloseable resource = model.resource()) {
            List<Object> alone = answers(model.asked(), 0);
            List<Future<List<Object>>> together = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int first = i * ASKED / THREADS;
                together.add(threads.submit(() -> answers(model.asked(), first)));
            }
            for (Future<List<Object>> answers : together) {
                assertEquals(alone, answers.get(), resource::toString);
            }
            assertTrue(alone.stream().distinct().count() > 1, "all answers are the same: " + alone.get(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void answersWhileItIsTrainedByOneThreadAtATime(Task task) throws Exception {
        Model model = task.source.open();
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch asked = new CountDownLatch(2);
        try (AutoCloseable resource = model.resource()) {
            List<Future<?>> asking = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                asking.add(threads.submit(() -> {
                    for (int text = 0; !done.get(); text++) {
                        model.asked().answer(text % ASKED);
                        asked.countDown();
                    }
                }));
            }
            assertTrue(asked.await(60, TimeUnit.SECONDS), resource::toString);
            Callback second = Callback.onStepEnd(step -> {
                Future<String> other = threads.submit(() -> assertThrows(
                                IllegalStateException.class,
                                () -> model.training().fit())
                        .getMessage());
                assertEquals(
                        "Another thread is training these weights: wait until it is done, or stop it by a callback",
                        assertReady(other));
            });
            try {
                model.training().fit(second);
            } finally {
                done.set(true);
            }
            for (Future<?> thread : asking) {
                thread.get();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsCallsWithAMessageWhenClosed(Task task) throws Exception {
        Model model = task.source.open();
        List<Object> expected = answers(model.asked(), 0);
        CountDownLatch started = new CountDownLatch(THREADS * 3);
        List<Future<String>> ends = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int first = i;
            ends.add(threads.submit(() -> {
                for (int text = first; ; text++) {
                    try {
                        assertEquals(expected.get(text % ASKED), model.asked().answer(text % ASKED));
                    } catch (IllegalStateException e) {
                        return e.getMessage();
                    } finally {
                        started.countDown();
                    }
                }
            }));
        }
        assertTrue(started.await(60, TimeUnit.SECONDS));
        model.resource().close();
        model.resource().close();
        for (Future<String> end : ends) {
            assertEquals("The graph is closed, and all models on it: load or build them anew", end.get());
        }
    }

    @Test
    void guessesWordsForManyThreadsAsForOne() throws Exception {
        try (var model = MaskedWordPredictor.load(TestData.tinyBert(folder))) {
            List<String> texts = TestData.reviews("train.tsv").subList(0, ASKED).stream()
                    .map(review -> "[MASK]"
                            + review.text()
                                    .substring(0, Math.min(40, review.text().length())))
                    .toList();
            Asked asked = text -> model.fill(texts.get(text), 3);
            List<Object> alone = answers(asked, 0);
            List<Future<List<Object>>> together = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                together.add(threads.submit(() -> answers(asked, 0)));
            }
            for (Future<List<Object>> answers : together) {
                assertEquals(alone, answers.get());
            }
        }
    }

    private static Model entities(EntityHead head) throws IOException {
        List<LabelledText> data = TestData.entities("train.jsonl");
        var model = EntityRecognizer.fromCheckpoint(
                checkpoint(data, LabelledText::text),
                EntityRecognizer.labels(data),
                head,
                EntityRecognizer.DEFAULTS.withMaxLength(60));
        return Model.of(model, data, LabelledText::text, model::predict);
    }

    private static <S> Path checkpoint(List<S> data, Function<S, String> text) throws IOException {
        return TestData.smallBert(folder, 32, 128, data.stream().map(text).toList());
    }

    /** All answers in the order of their texts, asked for from this one on. */
    private static List<Object> answers(Asked asked, int first) {
        Object[] answers = new Object[ASKED];
        IntStream.range(first, first + ASKED).forEach(i -> answers[i % ASKED] = asked.answer(i % ASKED));
        return List.of(answers);
    }

    private static String assertReady(Future<String> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
