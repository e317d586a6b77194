package io.github.bert4j.serve;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** Answers each line by its length, as many batches as it is allowed to, and fails on lines that say so. */
final class EchoModel implements ServedModel {
    static final String POISON = "poison";

    private final InputFields fields;
    private final Semaphore allowed = new Semaphore(0);
    /** The batches that it was asked to answer. */
    final List<List<String>> batches = new CopyOnWriteArrayList<>();

    record Answer(String text, int length) {}

    EchoModel(InputFields fields) {
        this.fields = fields;
    }

    static EchoModel ofTexts() {
        EchoModel model = new EchoModel(InputFields.text(InputFields.Line.PLAIN));
        model.allow(Integer.MAX_VALUE / 2);
        return model;
    }

    /** A model that answers nothing until it is allowed to. */
    static EchoModel halted() {
        return new EchoModel(InputFields.text(InputFields.Line.PLAIN));
    }

    void allow(int batches) {
        allowed.release(batches);
    }

    @Override
    public String task() {
        return "echo";
    }

    @Override
    public InputFields fields() {
        return fields;
    }

    @Override
    public List<?> answer(List<String> lines) {
        batches.add(List.copyOf(lines));
        allowed.acquireUninterruptibly();
        if (lines.contains(POISON)) {
            throw new IllegalStateException("poisoned");
        }
        return lines.stream().map(line -> new Answer(line, line.length())).toList();
    }
}
