package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The weights in an ONNX export of BERT, under the names and in the shapes that a TensorFlow checkpoint has.
 *
 * <p>{@code embeddings.word_embeddings.weight} is listed as {@code bert/embeddings/word_embeddings}, likewise all of
 * {@code embeddings.}, {@code encoder.} and {@code pooler.}, with or without {@code bert.} or the like before them; kernels
 * are [in, out]. Other initializers keep their names. {@code position_ids} and integers in typed lists, which are no
 * weights, are left out.
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
    public static OnnxInitializers open(Path path) throws IOException {
        OnnxFiles files = new OnnxFiles(CheckpointFile.open(path));
        try {
            return new OnnxInitializers(files, named(files.model(), OnnxGraph.read(files)));
        } catch (IOException | RuntimeException failure) {
            closeAll(files.all());
            throw failure;
        }
    }

    private static List<ReadableTensor> named(CheckpointFile file, OnnxGraph graph) throws IOException {
        OnnxNames names = new OnnxNames(graph.nodes());
        List<ReadableTensor> tensors = graph.initializers().stream()
                .filter(tensor -> !tensor.info().name().endsWith("embeddings.position_ids"))
                .map(tensor -> rename(tensor, names))
                .toList();
        Set<String> seen = new HashSet<>();
        for (ReadableTensor tensor : tensors) {
            String name = tensor.info().name();
            file.verify(seen.add(name), 0, "two initializers are '" + name + "'");
        }
        return tensors;
    }

    private static ReadableTensor rename(ReadableTensor tensor, OnnxNames names) {
        TensorInfo info = tensor.info();
        ReadableTensor renamed = new RenamedTensor(names.of(info.name()).orElse(info.name()), tensor);
        return names.isTransposed(info.name()) && info.shape().size() == 2 ? new TransposedMatrix(renamed) : renamed;
    }
}
