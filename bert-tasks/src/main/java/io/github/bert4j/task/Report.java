package io.github.bert4j.task;

/** A file that can be made of an {@link TaskEvaluation}; each task has some of them. */
public enum Report {
    /** A picture of the receiver operating characteristic. */
    ROC,
    /** Precision, recall and F1 by label, as CSV. */
    SCORES,
    /** A picture of the same. */
    CHART,
    /** A picture of which labels are taken for which. */
    CONFUSION,
    /** Gold and predicted answers of every text, by line. */
    COMPARISON,
    /** The answers in the format of the original contest. */
    PREDICTIONS
}
