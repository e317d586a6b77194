package io.github.bert4j.spark;

import io.github.bert4j.cli.LinePredictor;
import io.github.bert4j.ops.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
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
 * @param sentiment whether rows get the columns of that task
 */
record PartitionAnswers(String file, RowText text, boolean sentiment, int rowsTogether)
        implements MapPartitionsFunction<Row, Row> {

    @Override
    public Iterator<Row> call(Iterator<Row> rows) throws IOException {
        if (!rows.hasNext()) {
            return Collections.emptyIterator();
        }
        LinePredictor predictor = ExecutorModels.use(file, Precision.FLOAT32, TaskContext.get());
        Iterable<List<Row>> chunks = () -> new Chunks(rows, rowsTogether);
        return StreamSupport.stream(chunks.spliterator(), false)
                .flatMap(chunk -> answered(predictor, chunk))
                .iterator();
    }

    private Stream<Row> answered(LinePredictor predictor, List<Row> chunk) {
        Iterator<RowAnswer> answers =
                RowAnswer.of(predictor, chunk.stream().map(text::line).toList()).iterator();
        return chunk.stream().map(row -> with(row, answers.next().columns(sentiment)));
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
