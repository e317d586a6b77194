package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The weights in an ONNX model, under the names that an {@link OnnxNaming} finds. Integers in typed lists, which are no
 * weights, are left out. Weights that ONNX Runtime's quantization rounded to 8 bits are read as the floats that they stand for.
 *
 * <p>The format has no checksums: damaged values cannot be noticed.
 */
public final class OnnxInitializers extends FileTensors {
    private OnnxInitializers(OnnxFiles files, Collection<? extends ReadableTensor> tensors) {
        super(files.model().path(), files.all(), tensors);
    }

    /**
     * Opens a model, and the files beside it that it keeps tensors in, and reads its graph, but no values.
     *
     * @throws java.nio.file.NoSuchFileException if there is none, or a file with its tensors is missing
     * @throws MalformedCheckpointException if it is damaged, or wants to read files that are not beside it
     */
    public static OnnxInitializers open(Path path, OnnxNaming naming) throws IOException {
        OnnxFiles files = new OnnxFiles(CheckpointFile.open(path));
        try {
            return new OnnxInitializers(
                    files, named(files.model(), OnnxQuantization.undone(OnnxGraph.read(files)), naming));
        } catch (IOException | RuntimeException failure) {
            closeAll(files.all());
            throw failure;
        }
    }

    private static List<ReadableTensor> named(CheckpointFile file, OnnxGraph graph, OnnxNaming naming)
            throws IOException {
        OnnxNaming.Names names = naming.of(graph.nodes());
        List<ReadableTensor> tensors = graph.initializers().stream()
                .flatMap(tensor -> renamed(tensor, names).stream())
                .toList();
        Set<String> seen = new HashSet<>();
        for (ReadableTensor tensor : tensors) {
            String name = tensor.info().name();
            file.verify(seen.add(name), 0, "two initializers are '" + name + "'");
        }
        return tensors;
    }

    private static Optional<ReadableTensor> renamed(ReadableTensor tensor, OnnxNaming.Names names) {
        TensorInfo info = tensor.info();
        return names.of(info.name()).map(name -> {
            ReadableTensor renamed = new RenamedTensor(name, tensor);
            return names.isTransposed(info.name()) && info.shape().size() == 2
                    ? new TransposedMatrix(renamed)
                    : renamed;
        });
    }
}
