/**
 * Audit: which labels of a data set are probably wrong, as models see it that were trained without them.
 *
 * <p>Start with {@link io.github.bert4j.audit.LabelAudit}:
 *
 * <pre>{@code
 * var type = new ClassificationTask();
 * var audit = LabelAudit.crossValidate(type, rows, 5, 42, train -> {
 *     var model = TextClassifier.fromCheckpoint(checkpoint, labels, MULTI_CLASS, TextClassifier.DEFAULTS);
 *     model.fit(train, 2);
 *     return model;
 * });
 * audit.suspects().stream().limit(100).forEach(System.out::println);
 * }</pre>
 *
 * <p>Traps: look at the rows before you change them: what a model does not expect may be right, and just what it lacks. Train few
 * epochs: a model that has learned its training labels by heart has learned the wrong ones too.
 */
package io.github.bert4j.audit;
