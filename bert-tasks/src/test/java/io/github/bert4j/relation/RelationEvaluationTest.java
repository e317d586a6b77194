package io.github.bert4j.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.relation.RelationEvaluation.Comparison;
import io.github.bert4j.score.Score;
import io.github.bert4j.score.ScoreTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelationEvaluationTest {
    private static final String TEXT = "Bob写了《A》和《B》";

    private final RelationEvaluation evaluation = new RelationEvaluation(List.of(
            new Comparison(
                    new LabelledRelations(
                            TEXT,
                            List.of(
                                    new Triple("A", "作者", "bob"),
                                    new Triple(" a ", "作者", "Bob"),
                                    new Triple("B", "作者", "Bob"),
                                    new Triple("B", "导演", "Bob"))),
                    List.of(
                            new ExtractedTriple(new Mention("A", 6, 7), "作者", new Mention("Bob", 0, 3)),
                            new ExtractedTriple(new Mention("B", 10, 11), "丈夫", new Mention("Bob", 0, 3)))),
            new Comparison(new LabelledRelations("无", List.of()), List.of())));

    @TempDir
    Path folder;

    @Test
    void countsDistinctTriplesStrippedAndLowerCased() {
        assertEquals(new Score(1, 2, 3), evaluation.score());
        assertEquals(
                List.of("precision", "recall", "f1"),
                List.copyOf(evaluation.metrics().keySet()));
        assertEquals(0.4, evaluation.metrics().get("f1"), 1e-12);
    }

    @Test
    void countsByPredicate() {
        assertEquals(
                List.of(
                        new ScoreTable.Row(1, "作者", new Score(1, 1, 2)),
                        new ScoreTable.Row(2, "导演", new Score(0, 0, 1)),
                        new ScoreTable.Row(3, "丈夫", new Score(0, 1, 0))),
                evaluation.table().rows());
    }

    @Test
    void reportsWhatIsNewAndWhatIsMissing() throws IOException {
        Path file = folder.resolve("report.jsonl");
        evaluation.saveReport(file);
        assertEquals(
                List.of("""
                        {"text":"Bob写了《A》和《B》",\
                        "gold":[{"subject":"a","predicate":"作者","object":"bob"},\
                        {"subject":"b","predicate":"作者","object":"bob"},\
                        {"subject":"b","predicate":"导演","object":"bob"}],\
                        "predicted":[{"subject":"a","predicate":"作者","object":"bob"},\
                        {"subject":"b","predicate":"丈夫","object":"bob"}],\
                        "new":[{"subject":"b","predicate":"丈夫","object":"bob"}],\
                        "missing":[{"subject":"b","predicate":"作者","object":"bob"},\
                        {"subject":"b","predicate":"导演","object":"bob"}]}""", "{\"text\":\"无\",\"gold\":[],\"predicted\":[],\"new\":[],\"missing\":[]}"),
                Files.readAllLines(file));
    }

    @Test
    void savesPredictionsInTheFormatOfTheData() throws IOException {
        Path file = folder.resolve("predictions.jsonl");
        evaluation.savePredictions(file);
        assertEquals(List.of("""
                        {"text":"Bob写了《A》和《B》",\
                        "spo_list":[{"subject":"A","predicate":"作者","object":"Bob"},\
                        {"subject":"B","predicate":"丈夫","object":"Bob"}]}""", "{\"text\":\"无\",\"spo_list\":[]}"), Files.readAllLines(file));
    }
}
