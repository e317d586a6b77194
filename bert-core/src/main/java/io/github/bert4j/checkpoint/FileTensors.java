package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What the sources share: tensors whose places in open files are known. */
abstract class FileTensors implements TensorSource {
    private final Path location;
    private final List<CheckpointFile> files;
    private final SortedMap<String, ReadableTensor> readable = new TreeMap<>(Text.BYTE_ORDER);
    private final SortedMap<String, TensorInfo> infos = new TreeMap<>(Text.BYTE_ORDER);

    /** Takes over the files, which {@link #close} closes. */
    FileTensors(Path location, List<CheckpointFile> files, Collection<? extends ReadableTensor> tensors) {
        this.location = location;
        this.files = List.copyOf(files);
        for (ReadableTensor tensor : tensors) {
            readable.put(tensor.info().name(), tensor);
            infos.put(tensor.info().name(), tensor.info());
        }
    }

    @Override
    public final Path location() {
        return location;
    }

    @Override
    public final SortedMap<String, TensorInfo> tensors() {
        return Collections.unmodifiableSortedMap(infos);
    }

    @Override
    public final void read(String name, ByteBuffer target) throws IOException {
        ReadableTensor tensor = numeric(name);
        if (target.remaining() != tensor.info().byteSize()) {
            throw new IllegalArgumentException("Tensor '" + name + "' has "
                    + tensor.info().byteSize() + " bytes, but the buffer has room for " + target.remaining());
        }
        tensor.read(target);
    }

    @Override
    public final void stream(String name, Consumer<ByteBuffer> chunks) throws IOException {
        numeric(name).stream(chunks);
    }

    private ReadableTensor numeric(String name) {
        ensureOpen();
        if (tensor(name).type() == DataType.STRING) {
            throw new IllegalArgumentException(
                    "Tensor '" + name + "' of " + location + " is of strings: read it with readStrings");
        }
        return readable.get(name);
    }

    final void ensureOpen() {
        for (CheckpointFile file : files) {
            if (!file.isOpen()) {
                throw new IllegalStateException(location + " is closed: read tensors before closing their source");
            }
        }
    }

    @Override
    public final void close() throws IOException {
        closeAll(files);
    }

    /** Closes every file even if one fails. */
    static void closeAll(List<CheckpointFile> files) throws IOException {
        IOException failure = null;
        for (CheckpointFile file : files) {
            try {
                file.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + location + ", " + infos.size() + " tensors]";
    }
}
