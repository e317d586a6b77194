package io.github.bert4j.task;

import io.github.bert4j.tokenize.Tokenization;

/**
 * What is known of a task before there is any data.
 *
 * @param name in bundles and on the command line: lower case, with hyphens
 * @param purpose what is learned, in a sentence for {@code --help}
 * @param data what files of data hold, in another
 * @param defaults the settings of the original recipe
 * @param epochs times to go through the training data, if nothing else is said
 * @param metric by which the best epoch is chosen: one of those of the evaluation, to be maximized
 * @param tokenization how the recipe reads texts; which letters are lower-cased is for {@link TaskType#tokenization} to say
 */
public record TaskFacts(
        String name,
        String purpose,
        String data,
        TrainingOptions defaults,
        int epochs,
        String metric,
        Tokenization tokenization) {}
