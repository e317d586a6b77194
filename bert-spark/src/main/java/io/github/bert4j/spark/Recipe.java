package io.github.bert4j.spark;

import io.github.bert4j.event.LabelledEvent;
import io.github.bert4j.event.SubjectExtractor;
import io.github.bert4j.relation.AnnotatedText;
import io.github.bert4j.relation.RelationExtractor;
import io.github.bert4j.relation.Triple;
import io.github.bert4j.sentiment.Review;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.task.Trainable;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** What several executors can train together: how rows become labelled texts, and these a model. */
public enum Recipe {
    /** Text and label: a number, 1 positive, 0 negative. */
    SENTIMENT("label", "numbers, 1 positive and 0 negative", SentimentClassifier.DEFAULTS) {
        @Override
        boolean fits(DataType label) {
            return label instanceof NumericType;
        }

        @Override
        Fitted fit(Path checkpoint, TrainingOptions options, List<Row> rows, int epochs, Callback... callbacks)
                throws IOException {
            return trained(
                    SentimentClassifier.fromCheckpoint(checkpoint, options), rows, Recipe::review, epochs, callbacks);
        }

        @Override
        void requireSample(Row row) {
            review(row);
        }
    },

    /** Text and triples: an array of structs of the strings {@code subject}, {@code predicate} and {@code object}. */
    RELATION("spo_list", "arrays of structs of the strings subject, predicate and object", RelationExtractor.DEFAULTS) {
        @Override
        boolean fits(DataType label) {
            return label instanceof ArrayType array
                    && array.elementType() instanceof StructType triple
                    && Stream.of(SUBJECT, PREDICATE, OBJECT)
                            .allMatch(name -> List.of(triple.fieldNames()).contains(name)
                                    && triple.apply(name).dataType().equals(DataTypes.StringType));
        }

        @Override
        Fitted fit(Path checkpoint, TrainingOptions options, List<Row> rows, int epochs, Callback... callbacks)
                throws IOException {
            List<AnnotatedText> texts = rows.stream().map(Recipe::annotated).toList();
            List<String> predicates = texts.stream()
                    .flatMap(text -> text.triples().stream())
                    .map(Triple::predicate)
                    .distinct()
                    .sorted()
                    .toList();
            RelationExtractor extractor = RelationExtractor.fromCheckpoint(checkpoint, predicates, options);
            return trained(extractor, rows, Recipe::annotated, epochs, callbacks);
        }

        @Override
        void requireSample(Row row) {
            annotated(row);
        }
    },

    /** Text, the event's type in the asked column, and its subject: a string. */
    EVENT("entity", "strings", SubjectExtractor.DEFAULTS) {
        @Override
        boolean fits(DataType label) {
            return label.equals(DataTypes.StringType);
        }

        @Override
        Fitted fit(Path checkpoint, TrainingOptions options, List<Row> rows, int epochs, Callback... callbacks)
                throws IOException {
            return trained(
                    SubjectExtractor.fromCheckpoint(checkpoint, options),
                    rows,
                    row -> LabelledEvent.of(row.getString(TEXT), row.getString(ASKED), row.getString(LABEL)),
                    epochs,
                    callbacks);
        }

        @Override
        void requireSample(Row row) {}
    };

    static final int TEXT = 0;
    static final int LABEL = 1;
    static final int ASKED = 2;
    private static final String SUBJECT = "subject";
    private static final String PREDICATE = "predicate";
    private static final String OBJECT = "object";

    private final String labelColumn;
    private final String expected;
    private final TrainingOptions defaults;

    Recipe(String labelColumn, String expected, TrainingOptions defaults) {
        this.labelColumn = labelColumn;
        this.expected = expected;
        this.defaults = defaults;
    }

    /** A trained model, to be saved and closed. */
    record Fitted(Trainable<?> model, double loss) {}

    /** The usual name of the column of labels. */
    String labelColumn() {
        return labelColumn;
    }

    /** What labels are, in words. */
    String expected() {
        return expected;
    }

    TrainingOptions defaults() {
        return defaults;
    }

    /** Whether rows also say what is asked of the text. */
    boolean asks() {
        return this == EVENT;
    }

    /** Whether labels can be of a type. */
    abstract boolean fits(DataType label);

    /** @throws IllegalArgumentException if the label of a row of the right types is none */
    abstract void requireSample(Row row);

    /**
     * Trains a new model.
     *
     * @param rows of text, label and, where there is one, what is asked
     */
    abstract Fitted fit(Path checkpoint, TrainingOptions options, List<Row> rows, int epochs, Callback... callbacks)
            throws IOException;

    static <S> Fitted trained(
            Trainable<S> model, List<Row> rows, Function<Row, S> sample, int epochs, Callback... callbacks) {
        boolean done = false;
        try {
            var history = model.fit(rows.stream().map(sample).toList(), epochs, callbacks)
                    .epochs();
            done = true;
            return new Fitted(
                    model,
                    history.isEmpty()
                            ? Double.NaN
                            : history.get(history.size() - 1).metrics().get("loss"));
        } finally {
            if (!done) {
                model.close();
            }
        }
    }

    private static Review review(Row row) {
        double label = row.<Number>getAs(LABEL).doubleValue();
        if (label != 0 && label != 1) {
            throw new IllegalArgumentException(
                    "Label %s of \"%s\": expected 0 or 1".formatted(row.get(LABEL), row.getString(TEXT)));
        }
        return new Review((int) label, row.getString(TEXT));
    }

    private static AnnotatedText annotated(Row row) {
        List<Triple> triples = new ArrayList<>();
        for (Row triple : row.<Row>getList(LABEL)) {
            if (triple == null
                    || Stream.of(SUBJECT, PREDICATE, OBJECT)
                            .anyMatch(name -> triple.isNullAt(triple.fieldIndex(name)))) {
                throw new IllegalArgumentException("A triple %s of \"%s\": expected subject, predicate and object"
                        .formatted(triple, row.getString(TEXT)));
            }
            triples.add(new Triple(triple.getAs(SUBJECT), triple.getAs(PREDICATE), triple.getAs(OBJECT)));
        }
        return new AnnotatedText(row.getString(TEXT), triples);
    }
}
