/**
 * From characters to tokens and back, as every task that looks for names in a text needs it.
 *
 * <p>Start with {@link io.github.bert4j.text.TextWindows}, which lets a model read texts of any length:
 *
 * <pre>{@code
 * var windows = new TextWindows(OurTokenizer.uncased(vocabulary), 512);
 * for (Window window : windows.of(text)) {
 *     TokenSpan found = …                            // by a model that reads window.encoding()
 *     if (!window.isCut(found)) {
 *         names.add(text.substring(window.start(found), window.end(found)));
 *     }
 * }
 * }</pre>
 *
 * <p>Trap: the end of a {@link io.github.bert4j.text.TokenSpan} is its last token; the end of a stretch of characters is
 * the place behind its last one, as everywhere in Java.
 */
package io.github.bert4j.text;
