package io.github.bert4j.relation;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TextWindows;
import io.github.bert4j.text.TextWindows.Part;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds triples in texts of any length, many texts at a time: each is encoded once, and the subjects of all texts of a
 * batch go through the object model together.
 */
record TripleFinder(RelationModels models, TextWindows windows, SpanDecoder decoder, List<String> predicates) {
    /** Texts whose encodings are in memory at a time; not the training batch, so that results do not depend on it. */
    private static final int TEXTS_TOGETHER = 32;

    private static final int SUBJECTS_TOGETHER = 32;

    /**
     * A subject to find objects for.
     *
     * @param vectors BERT's, of its window
     */
    private record Subject(Part part, FloatValues vectors, TokenSpan span) {}

    /** The triples of each text, in the order of their places; one that several windows show is there several times. */
    List<List<ExtractedTriple>> find(List<String> texts) {
        List<List<ExtractedTriple>> triples = new ArrayList<>();
        texts.forEach(text -> triples.add(new ArrayList<>()));
        for (List<Part> parts : windows.batches(texts, TEXTS_TOGETHER)) {
            List<Subject> subjects = subjects(parts);
            if (!subjects.isEmpty()) {
                addObjects(subjects, texts, triples);
            }
        }
        triples.forEach(found -> found.sort(Comparator.comparingInt(
                        (ExtractedTriple triple) -> triple.subject().start())
                .thenComparingInt(triple -> triple.object().start())));
        return triples;
    }

    private List<Subject> subjects(List<Part> parts) {
        List<Prediction> predictions = models.subjects()
                .predict(Dataset.of(
                        parts,
                        TEXTS_TOGETHER,
                        part -> Sample.of(part.window().encoding().ids())));
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            FloatValues vectors = predictions.get(i).output(2);
            for (LabelledSpan found : decode(predictions.get(i), part.window())) {
                subjects.add(new Subject(part, vectors, found.span()));
            }
        }
        return subjects;
    }

    private void addObjects(List<Subject> subjects, List<String> texts, List<List<ExtractedTriple>> triples) {
        List<Prediction> predictions = models.objects()
                .predict(Dataset.of(
                        subjects,
                        SUBJECTS_TOGETHER,
                        subject -> Sample.of(
                                subject.vectors(),
                                IntValues.of(subject.span().start()),
                                IntValues.of(subject.span().end()))));
        for (int i = 0; i < subjects.size(); i++) {
            Subject subject = subjects.get(i);
            Window window = subject.part().window();
            int text = subject.part().text();
            for (LabelledSpan object : decode(predictions.get(i), window)) {
                triples.get(text)
                        .add(new ExtractedTriple(
                                mention(texts.get(text), window, subject.span()),
                                predicates.get(object.label()),
                                mention(texts.get(text), window, object.span())));
            }
        }
    }

    private List<LabelledSpan> decode(Prediction prediction, Window window) {
        return decoder
                .decode(prediction.output(0), prediction.output(1), window.firstToken(), window.lastToken())
                .stream()
                .filter(found -> !window.isCut(found.span()))
                .toList();
    }

    private static Mention mention(String text, Window window, TokenSpan span) {
        int start = window.start(span);
        int end = window.end(span);
        return new Mention(text.substring(start, end), start, end);
    }
}
