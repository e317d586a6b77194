package io.github.bert4j.bert;

import io.github.bert4j.checkpoint.OnnxNaming;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds Google's names for the weights of a BERT that Hugging Face's classes were exported from.
 *
 * <p>{@code encoder.layer.0.output.LayerNorm.weight} is {@code bert/encoder/layer_0/output/LayerNorm/gamma} by its name
 * alone. A dense layer's weight mostly lost its name: the exporter stores it transposed, as {@code onnx::MatMul_541};
 * its name is that of the bias which is added to the product. Whether a weight is [in, out], as Google's are, or
 * [out, in] shows in the operation that reads it.
 */
final class BertOnnxNames implements OnnxNaming.Names {
    private static final Pattern PARAMETER =
            Pattern.compile("(?:\\w+\\.)*?((?:embeddings|encoder|pooler)\\..+)\\.(weight|bias|gamma|beta)");
    private static final Pattern LAYER = Pattern.compile("^encoder\\.layer\\.(\\d+)\\.");

    private static final String EMBEDDINGS = "_embeddings";
    private static final String POSITION_IDS = "embeddings.position_ids";

    private final Map<String, String> names = new HashMap<>();
    private final Set<String> transposed = new HashSet<>();

    BertOnnxNames(List<OnnxNaming.Operation> nodes) {
        Map<String, String> addedTo = new HashMap<>(); // the output of a product -> what is added to it
        Map<String, String> transposes = new HashMap<>(); // the output of a transposition -> its input
        for (OnnxNaming.Operation node : nodes) {
            List<String> inputs = node.inputs();
            if (node.operator().equals("Add") && inputs.size() == 2) {
                addedTo.put(inputs.get(0), inputs.get(1));
                addedTo.put(inputs.get(1), inputs.get(0));
            } else if (node.operator().equals("Transpose")
                    && inputs.size() == 1
                    && !node.outputs().isEmpty()) {
                transposes.put(node.outputs().get(0), inputs.get(0));
            }
        }
        for (OnnxNaming.Operation node : nodes) {
            List<String> inputs = node.inputs();
            if (node.operator().equals("MatMul")
                    && inputs.size() == 2
                    && !node.outputs().isEmpty()) {
                String weight = transposes.getOrDefault(inputs.get(1), inputs.get(1));
                String bias = addedTo.getOrDefault(node.outputs().get(0), "");
                addKernel(weight, bias, transposes.containsKey(inputs.get(1)));
            } else if (node.operator().equals("Gemm") && inputs.size() == 3) {
                addKernel(inputs.get(1), inputs.get(2), node.transB());
            }
        }
    }

    private void addKernel(String weight, String bias, boolean isTransposed) {
        Matcher named = PARAMETER.matcher(weight);
        Matcher byBias = PARAMETER.matcher(bias);
        Optional<String> path = Optional.empty();
        if (named.matches()) {
            path = Optional.of(path(named.group(1)));
        } else if (byBias.matches() && byBias.group(2).equals("bias")) {
            path = Optional.of(path(byBias.group(1)));
        }
        if (path.isPresent() && !path.get().endsWith(EMBEDDINGS)) { // a language model multiplies with them as well
            names.put(weight, path.get() + "/kernel");
            if (isTransposed) {
                transposed.add(weight);
            }
        }
    }

    /** Google's name for a weight of BERT's encoder; others keep theirs, and {@code position_ids} are none. */
    @Override
    public Optional<String> of(String initializer) {
        return initializer.endsWith(POSITION_IDS)
                ? Optional.empty()
                : Optional.of(google(initializer).orElse(initializer));
    }

    private Optional<String> google(String initializer) {
        Matcher parameter = PARAMETER.matcher(initializer);
        if (names.containsKey(initializer) || !parameter.matches()) {
            return Optional.ofNullable(names.get(initializer));
        }
        String path = path(parameter.group(1));
        boolean isWeight = parameter.group(2).matches("weight|gamma");
        if (path.endsWith("/LayerNorm")) {
            return Optional.of(path + (isWeight ? "/gamma" : "/beta"));
        }
        if (path.endsWith(EMBEDDINGS)) {
            return Optional.of(path);
        }
        return isWeight ? Optional.empty() : Optional.of(path + "/bias");
    }

    @Override
    public boolean isTransposed(String initializer) {
        return transposed.contains(initializer);
    }

    private static String path(String stem) {
        return "bert/" + LAYER.matcher(stem).replaceFirst("encoder.layer_$1.").replace('.', '/');
    }
}
