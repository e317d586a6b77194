package io.github.bert4j.tokenize;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Tokens as a tree of code points: finds the longest token at a place without cutting substrings. */
final class PieceTrie {
    static final int ROOT = 0;
    static final int ABSENT = -1;

    private static final int BITS_PER_CODE_POINT = 21;

    /** Open addressing: the edge from a node by a code point, or −1, and the node it leads to. */
    private final long[] edges;

    private final int[] targets;
    private int[] tokens = new int[1024];
    private int nodes;

    /** @param ids by tokens, which are not empty */
    PieceTrie(Map<String, Integer> ids) {
        long mostEdges = ids.keySet().stream().mapToLong(String::length).sum();
        int capacity = Math.toIntExact(Long.highestOneBit(Math.max(1, mostEdges)) * 4);
        edges = new long[capacity];
        targets = new int[capacity];
        Arrays.fill(edges, ABSENT);
        addNode();
        ids.forEach(this::add);
    }

    static PieceTrie of(Vocabulary vocabulary) {
        return of(vocabulary, Set.of());
    }

    /** @param without tokens that are left out */
    static PieceTrie of(Vocabulary vocabulary, Set<String> without) {
        Map<String, Integer> ids = new HashMap<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (!without.contains(vocabulary.token(id))) {
                ids.put(vocabulary.token(id), id);
            }
        }
        return new PieceTrie(ids);
    }

    /** The node behind this one by the code point, or {@link #ABSENT}. */
    int child(int node, int codePoint) {
        int slot = slot(edge(node, codePoint));
        return edges[slot] == ABSENT ? ABSENT : targets[slot];
    }

    /** The node behind the root by all of these characters, or {@link #ABSENT}. */
    int find(String prefix) {
        return prefix.codePoints().reduce(ROOT, (node, codePoint) -> node == ABSENT ? ABSENT : child(node, codePoint));
    }

    /** The id of the token that ends at this node, or {@link #ABSENT}. */
    int token(int node) {
        return tokens[node];
    }

    private void add(String token, int id) {
        int node = ROOT;
        for (int codePoint : token.codePoints().toArray()) {
            int slot = slot(edge(node, codePoint));
            if (edges[slot] == ABSENT) {
                edges[slot] = edge(node, codePoint);
                targets[slot] = addNode();
            }
            node = targets[slot];
        }
        tokens[node] = id;
    }

    private int addNode() {
        if (nodes == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * nodes);
        }
        tokens[nodes] = ABSENT;
        return nodes++;
    }

    private static long edge(int node, int codePoint) {
        return (long) node << BITS_PER_CODE_POINT | codePoint;
    }

    /** The slot that holds the edge, or the free one where it belongs. */
    private int slot(long edge) {
        int mask = edges.length - 1;
        int slot = (int) (edge * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (edges[slot] != edge && edges[slot] != ABSENT) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
