package io.github.bert4j.examples;

import io.github.bert4j.relation.AnnotatedText;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The annotated texts that come along: short sentences, made up for this project. */
final class SampleRelations {
    /** The predicates, in the order in which they are numbered. */
    static final List<String> PREDICATES = List.of("丈夫", "作者", "出生地", "妻子", "导演", "成立日期");

    private static final String FOLDER = "/io/github/bert4j/testdata/relation/";

    private SampleRelations() {}

    /** Texts to learn from. */
    static List<AnnotatedText> train() throws IOException {
        return read("train.jsonl");
    }

    /** Others to measure on. */
    static List<AnnotatedText> validation() throws IOException {
        return read("valid.jsonl");
    }

    private static List<AnnotatedText> read(String name) throws IOException {
        try (InputStream in = SampleRelations.class.getResourceAsStream(FOLDER + name);
                Lines lines = new Lines(name, in)) {
            return RelationFiles.texts(lines, warning -> {
                throw new IllegalStateException(warning);
            });
        }
    }
}
