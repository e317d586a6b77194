/**
 * Pictures of training, scores, attention and attributions; a module of its own, so that the library needs no AWT.
 *
 * <p>Start with {@link io.github.bert4j.plots.Plots}:
 *
 * <pre>{@code
 * History history = classifier.fit(train, 5, validation);
 * Plots.of(history).save(Path.of("history.png"));
 * Plots.of(classifier.attention(input).map(3, 0)).save(Path.of("attention.png"));
 * new AttributionPage(classifier.attributions(text)).save(Path.of("attributions.html"));
 * }</pre>
 *
 * <p>Trap: nothing here needs a screen, but letters need fonts. Where no font of the system has a picture's characters,
 * numbers stand for them, and the picture says so; slim containers lack even {@code fontconfig}, which Java needs to draw any.
 */
package io.github.bert4j.plots;
