package io.github.bert4j.cli;

import io.github.bert4j.bert.BertConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What {@code convert} writes. */
enum CheckpointFormat {
    /** Google's directories. */
    TENSORFLOW,
    /** Those of its transformers. */
    HUGGINGFACE,
    /** Those of sentence-transformers, which know how vectors are made of tokens. */
    SENTENCE_TRANSFORMERS;

    /** The one that a model does not have yet: TensorFlow's for Hugging Face's directories, else Hugging Face's. */
    static CheckpointFormat other(Path from) {
        Path directory = Files.isDirectory(from) ? from : from.resolveSibling("");
        return Files.exists(directory.resolve(BertConfig.HUGGING_FACE_FILE_NAME)) ? TENSORFLOW : HUGGINGFACE;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
