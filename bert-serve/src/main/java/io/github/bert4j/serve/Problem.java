package io.github.bert4j.serve;

/**
 * What a client is told when it gets no answer, as JSON.
 *
 * @param error what happened
 */
record Problem(String error, String expected, String received, String fix) {}
