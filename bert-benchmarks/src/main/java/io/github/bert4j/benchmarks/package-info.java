/**
 * Measures the library, beside PyTorch and Hugging Face's tokenizers on the same machine; not published.
 *
 * <p>Start at {@link io.github.bert4j.benchmarks.ModelBenchmark}: whole models, as
 * {@code java -jar benchmarks.jar model 8 128 train 12}. {@code compare.sh} runs it and its peer in turn, and
 * {@link io.github.bert4j.benchmarks.PerformanceReport} makes a page of what they print.
 * {@code load.sh} asks a server of the command line by several clients at a time.
 * {@link io.github.bert4j.benchmarks.TokenizerBenchmark} and {@link io.github.bert4j.benchmarks.KernelsBenchmark} are run by
 * JMH: {@code java -cp benchmarks.jar org.openjdk.jmh.Main TokenizerBenchmark}.
 *
 * <p>Whatever else the machine does is measured too, and nothing here is a test: no figure makes the build fail.
 */
package io.github.bert4j.benchmarks;
