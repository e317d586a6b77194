/**
 * Files of data sets, read into the labelled records that tasks learn from.
 *
 * <p>Start with {@link io.github.bert4j.datasets.EntityFiles}; there is one such class per task:
 *
 * <pre>{@code
 * List<LabelledText> texts = EntityFiles.read(List.of(Path.of("train.bio")), System.err::println);
 * }</pre>
 *
 * <p>Trap: what cannot be used is left out, and only the consumer of warnings is told. Excel workbooks need Apache POI, which is
 * an optional dependency.
 */
package io.github.bert4j.datasets;
