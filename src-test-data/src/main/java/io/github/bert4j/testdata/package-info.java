/**
 * Small data written for this project, for examples and tests.
 *
 * <p>Start with {@link io.github.bert4j.testdata.SampleData}:
 *
 * <pre>{@code
 * try (var reviews = SampleData.open("sentiment/train.tsv")) { … }
 * }</pre>
 *
 * <p>Trap: enough to see fine-tuning work, and far too little to compare models.
 */
package io.github.bert4j.testdata;
