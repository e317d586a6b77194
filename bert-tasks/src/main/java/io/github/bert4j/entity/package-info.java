/**
 * Named entities: text in, stretches of it with a label each out, such as persons, places and organizations.
 *
 * <p>Start with {@link io.github.bert4j.entity.EntityRecognizer}:
 *
 * <pre>{@code
 * try (var recognizer = EntityRecognizer.load(Path.of("entities"))) {
 *     for (Entity entity : recognizer.predict("林乔安上周去了青石镇")) {
 *         System.out.println(entity.label() + " " + entity.text() + " " + entity.start());
 *     }
 * }
 * }</pre>
 *
 * <p>Trap: an {@link io.github.bert4j.entity.EntityHead#CRF} knows no entities within others; of those in training data the
 * inner ones are left out, which a warning tells.
 */
package io.github.bert4j.entity;
