/**
 * Distillation: a smaller model learns what a trained one says of texts, which need no labels.
 *
 * <p>Start with {@link io.github.bert4j.distillation.Distillation}:
 *
 * <pre>{@code
 * try (var teacher = TextClassifier.load(Path.of("topics"));
 *         var student = Distillation.student(new ClassificationTask(), teacher, 2, TextClassifier.DEFAULTS)) {
 *     Distillation.DEFAULT.fit(teacher, student, questions, 5, Map::of);
 *     student.save(Path.of("small-topics"));
 * }
 * }</pre>
 *
 * <p>Traps: a student knows what it was shown; give it texts like those that it will be asked about, and many of them.
 */
package io.github.bert4j.distillation;
