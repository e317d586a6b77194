/**
 * Results: programs that train on public data and note what they measured, and one that makes {@code docs/results.md} of the notes.
 *
 * <p>Start with {@link io.github.bert4j.results.RunFile}, which keeps the notes:
 *
 * <pre>{@code
 * java -jar benchmarks.jar results few-shot --checkpoint DIR --train train.tsv --valid valid.tsv --runs docs/results.jsonl
 * java -jar benchmarks.jar results page docs/results.jsonl docs/results.md
 * }</pre>
 *
 * <p>Traps: a run that is noted is not repeated; remove its line to measure it anew.
 */
package io.github.bert4j.results;
