package io.github.bert4j.examples;

import io.github.bert4j.distillation.Distillation;
import io.github.bert4j.sentiment.SentimentClassifier;
import io.github.bert4j.sentiment.SentimentTask;
import io.github.bert4j.task.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Distillation: a smaller model that says what a trained one says. */
public final class DistillationExample {
    private DistillationExample() {}

    /** @param arguments a bundle for sentiment, a file with a text per line, and where the student's bundle goes */
    public static void main(String[] arguments) throws IOException {
        List<String> texts = Files.readAllLines(Path.of(arguments[1]));
        distill(Path.of(arguments[0]), texts, Path.of(arguments[2]));
    }

    static void distill(Path bundle, List<String> texts, Path small) throws IOException {
        // The guide shows what follows.
        var options = SentimentClassifier.DEFAULTS.withLearningRate(1e-4);
        List<Question> questions = texts.stream().map(Question::of).toList(); // without labels
        try (var teacher = SentimentClassifier.load(bundle);
                var student = Distillation.student(new SentimentTask(), teacher, 1, options)) { // one layer
            Distillation.DEFAULT.fit(teacher, student, questions, 5, Map::of);
            System.out.println(student.predict("房间干净，服务也好。").probability());
            student.save(small);
        }
        // So far the guide.
    }
}
