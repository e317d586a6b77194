package io.github.bert4j.onnx;

import io.github.bert4j.checkpoint.OnnxWriter;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model as other programs compute it: written as ONNX, with the weights it has at that moment, for inference only.
 *
 * <pre>{@code
 * OnnxModel.of(model).withOutputs("probability").write(Path.of("model.onnx"));
 * }</pre>
 *
 * <p>Inputs are those of the model under their names, ids as int32, of any batch and length; padding is id 0, and no mask is
 * passed. Only ONNX's own operators are used, of operator set 17. The answers are the library's, but for the rounding of
 * float32.
 */
public final class OnnxModel {
    private final Model model;
    private final List<String> outputs;

    private OnnxModel(Model model, List<String> outputs) {
        this.model = model;
        this.outputs = outputs;
    }

    /** A model whose outputs are called {@code output_1}, {@code output_2} … */
    public static OnnxModel of(Model model) {
        return new OnnxModel(
                model,
                IntStream.rangeClosed(1, model.outputs().size())
                        .mapToObj(number -> "output_" + number)
                        .toList());
    }

    /**
     * The same with other names of the outputs, in their order.
     *
     * @throws IllegalArgumentException if there are too few or too many, or two tensors would have one name
     */
    public OnnxModel withOutputs(String... names) {
        List<String> inputs = inputs();
        if (names.length != model.outputs().size()
                || new HashSet<>(List.of(names)).size() < names.length
                || List.of(names).stream().anyMatch(inputs::contains)) {
            throw new IllegalArgumentException(
                    "Outputs named %s: expected %d different names, none of them an input's %s"
                            .formatted(List.of(names), model.outputs().size(), inputs));
        }
        return new OnnxModel(model, List.of(names));
    }

    /** The names of the inputs, those of the model's. */
    public List<String> inputs() {
        return model.inputs().stream().map(Tensor::name).toList();
    }

    /** The names of the outputs. */
    public List<String> outputs() {
        return outputs;
    }

    /**
     * Writes the model under a temporary name, then moves it into place; a file that is there is replaced only then.
     *
     * @throws IllegalArgumentException if an operation has no counterpart in ONNX, or the file would be larger than 2 GB;
     *     nothing is written then
     */
    public void write(Path file) throws IOException {
        OnnxWriter.Content content = new Translation(model).content(outputs);
        OnnxWriter.write(file, content);
    }
}
