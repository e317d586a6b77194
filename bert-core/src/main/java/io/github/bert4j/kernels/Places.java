package io.github.bert4j.kernels;

/**
 * Where the packed rows of queries and of keys stand in their own sequences.
 *
 * @param queries place of each query's row, from 0; they ascend within a sequence
 * @param keys place of each key's row, likewise
 */
public record Places(int[] queries, int[] keys) {}
