package io.github.bert4j.bert;

import io.github.bert4j.checkpoint.NonFiniteTensorException;
import io.github.bert4j.checkpoint.TensorInfo;
import io.github.bert4j.checkpoint.TensorSource;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Weight;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an adapter has learned, apart from any graph.
 *
 * @param factors by the name of the dense layer that they adapt
 */
public record AdapterValues(LowRank settings, Map<String, Factors> factors) {

    /**
     * Of one kernel [in, out].
     *
     * @param a [in, rank], row-major
     * @param b [rank, out], row-major
     */
    public record Factors(float[] a, float[] b) {

        /** {@code kernel + scale · a · b}. */
        float[] addedTo(float[] kernel, Shape shape, int rank, double scale) {
            int in = Math.toIntExact(shape.size(0));
            int out = Math.toIntExact(shape.size(1));
            float[] sum = new float[kernel.length];
            double[] row = new double[out];
            for (int i = 0; i < in; i++) {
                Arrays.fill(row, 0);
                for (int k = 0; k < rank; k++) {
                    double factor = scale * a[i * rank + k];
                    for (int j = 0; j < out; j++) {
                        row[j] += factor * b[k * out + j];
                    }
                }
                for (int j = 0; j < out; j++) {
                    sum[i * out + j] = (float) (kernel[i * out + j] + row[j]);
                }
            }
            return sum;
        }
    }

    public AdapterValues {
        factors = Collections.unmodifiableMap(new LinkedHashMap<>(factors));
    }

    /**
     * Reads what lies in a file under the names that the weights have in a graph.
     *
     * @throws IOException if something is missing, or of another shape
     */
    public static AdapterValues read(TensorSource source, LowRank settings, BertConfig config) throws IOException {
        Map<String, Factors> factors = new LinkedHashMap<>();
        for (String dense : Adapter.denseLayers(settings, config)) {
            factors.put(dense, new Factors(values(source, dense + Adapter.A), values(source, dense + Adapter.B)));
        }
        return new AdapterValues(settings, factors);
    }

    /** Whether a weight's name is that of a part of an adapter. */
    public static boolean isPart(String weight) {
        return weight.endsWith(Adapter.A) || weight.endsWith(Adapter.B);
    }

    static float[] values(TensorSource source, String name) throws IOException {
        TensorInfo tensor = source.tensors().get(name);
        if (tensor == null) {
            throw new IOException("%s has no tensor %s: expected the whole adapter".formatted(source.location(), name));
        }
        FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.elements()));
        NonFiniteTensorException.readFinite(source, name, values);
        return values.array();
    }

    /**
     * Reads what Hugging Face's peft has saved: {@code adapter_config.json} and {@code adapter_model.safetensors}.
     *
     * @param config of the model that is adapted
     * @throws IOException if files are missing or damaged, or the adapter is not of this kind, of one rank, and for the same
     *     kernels in every layer that it adapts
     */
    public static AdapterValues loadPeft(Path directory, BertConfig config) throws IOException {
        return new PeftFiles(directory, config).read();
    }

    /**
     * Writes what Hugging Face's peft reads, for the encoder as {@code AutoModel} loads it; heads are left out.
     *
     * @param config of the model that is adapted
     * @param base the directory or the name of that model, as {@code base_model_name_or_path} says it
     * @throws IllegalArgumentException if transformers has some of the kernels in one
     */
    public void savePeft(Path directory, BertConfig config, String base) throws IOException {
        new PeftFiles(directory, config).write(this, base);
    }

    /**
     * Adds what was learned to a BERT's own kernels, so that it computes the same as with the adapter, at no cost.
     *
     * @param bert without an adapter, and not shared with others
     * @throws IllegalArgumentException if it is not of the size that the adapter was made for
     */
    public void mergeInto(Bert bert) {
        factors.forEach((dense, factors) -> {
            Weight kernel = bert.kernel(dense);
            Shape shape = kernel.shape();
            if (factors.a().length != shape.size(0) * settings.rank()
                    || factors.b().length != settings.rank() * shape.size(1)) {
                throw new IllegalArgumentException(
                        "An adapter with %d and %d numbers for %s %s: expected one that was trained on this model"
                                .formatted(factors.a().length, factors.b().length, dense, shape));
            }
            kernel.assign(factors.addedTo(kernel.values(), shape, settings.rank(), settings.scale()));
        });
    }
}
