/**
 * How good answers are, label by label.
 *
 * <p>Start with {@link io.github.bert4j.score.ScoreTable}:
 *
 * <pre>{@code
 * var table = new ScoreTable();
 * table.add("导演", new Score(8, 10, 9));   // 8 right ones of 10 predicted and 9 gold ones
 * System.out.println(table);
 * table.saveCsv(Path.of("scores.csv"));
 * }</pre>
 *
 * <p>{@link io.github.bert4j.score.ConfusionMatrix} counts which labels are taken for which.
 *
 * <p>Trap: where nothing was predicted, precision is 0 rather than undefined, and so is recall where nothing is gold.
 */
package io.github.bert4j.score;
