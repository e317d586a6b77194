package io.github.bert4j.cli;

import io.github.bert4j.bundle.Task;
import io.github.bert4j.serve.InputFields;
import io.github.bert4j.serve.InputFields.Line;
import io.github.bert4j.serve.ServedModel;
import java.util.List;
import java.util.Locale;

/** A bundle's model as the server sees it. */
record ServedTask(TrainedTask trained) implements ServedModel {

    @Override
    public String task() {
        return trained.task().name().toLowerCase(Locale.ROOT);
    }

    @Override
    public InputFields fields() {
        return fields(trained.task());
    }

    @Override
    public List<?> answer(List<String> lines) {
        return trained.predictAll(lines);
    }

    private static InputFields fields(Task task) {
        return switch (task) {
            case SENTIMENT -> InputFields.text(Line.PLAIN);
            case RELATION, ENTITY, JOINT -> InputFields.text(Line.JSON);
            case CLASSIFICATION -> InputFields.textOrPair();
            case SIMILARITY -> InputFields.pair();
            case EVENT -> InputFields.textAnd("type");
            case ANSWER -> InputFields.textAnd("question");
        };
    }
}
