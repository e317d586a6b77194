package io.github.bert4j.serve;

import java.util.List;

/** A model as the server sees it. */
public interface ServedModel {
    /** What it was trained for, such as {@code sentiment}. */
    String task();

    /** What is asked of it. */
    InputFields fields();

    /**
     * Answers lines, as {@code predict} reads them; one thread at a time.
     *
     * @return one record per line, in the same order, that Jackson can write as a JSON object
     */
    List<?> answer(List<String> lines);
}
