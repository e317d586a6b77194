package io.github.bert4j.spark;

import io.github.bert4j.kernels.Precision;
import io.github.bert4j.task.Answer;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.QuestionLine;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Answers the rows of a partition, some of them at a time, in their order.
 *
 * @param file of the bundle, as the driver shipped it
 * @param lines whether texts are lines as the command {@code predict} reads them
 * @param numeric whether rows get columns for a number
 */
record PartitionAnswers(String file, RowQuestion question, boolean lines, boolean numeric, int rowsTogether)
        implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        TrainedTask<?> model = ExecutorModels.use(file, Precision.FLOAT32, TaskContext.get());
        Iterable<List<Row>> chunks = () -> new Chunks(rows, rowsTogether);
        return StreamSupport.stream(chunks.spliterator(), false)
                .flatMap(chunk -> answered(model, chunk))
                .iterator();
    }

    private Stream<Row> answered(TrainedTask<?> model, List<Row> chunk) {
        Iterator<Answer> answers = answers(model, chunk).iterator();
        return chunk.stream().map(row -> with(row, RowAnswers.columns(answers.next(), numeric)));
    }

    private List<Answer> answers(TrainedTask<?> model, List<Row> chunk) {
        QuestionFields fields = model.fields();
        Function<List<Question>, List<Answer>> answering =
                questions -> RowAnswers.of(questions, model::answer).toList();
        return lines
                ? QuestionLine.answer(chunk.stream().map(question::line).toList(), fields, answering)
                : answering.apply(
                        chunk.stream().map(row -> question.of(row, fields)).toList());
    }

    private static Row with(Row row, Object[] more) {
        Object[] values = new Object[row.length() + more.length];
        for (int i = 0; i < row.length(); i++) {
            values[i] = row.get(i);
        }
        System.arraycopy(more, 0, values, row.length(), more.length);
        return RowFactory.create(values);
    }

    /** Some rows at a time. */
    private record Chunks(Iterator<Row> rows, int size) implements Iterator<List<Row>> {
        @Override
        public boolean hasNext() {
            return rows.hasNext();
        }

        @Override
        public List<Row> next() {
            List<Row> chunk = new ArrayList<>();
            while (chunk.size() < size && rows.hasNext()) {
                chunk.add(rows.next());
            }
            return chunk;
        }
    }
}
