/**
 * The command line {@code bert4j}, and programs that show the library at work.
 *
 * <p>Start with {@link io.github.bert4j.examples.SentimentExample} to see how the library reads, and with {@link
 * io.github.bert4j.examples.Bert4j} for the command line, one class per command:
 *
 * <pre>{@code
 * java -jar bert4j.jar quickstart
 * }</pre>
 *
 * <p>Trap: stdout carries results alone, in UTF-8 whatever the locale; everything else goes to stderr.
 */
package io.github.bert4j.examples;
