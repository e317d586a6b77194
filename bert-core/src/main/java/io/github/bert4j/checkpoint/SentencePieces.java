package io.github.bert4j.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * SentencePiece's own file, {@code *.model}.
 *
 * <p>Source: {@code sentencepiece_model.proto} of google/sentencepiece.
 *
 * @param pieces in the order of their ids
 * @param characterMap the table of replacements, empty for none
 */
public record SentencePieces(List<Piece> pieces, byte[] characterMap) {
    private static final int UNIGRAM = 1;
    private static final int NORMAL = 1;
    private static final int LONGEST = 1 << 16;

    /**
     * One token.
     *
     * @param score logarithm of its probability
     * @param type 1 for an ordinary one, 2 for the unknown, 3 for control, 4 for one that users added
     */
    public record Piece(String text, float score, int type) {
        public boolean isOrdinary() {
            return type == NORMAL;
        }
    }

    /**
     * @throws MalformedCheckpointException if the file is damaged; with the place in it
     * @throws IOException if it cannot be read, or is no unigram model
     */
    public static SentencePieces read(Path path) throws IOException {
        try (CheckpointFile file = CheckpointFile.open(path)) {
            ProtobufReader model = new ProtobufReader(new Cursor(new FileBytes(file), 0, file.size()));
            List<Piece> pieces = new ArrayList<>();
            byte[] map = {};
            while (model.next()) {
                switch (model.field()) {
                    case 1 -> pieces.add(piece(model.message()));
                    case 2 -> requireUnigram(path, model.message());
                    case 3 -> map = characterMap(model.message());
                    default -> {}
                }
            }
            if (pieces.isEmpty()) {
                throw new IOException(path + " holds no pieces: expected a model of SentencePiece");
            }
            return new SentencePieces(List.copyOf(pieces), map);
        }
    }

    private static Piece piece(ProtobufReader message) throws IOException {
        String text = "";
        float score = 0;
        int type = NORMAL;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> text = message.text(LONGEST);
                case 2 -> score = Float.intBitsToFloat(message.fixed32());
                case 3 -> type = (int) message.varint();
                default -> {}
            }
        }
        if (Float.isNaN(score)) {
            message.verify(false, "the score of \"%s\" is no number".formatted(text));
        }
        return new Piece(text, score, type);
    }

    private static void requireUnigram(Path path, ProtobufReader trainer) throws IOException {
        while (trainer.next()) {
            long type = trainer.field() == 3 ? trainer.varint() : UNIGRAM;
            if (type != UNIGRAM) {
                throw new IOException("%s: field trainer_spec.model_type is %d, expected %d, a unigram model"
                        .formatted(path, type, UNIGRAM));
            }
        }
    }

    private static byte[] characterMap(ProtobufReader normalizer) throws IOException {
        ByteArrayOutputStream map = new ByteArrayOutputStream();
        while (normalizer.next()) {
            if (normalizer.field() == 2) {
                Cursor content = normalizer.content();
                while (content.remaining() > 0) {
                    map.write(content.next());
                }
            }
        }
        return map.toByteArray();
    }
}
