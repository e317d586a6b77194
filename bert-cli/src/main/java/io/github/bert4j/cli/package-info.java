/**
 * The command line {@code bert4j}, one class per command.
 *
 * <p>Start with {@link io.github.bert4j.cli.Bert4j}:
 *
 * <pre>{@code
 * java -jar bert4j.jar quickstart
 * }</pre>
 *
 * <p>Trap: stdout carries results alone, in UTF-8 whatever the locale; everything else goes to stderr.
 */
package io.github.bert4j.cli;
