package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.OnnxNode.Attribute;
import io.github.bert4j.kernels.Relation;
import io.github.bert4j.ops.RelationKind;
import java.util.List;
import java.util.stream.IntStream;

/** What the distance between queries and keys does to attention, in ONNX; scores are [batch, heads, queries, keys]. */
record RelatedScores(Call call, RelationKind relation) {
    private static final int PLACES_OF_QUERIES = 5;
    private static final int PLACES_OF_KEYS = 6;
    private static final int TABLE = 7;
    /** From here on all distances are in one bucket. */
    private static final int FARTHEST = 128;

    private static final double MASKED = -1e9;

    /** @param products of queries [batch, heads, queries, size] and keys */
    String addToProducts(String query, String products) {
        return relation.kind() == RelationKind.Kind.VECTORS
                ? nodes().add("Add", products, einsum("bhid,ijd->bhij", query, vectors()))
                : products;
    }

    String addToScores(String scores) {
        return switch (relation.kind()) {
            case NONE, VECTORS -> scores;
            case WINDOW -> {
                String near =
                        nodes().add("LessOrEqual", nodes().add("Abs", distances()), nodes().index(relation.reach()));
                yield nodes().add("Where", List.of(near, scores, nodes().number(MASKED)));
            }
            case BIAS -> {
                String ofDistances = nodes().list(IntStream.rangeClosed(-FARTHEST, FARTHEST)
                        .mapToLong(Relation.Bias::bucket)
                        .toArray());
                String bucket = nodes().add("Gather", ofDistances, row(FARTHEST)); // [queries, keys]
                String biases = nodes().add("Gather", call.input(TABLE), bucket); // [queries, keys, heads]
                yield nodes().add(
                                "Add",
                                scores,
                                nodes().add("Transpose", List.of(biases), Attribute.of("perm", List.of(2L, 0L, 1L))));
            }
        };
    }

    /** @param vectors what is made of the values with the probabilities, [batch, heads, queries, size] */
    String addToVectors(String probabilities, String vectors) {
        return relation.kind() == RelationKind.Kind.VECTORS
                ? nodes().add("Add", vectors, einsum("bhij,ijd->bhid", probabilities, vectors()))
                : vectors;
    }

    /** The vector of each distance, [queries, keys, size]. */
    private String vectors() {
        int farthest = (int) relation.inputs().get(2).getArr().size(0) / 2;
        return nodes().add("Gather", call.input(TABLE), row(farthest));
    }

    /** Distances as numbers from 0 on, where those beyond the farthest are like it. */
    private String row(int farthest) {
        String clipped = nodes().add("Clip", List.of(distances(), nodes().index(-farthest), nodes().index(farthest)));
        return nodes().add("Add", clipped, nodes().index(farthest));
    }

    /** Places of keys less those of queries, int64 [queries, keys]. */
    private String distances() {
        String keys = nodes().cast(call.input(PLACES_OF_KEYS), DataType.INT64);
        String queries = nodes().cast(call.input(PLACES_OF_QUERIES), DataType.INT64);
        return nodes().add("Sub", keys, nodes().add("Unsqueeze", queries, nodes().list(1)));
    }

    private String einsum(String equation, String first, String second) {
        return nodes().add("Einsum", List.of(first, second), Attribute.of("equation", equation));
    }

    private Nodes nodes() {
        return call.nodes();
    }
}
