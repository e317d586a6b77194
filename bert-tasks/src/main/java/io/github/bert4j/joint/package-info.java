/**
 * Classification and named entities by one model: a text in, what it is and what stands in it out, as of commands to a
 * machine, where these are called intent and slots.
 *
 * <p>Start with {@link io.github.bert4j.joint.JointRecognizer}:
 *
 * <pre>{@code
 * try (var recognizer = JointRecognizer.load(Path.of("commands"))) {
 *     JointAnswer answer = recognizer.predict("明天早上七点叫我起床");
 *     System.out.println(answer.label() + " " + answer.entities());
 * }
 * }</pre>
 *
 * <p>Trap: a text is read up to {@code maxLength} characters, 126 unless told otherwise, as one class is given to all of it;
 * what stands behind is not found.
 */
package io.github.bert4j.joint;
