package io.github.bert4j.serve;

import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Answers each text by its length, as many batches as it is allowed to, and fails on texts that say so. */
final class EchoModel implements ServedModel {
    static final String POISON = "poison";

    private final QuestionFields fields;
    private final Semaphore allowed = new Semaphore(0);
    /** The batches that it was asked to answer. */
    final List<List<String>> batches = new CopyOnWriteArrayList<>();

    record Answer(String text, int length) {}

    EchoModel(QuestionFields fields) {
        this.fields = fields;
    }

    static EchoModel ofTexts() {
        EchoModel model = new EchoModel(QuestionFields.text());
        model.allow(Integer.MAX_VALUE / 2);
        return model;
    }

    /** A model that answers nothing until it is allowed to. */
    static EchoModel halted() {
        return new EchoModel(QuestionFields.text());
    }

    void allow(int batches) {
        allowed.release(batches);
    }

    @Override
    public String task() {
        return "echo";
    }

    @Override
    public QuestionFields fields() {
        return fields;
    }

    @Override
    public List<?> answer(List<Question> questions) {
        List<String> texts = questions.stream().map(Question::text).toList();
        batches.add(texts);
        allowed.acquireUninterruptibly();
        if (texts.contains(POISON)) {
            throw new IllegalStateException("poisoned");
        }
        return texts.stream().map(text -> new Answer(text, text.length())).toList();
    }
}
