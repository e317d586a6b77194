/**
 * BERT's vectors as data for networks of Deeplearning4j; a module of its own, so that only those pay for that who use it.
 *
 * <p>Start with {@link io.github.bert4j.dl4j.BertVectors}:
 *
 * <pre>{@code
 * try (var encoder = SentenceEncoder.fromCheckpoint(checkpoint, Pooling.MEAN, SentenceEncoder.DEFAULTS)) {
 *     var data = BertVectors.of(encoder, train, TextClassifier.labels(train), 32);
 *     var network = new MultiLayerNetwork(configuration); // of data.inputColumns() and data.totalOutcomes()
 *     network.init();
 *     network.fit(data, 20);
 * }
 * }</pre>
 *
 * <p>Traps: the network learns, BERT does not: to train both, use a task of the library. And Deeplearning4j reports a crash
 * by a library of natives that is left out here: start Java with {@code -Dorg.deeplearning4j.crash.reporting.enabled=false},
 * or its report fails where memory runs out.
 */
package io.github.bert4j.dl4j;
