package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An index entry of a tensor bundle: TensorFlow's {@code BundleEntryProto}.
 *
 * @param place where in the index the entry is
 * @param slices the boxes of a partitioned variable, whose values are in entries of their own; else empty
 */
record BundleEntry(
        long place,
        DataType type,
        List<Long> shape,
        int shard,
        long offset,
        long size,
        int maskedCrc,
        List<Slice> slices) {
    private static final int MAX_RANK = 254; // TensorFlow's TensorShape::MaxDimensions

    /**
     * TensorFlow's {@code TensorSliceProto}, with its absent lengths as {@link #FULL}.
     *
     * @param starts per axis
     * @param lengths per axis, or {@link #FULL}
     */
    record Slice(List<Long> starts, List<Long> lengths) {
        static final long FULL = -1;
    }

    static BundleEntry read(Cursor cursor) throws IOException {
        long start = cursor.position();
        long place = cursor.fileOffset();
        Optional<DataType> type = Optional.empty();
        List<Long> shape = List.of();
        long shard = 0;
        long offset = 0;
        long size = 0;
        int crc = 0;
        List<Slice> slices = new ArrayList<>();
        ProtobufReader message = new ProtobufReader(cursor);
        while (message.next()) {
            switch (message.field()) {
                case 1 -> {
                    long code = message.varint();
                    type = DataType.ofTensorFlowCode(code);
                    cursor.verify(type.isPresent(), start, "the data type code " + code + " is not supported");
                }
                case 2 -> shape = readShape(message.message());
                case 3 -> shard = message.varint();
                case 4 -> offset = message.varint();
                case 5 -> size = message.varint();
                case 6 -> crc = message.fixed32();
                case 7 -> slices.add(readSlice(message.message()));
                default -> {} // a later version's addition
            }
        }
        cursor.verify(type.isPresent(), start, "a tensor has no data type");
        cursor.verify(shard >= 0 && shard <= Integer.MAX_VALUE, start, "a tensor lies in shard " + shard);
        cursor.verify(offset >= 0 && size >= 0, start, "a tensor of " + size + " bytes lies at " + offset);
        cursor.verify(
                TensorInfo.isCountable(type.get(), shape),
                start,
                "the shape " + shape + " is negative or beyond counting");
        return new BundleEntry(place, type.get(), shape, (int) shard, offset, size, crc, slices);
    }

    private static List<Long> readShape(ProtobufReader message) throws IOException {
        List<Long> shape = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 2 -> {
                    message.verify(shape.size() < MAX_RANK, "a shape has more than " + MAX_RANK + " axes");
                    shape.add(readDimension(message.message()));
                }
                case 3 -> message.verify(message.varint() == 0, "a stored tensor has a shape of unknown rank");
                default -> {}
            }
        }
        return shape;
    }

    private static long readDimension(ProtobufReader message) throws IOException {
        long size = 0;
        while (message.next()) {
            if (message.field() == 1) {
                size = message.varint();
            }
        }
        return size;
    }

    private static Slice readSlice(ProtobufReader message) throws IOException {
        List<Long> starts = new ArrayList<>();
        List<Long> lengths = new ArrayList<>();
        while (message.next()) {
            if (message.field() == 1) {
                message.verify(starts.size() < MAX_RANK, "a slice has more than " + MAX_RANK + " axes");
                long start = 0;
                long length = Slice.FULL;
                ProtobufReader extent = message.message();
                while (extent.next()) {
                    switch (extent.field()) {
                        case 1 -> start = extent.varint();
                        case 2 -> length = extent.varint();
                        default -> {}
                    }
                }
                starts.add(start);
                lengths.add(length);
            }
        }
        return new Slice(starts, lengths);
    }
}
