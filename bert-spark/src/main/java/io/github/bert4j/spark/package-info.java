/**
 * Spark as a launcher: trained models answer the rows of DataFrames, and several executors train one model together.
 *
 * <p>Start with {@link io.github.bert4j.spark.BertTransformer}:
 *
 * <pre>{@code
 * BertTransformer sentiment = BertTransformer.load("hdfs:///models/sentiment.zip").setInputCol("review");
 * Dataset<Row> answered = sentiment.transform(reviews);
 * }</pre>
 *
 * <p>Trap: an executor has one model for all its tasks, but every task computes on its own; give executors as many cores
 * as threads should compute, and leave {@code OMP_NUM_THREADS} alone.
 */
package io.github.bert4j.spark;
