package io.github.bert4j.bert;

import io.github.bert4j.kernels.Gelu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * BERT or ALBERT for one sequence as {@code modeling.py} of google-research/bert has it, in plain double loops: padding is computed
 * and kept out of attention by −10,000, there is no packing, and no line is shared with the library.
 */
final class PlainBert {
    private record Names(String attention, String attentionNorm, String inner, String outer, String norm) {}

    private static final String ALBERT = "bert/encoder/transformer/group_0/inner_group_0";
    private static final Names ALBERT_LAYER = new Names(
            ALBERT + "/attention_1",
            ALBERT + "/LayerNorm",
            ALBERT + "/ffn_1/intermediate/dense",
            ALBERT + "/ffn_1/intermediate/output/dense",
            ALBERT + "/LayerNorm_1");

    private final BertConfig config;
    private final Map<String, double[]> weights;

    PlainBert(BertConfig config, Map<String, double[]> weights) {
        this.config = config;
        this.weights = weights;
    }

    /** The embeddings and every layer's output, [length][hidden] each. */
    List<double[][]> encode(int[] ids, int[] segments) {
        double[][] x = new double[ids.length][];
        for (int t = 0; t < ids.length; t++) {
            double[] word = row("bert/embeddings/word_embeddings", ids[t]);
            double[] position = row("bert/embeddings/position_embeddings", t);
            double[] segment = row("bert/embeddings/token_type_embeddings", segments[t]);
            double[] sum = new double[word.length];
            for (int i = 0; i < sum.length; i++) {
                sum[i] = word[i] + position[i] + segment[i];
            }
            double[] embedding = normalize(sum, "bert/embeddings/LayerNorm");
            String mapping = "bert/encoder/embedding_hidden_mapping_in";
            x[t] = weights.containsKey(mapping + "/kernel") ? dense(embedding, mapping) : embedding;
        }
        List<double[][]> states = new ArrayList<>();
        states.add(x);
        for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
            x = config.architecture() == BertConfig.Architecture.ALBERT
                    ? layer(ALBERT_LAYER, x, ids)
                    : layer(bertLayer("bert/encoder/layer_" + layer), x, ids);
            states.add(x);
        }
        return states;
    }

    double[] pool(double[][] sequence) {
        double[] pooled = dense(sequence[0], "bert/pooler/dense");
        for (int i = 0; i < pooled.length; i++) {
            pooled[i] = Math.tanh(pooled[i]);
        }
        return pooled;
    }

    double[] maskedWordLogits(double[] vector) {
        double[] transformed = normalize(
                activate(dense(vector, "cls/predictions/transform/dense")), "cls/predictions/transform/LayerNorm");
        double[] logits = weights.get("cls/predictions/output_bias").clone();
        for (int word = 0; word < logits.length; word++) {
            logits[word] += dot(transformed, row("bert/embeddings/word_embeddings", word));
        }
        return logits;
    }

    double[] nextSentenceLogits(double[] pooled) {
        double[] bias = weights.get("cls/seq_relationship/output_bias");
        return new double[] {
            bias[0] + dot(pooled, row("cls/seq_relationship/output_weights", 0)),
            bias[1] + dot(pooled, row("cls/seq_relationship/output_weights", 1))
        };
    }

    private static Names bertLayer(String name) {
        return new Names(
                name + "/attention",
                name + "/attention/output/LayerNorm",
                name + "/intermediate/dense",
                name + "/output/dense",
                name + "/output/LayerNorm");
    }

    private double[][] layer(Names names, double[][] x, int[] ids) {
        double[][] query = new double[x.length][];
        double[][] key = new double[x.length][];
        double[][] value = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            query[t] = dense(x[t], names.attention() + "/self/query");
            key[t] = dense(x[t], names.attention() + "/self/key");
            value[t] = dense(x[t], names.attention() + "/self/value");
        }
        double[][] output = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            double[] context = attend(query[t], key, value, ids);
            double[] attended =
                    addAndNormalize(dense(context, names.attention() + "/output/dense"), x[t], names.attentionNorm());
            double[] intermediate = activate(dense(attended, names.inner()));
            output[t] = addAndNormalize(dense(intermediate, names.outer()), attended, names.norm());
        }
        return output;
    }

    private double[] attend(double[] query, double[][] key, double[][] value, int[] ids) {
        int size = query.length / config.numAttentionHeads();
        double[] context = new double[query.length];
        for (int head = 0; head < config.numAttentionHeads(); head++) {
            double[] p = new double[key.length];
            double sum = 0;
            for (int s = 0; s < key.length; s++) {
                double score = 0;
                for (int i = head * size; i < (head + 1) * size; i++) {
                    score += query[i] * key[s][i];
                }
                p[s] = Math.exp(score / Math.sqrt(size) + (ids[s] == 0 ? -10_000 : 0));
                sum += p[s];
            }
            for (int s = 0; s < key.length; s++) {
                for (int i = head * size; i < (head + 1) * size; i++) {
                    context[i] += p[s] / sum * value[s][i];
                }
            }
        }
        return context;
    }

    private double[] addAndNormalize(double[] x, double[] residual, String name) {
        double[] sum = new double[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = x[i] + residual[i];
        }
        return normalize(sum, name);
    }

    private double[] normalize(double[] x, String name) {
        double mean = 0;
        for (double v : x) {
            mean += v / x.length;
        }
        double variance = 0;
        for (double v : x) {
            variance += (v - mean) * (v - mean) / x.length;
        }
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = (x[i] - mean) / Math.sqrt(variance + 1e-12) * weights.get(name + "/gamma")[i]
                    + weights.get(name + "/beta")[i];
        }
        return result;
    }

    private double[] dense(double[] x, String name) {
        double[] kernel = weights.get(name + "/kernel");
        double[] result = weights.get(name + "/bias").clone();
        for (int j = 0; j < result.length; j++) {
            for (int i = 0; i < x.length; i++) {
                result[j] += x[i] * kernel[i * result.length + j];
            }
        }
        return result;
    }

    private double[] activate(double[] x) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double v = x[i];
            result[i] = config.hiddenActivation() == BertConfig.HiddenActivation.RELU
                    ? Math.max(0, v)
                    : config.gelu() == Gelu.TANH
                            ? 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)))
                            : 0.5 * v * (1 + erf(v / Math.sqrt(2)));
        }
        return result;
    }

    /** {@code 2/√π e^-x² Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!}: all terms of one sign, so nothing cancels. */
    private static double erf(double x) {
        double term = x;
        double sum = 0;
        for (int n = 0; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
            sum += term;
            term *= 2 * x * x / (2 * n + 3);
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private double[] row(String name, int number) {
        double[] row = new double[name.startsWith("bert/embeddings/") ? config.embeddingSize() : config.hiddenSize()];
        System.arraycopy(weights.get(name), number * row.length, row, 0, row.length);
        return row;
    }
}
