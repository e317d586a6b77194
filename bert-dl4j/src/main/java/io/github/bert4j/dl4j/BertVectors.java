package io.github.bert4j.dl4j;

import io.github.bert4j.classification.LabelledInput;
import io.github.bert4j.similarity.SentenceEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The vectors of labelled texts, batch by batch, in the order of the texts.
 *
 * <p>Features are {@code [batch, hidden]}, labels {@code [batch, labels]}: 1 for those that a text has, 0 for the others. BERT
 * computes each vector once, when this is made; going through the data again costs nothing.
 */
public final class BertVectors implements DataSetIterator {
    private static final long serialVersionUID = 1;

    private final float[][] vectors;
    private final float[][] labels;
    private final ArrayList<String> names;
    private final int batchSize;
    private int next;
    private transient DataSetPreProcessor preProcessor;

    private BertVectors(float[][] vectors, float[][] labels, List<String> names, int batchSize) {
        this.vectors = vectors;
        this.labels = labels;
        this.names = new ArrayList<>(names);
        this.batchSize = batchSize;
    }

    /**
     * Lets an encoder read texts; it can be closed afterwards.
     *
     * @param labels by column, such as {@code TextClassifier.labels(texts)}
     * @param batchSize texts per batch
     * @throws IllegalArgumentException if there are no texts, a text is a pair, or has a label that is not among these
     */
    public static BertVectors of(
            SentenceEncoder encoder, List<LabelledInput> texts, List<String> labels, int batchSize) {
        if (texts.isEmpty() || batchSize < 1) {
            throw new IllegalArgumentException(
                    "%d texts in batches of %d: expected at least one of each".formatted(texts.size(), batchSize));
        }
        float[][] wanted = new float[texts.size()][labels.size()];
        List<String> read = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            LabelledInput text = texts.get(i);
            if (text.input().second().isPresent()) {
                throw new IllegalArgumentException("Text %d is a pair: expected single texts".formatted(i));
            }
            read.add(text.input().text());
            for (String label : text.labels()) {
                int column = labels.indexOf(label);
                if (column < 0) {
                    throw new IllegalArgumentException(
                            "Text %d has the label \"%s\": expected one of %s".formatted(i, label, labels));
                }
                wanted[i][column] = 1;
            }
        }
        return new BertVectors(encoder.encode(read).toArray(float[][]::new), wanted, labels, batchSize);
    }

    @Override
    public boolean hasNext() {
        return next < vectors.length;
    }

    @Override
    public DataSet next() {
        return next(batchSize);
    }

    /** @param number of texts at most; the last batch may have fewer */
    @Override
    public DataSet next(int number) {
        if (!hasNext()) {
            throw new NoSuchElementException("All %d texts were read: reset() starts anew".formatted(vectors.length));
        }
        int end = Math.min(vectors.length, next + number);
        DataSet batch = new DataSet(
                Nd4j.create(Arrays.copyOfRange(vectors, next, end)),
                Nd4j.create(Arrays.copyOfRange(labels, next, end)));
        batch.setLabelNames(names);
        next = end;
        if (preProcessor != null) {
            preProcessor.preProcess(batch);
        }
        return batch;
    }

    /** The width of the vectors. */
    @Override
    public int inputColumns() {
        return vectors[0].length;
    }

    /** The number of labels. */
    @Override
    public int totalOutcomes() {
        return names.size();
    }

    @Override
    public List<String> getLabels() {
        return List.copyOf(names);
    }

    @Override
    public int batch() {
        return batchSize;
    }

    @Override
    public void reset() {
        next = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public void setPreProcessor(DataSetPreProcessor processor) {
        preProcessor = processor;
    }

    @Override
    public DataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }
}
