package io.github.bert4j.tokenize;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * SentencePiece's own file, {@code *.model}: a protocol buffer.
 *
 * <p>Source: {@code sentencepiece_model.proto} of google/sentencepiece.
 *
 * @param pieces in the order of their ids
 * @param characterMap the table of replacements, empty for none
 */
record SentencePieces(List<Piece> pieces, byte[] characterMap) {
    private static final int UNIGRAM = 1;

    /**
     * One token.
     *
     * @param score logarithm of its probability
     */
    record Piece(String text, float score) {}

    /** @throws IOException if the file cannot be read, is damaged, or is no unigram model */
    static SentencePieces read(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        List<Piece> pieces = new ArrayList<>();
        byte[] map = {};
        try {
            while (file.hasRemaining()) {
                Field field = Field.next(file);
                if (field.number() == 1) {
                    pieces.add(piece(field.message()));
                } else if (field.number() == 2) {
                    requireUnigram(path, field.message());
                } else if (field.number() == 3) {
                    map = characterMap(field.message());
                }
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new IOException(
                    "%s is damaged near byte %d: expected a model of SentencePiece".formatted(path, file.position()),
                    e);
        }
        if (pieces.isEmpty()) {
            throw new IOException(path + " holds no pieces: expected a model of SentencePiece");
        }
        return new SentencePieces(List.copyOf(pieces), map);
    }

    private static Piece piece(ByteBuffer message) {
        String text = "";
        float score = 0;
        while (message.hasRemaining()) {
            Field field = Field.next(message);
            if (field.number() == 1) {
                text = StandardCharsets.UTF_8.decode(field.message()).toString();
            } else if (field.number() == 2) {
                score = Float.intBitsToFloat((int) field.value());
            }
        }
        if (!Float.isFinite(score)) {
            throw new IllegalArgumentException("the score of \"%s\" is %s".formatted(text, score));
        }
        return new Piece(text, score);
    }

    private static void requireUnigram(Path path, ByteBuffer trainer) throws IOException {
        while (trainer.hasRemaining()) {
            Field field = Field.next(trainer);
            if (field.number() == 3 && field.value() != UNIGRAM) {
                throw new IOException("%s: field trainer_spec.model_type is %d, expected %d, a unigram model"
                        .formatted(path, field.value(), UNIGRAM));
            }
        }
    }

    private static byte[] characterMap(ByteBuffer normalizer) {
        byte[] map = {};
        while (normalizer.hasRemaining()) {
            Field field = Field.next(normalizer);
            if (field.number() == 2) {
                map = new byte[field.message().remaining()];
                field.message().get(map);
            }
        }
        return map;
    }

    /**
     * A field of a message.
     *
     * @param value a number, 0 where the field is a message or a string
     * @param message its bytes, null where the field is a number
     */
    private record Field(int number, long value, ByteBuffer message) {

        static Field next(ByteBuffer bytes) {
            long tag = varint(bytes);
            int number = (int) (tag >>> 3);
            return switch ((int) (tag & 7)) {
                case 0 -> new Field(number, varint(bytes), null);
                case 1 -> new Field(number, bytes.getLong(), null);
                case 5 -> new Field(number, bytes.getInt(), null);
                case 2 -> {
                    long length = varint(bytes);
                    if (length < 0 || length > bytes.remaining()) {
                        throw new IllegalArgumentException("a field of %d bytes".formatted(length));
                    }
                    ByteBuffer message =
                            bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
                    bytes.position(bytes.position() + (int) length);
                    yield new Field(number, 0, message);
                }
                default -> throw new IllegalArgumentException("a field of type " + (tag & 7));
            };
        }

        private static long varint(ByteBuffer bytes) {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                byte group = bytes.get();
                value |= (group & 0x7FL) << shift;
                if (group >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a number of more than 64 bits");
        }

        public ByteBuffer message() {
            if (message == null) {
                throw new IllegalArgumentException("field %d is a number".formatted(number));
            }
            return message;
        }
    }
}
