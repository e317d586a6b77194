/**
 * Programs that show the library at work; each can be copied, and compiles by itself.
 *
 * <p>Start with {@link io.github.bert4j.examples.SentimentExample}:
 *
 * <pre>{@code
 * java -cp … io.github.bert4j.examples.SentimentExample chinese_L-12_H-768_A-12
 * }</pre>
 *
 * <p>Trap: they print what they find, and end where a file is missing; a program of your own will want to do otherwise.
 */
package io.github.bert4j.examples;
