package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Reads a tensor bundle's index and finds every tensor's place in the shards: TensorFlow's {@code tensor_bundle.h}. */
final class BundleIndex {
    /** Keys share prefixes in the file; without a limit, a small file could claim endless memory for them. */
    private static final int MOST_SHARING = 64;

    private final CheckpointFile file;
    private final List<CheckpointFile> shards;
    private final Map<String, BundleEntry> entries = new LinkedHashMap<>();
    private final Map<ByteBuffer, BundleEntry> slices = new HashMap<>();
    private int shardCount;
    private long keyBytes;

    private BundleIndex(CheckpointFile file, List<CheckpointFile> shards) {
        this.file = file;
        this.shards = shards;
    }

    /** Returns the tensors and adds the shards they lie in, opened, to a list of the caller, who closes them. */
    static Collection<StoredTensor> read(Path prefix, List<CheckpointFile> shards) throws IOException {
        Path path = prefix.resolveSibling(prefix.getFileName() + ".index");
        if (!Files.exists(path)) {
            throw new NoSuchFileException(
                    path.toString(), null, "no TensorFlow checkpoint here; give the path of its files up to '.index'");
        }
        try (CheckpointFile file = CheckpointFile.open(path)) {
            BundleIndex index = new BundleIndex(file, shards);
            SortedStringTable.forEach(file, index::add);
            file.verify(index.shardCount > 0, 0, "the index has no header entry");
            index.openShards(prefix);
            Collection<StoredTensor> tensors = index.locate();
            BundleCoverage.verify(shards, tensors);
            return tensors;
        }
    }

    private void add(byte[] key, Cursor value) throws IOException {
        keyBytes += key.length;
        value.verify(keyBytes <= MOST_SHARING * file.size(), "the keys take " + keyBytes + " bytes: beyond reason");
        if (key.length == 0) {
            shardCount = readHeader(value);
        } else if (key[0] == 0) {
            slices.put(ByteBuffer.wrap(key), BundleEntry.read(value));
        } else {
            String name;
            try {
                name = Text.decode(key);
            } catch (CharacterCodingException notText) {
                throw file.malformed(value.position(), "the name before this entry is not UTF-8");
            }
            entries.put(name, BundleEntry.read(value));
        }
    }

    /** TensorFlow's {@code BundleHeaderProto}; its version concerns writers only so far. */
    private static int readHeader(Cursor value) throws IOException {
        long start = value.position();
        long shards = 0;
        ProtobufReader message = new ProtobufReader(value);
        while (message.next()) {
            switch (message.field()) {
                case 1 -> shards = message.varint();
                case 2 ->
                    message.verify(
                            message.varint() == 0,
                            "the checkpoint is big-endian; only little-endian ones are supported");
                default -> {}
            }
        }
        value.verify(shards > 0 && shards <= Integer.MAX_VALUE, start, "the checkpoint has " + shards + " shards");
        return (int) shards;
    }

    private void openShards(Path prefix) throws IOException {
        for (int shard = 0; shard < shardCount; shard++) {
            Path path =
                    prefix.resolveSibling("%s.data-%05d-of-%05d".formatted(prefix.getFileName(), shard, shardCount));
            try {
                shards.add(CheckpointFile.open(path));
            } catch (NoSuchFileException missing) {
                throw new MalformedCheckpointException(
                        path,
                        0,
                        "this file is missing; " + file.path().getFileName() + " names " + shardCount + " such");
            }
        }
    }

    private Collection<StoredTensor> locate() throws IOException {
        List<StoredTensor> tensors = new ArrayList<>();
        for (Map.Entry<String, BundleEntry> named : entries.entrySet()) {
            BundleEntry entry = named.getValue();
            TensorInfo info = new TensorInfo(named.getKey(), entry.type(), entry.shape());
            tensors.add(new StoredTensor(
                    info,
                    entry.slices().isEmpty()
                            ? List.of(piece(info.name(), entry, Piece.zeros(entry.shape())))
                            : pieces(info, entry)));
        }
        for (BundleEntry orphan : slices.values()) {
            throw file.malformed(orphan.place(), "this slice belongs to no partitioned variable");
        }
        return tensors;
    }

    private List<Piece> pieces(TensorInfo info, BundleEntry whole) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (BundleEntry.Slice box : whole.slices()) {
            BundleEntry entry = slices.remove(ByteBuffer.wrap(OrderedCode.sliceKey(info.name(), box)));
            verify(entry != null, whole, info.name(), "has no entry for its slice " + box);
            verify(
                    entry.slices().isEmpty()
                            && entry.type() == info.type()
                            && entry.shape().equals(resolved(box, info.shape())),
                    entry,
                    info.name(),
                    "of shape " + info.shape() + " does not match its slice " + box + " of shape " + entry.shape());
            pieces.add(piece(info.name(), entry, box.starts()));
        }
        verify(StoredTensor.isPartition(info.shape(), pieces), whole, info.name(), "is not covered once by its slices");
        return pieces;
    }

    private Piece piece(String name, BundleEntry entry, List<Long> starts) throws IOException {
        verify(entry.shard() < shardCount, entry, name, "lies in shard " + entry.shard() + " of " + shardCount);
        CheckpointFile shard = shards.get(entry.shard());
        verify(
                entry.size() <= shard.size() && entry.offset() <= shard.size() - entry.size(),
                entry,
                name,
                "takes " + entry.size() + " bytes from byte " + entry.offset() + " of "
                        + shard.path().getFileName() + ", which has " + shard.size());
        TensorInfo part = new TensorInfo(name, entry.type(), entry.shape());
        verify(
                entry.type().isFixedSize()
                        ? part.byteSize() == entry.size()
                        : part.elements() <= entry.size() - StoredStrings.CHECKSUM,
                entry,
                name,
                "of type " + entry.type() + " and shape " + entry.shape() + " cannot have " + entry.size() + " bytes");
        return new Piece(shard, entry.offset(), entry.size(), OptionalInt.of(entry.maskedCrc()), starts, entry.shape());
    }

    private void verify(boolean condition, BundleEntry entry, String name, String reason) throws IOException {
        file.verify(condition, entry.place(), "tensor '" + name + "' " + reason);
    }

    /** The shape of a slice; null if it has another rank. */
    private static List<Long> resolved(BundleEntry.Slice slice, List<Long> shape) {
        if (slice.lengths().size() != shape.size()) {
            return null;
        }
        List<Long> lengths = new ArrayList<>(slice.lengths());
        for (int axis = 0; axis < lengths.size(); axis++) {
            if (lengths.get(axis) == BundleEntry.Slice.FULL) {
                lengths.set(axis, shape.get(axis));
            }
        }
        return lengths;
    }
}
