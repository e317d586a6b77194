package io.github.bert4j.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Reads the JSON header of a safetensors file, accepting nothing that the format does not define. */
final class SafeTensorsHeader {
    private final CheckpointFile file;
    private final JsonParser json;
    private final long dataStart;
    private final List<StoredTensor> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new TreeMap<>(Text.BYTE_ORDER);

    private SafeTensorsHeader(CheckpointFile file, JsonParser json, long dataStart) {
        this.file = file;
        this.json = json;
        this.dataStart = dataStart;
    }

    /** @param start of the file: the header's length and the header */
    static SafeTensorsHeader read(CheckpointFile file, byte[] start) throws IOException {
        String text;
        try {
            text = Text.decode(Arrays.copyOfRange(start, Long.BYTES, start.length));
        } catch (CharacterCodingException notText) {
            throw file.malformed(Long.BYTES, "the header is not UTF-8");
        }
        file.verify(text.startsWith("{"), Long.BYTES, "the header does not start with '{'");
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try (JsonParser json = factory.createParser(text)) {
            SafeTensorsHeader header = new SafeTensorsHeader(file, json, start.length);
            header.read();
            return header;
        } catch (JsonProcessingException invalid) {
            throw file.malformed(Long.BYTES, "the header is not valid JSON: " + invalid.getOriginalMessage());
        }
    }

    List<StoredTensor> tensors() {
        return tensors;
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    private void read() throws IOException {
        json.nextToken();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            expect(JsonToken.START_OBJECT, "the entry '" + name + "'");
            if (name.equals(SafeTensors.METADATA)) {
                readMetadata();
            } else {
                readTensor(name);
            }
        }
        verify(json.nextToken() == null, "something follows the header's closing brace");
        verifyTiling();
    }

    private void readMetadata() throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            expect(JsonToken.VALUE_STRING, "the metadata '" + key + "'");
            metadata.put(key, json.getText());
        }
    }

    private void readTensor(String name) throws IOException {
        DataType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            switch (json.currentName()) {
                case "dtype" -> {
                    expect(JsonToken.VALUE_STRING, "the dtype of '" + name + "'");
                    Optional<DataType> known = DataType.ofSafeTensorsCode(json.getText());
                    verify(known.isPresent(), "the dtype " + json.getText() + " of '" + name + "' is not supported");
                    type = known.get();
                }
                case "shape" -> shape = readNumbers("the shape of '" + name + "'");
                case "data_offsets" -> offsets = readNumbers("the data_offsets of '" + name + "'");
                default -> verify(false, "'" + name + "' has the unknown property '" + json.currentName() + "'");
            }
        }
        verify(type != null && shape != null && offsets != null, "'" + name + "' lacks dtype, shape or data_offsets");
        verify(TensorInfo.isCountable(type, shape), "the shape " + shape + " of '" + name + "' is beyond counting");
        TensorInfo info = new TensorInfo(name, type, shape);
        verify(
                offsets.size() == 2
                        && offsets.get(1) <= file.size() - dataStart
                        && offsets.get(1) - offsets.get(0) == info.byteSize(),
                "'" + name + "' of type " + type + " and shape " + shape + " cannot have the data_offsets " + offsets
                        + " in " + (file.size() - dataStart) + " bytes of data");
        Piece piece = Piece.whole(file, dataStart + offsets.get(0), info.byteSize(), OptionalInt.empty(), shape);
        tensors.add(new StoredTensor(info, List.of(piece)));
    }

    private List<Long> readNumbers(String what) throws IOException {
        expect(JsonToken.START_ARRAY, what);
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            long number = json.getLongValue();
            verify(number >= 0, what + " has the negative number " + number);
            numbers.add(number);
        }
        verify(json.currentToken() == JsonToken.END_ARRAY, what + " is not a list of whole numbers");
        return numbers;
    }

    private void verifyTiling() throws IOException {
        List<Piece> pieces = tensors.stream()
                .map(tensor -> tensor.pieces().get(0))
                .sorted(Comparator.comparingLong(Piece::offset).thenComparingLong(Piece::byteSize))
                .toList();
        long position = dataStart;
        for (Piece piece : pieces) {
            file.verify(
                    piece.offset() == position,
                    position,
                    "the next tensor starts at " + piece.offset() + " instead of here");
            position += piece.byteSize();
        }
        file.verify(
                position == file.size(), position, (file.size() - position) + " bytes at the end belong to no tensor");
    }

    private void expect(JsonToken expected, String what) throws IOException {
        JsonToken actual = json.nextToken();
        verify(actual == expected, what + " is " + actual + " instead of " + expected);
    }

    private void verify(boolean condition, String reason) throws IOException {
        file.verify(condition, Long.BYTES, reason);
    }
}
