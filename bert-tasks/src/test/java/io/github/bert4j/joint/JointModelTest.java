package io.github.bert4j.joint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.TestData;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.entity.EntityTrainingSet.TrainingWindow;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.train.Adam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JointModelTest {
    private static final JointLabels LABELS = new JointLabels(List.of("a", "b", "c"), List.of("x", "y"));

    private static final double WEIGHT = 0.3;

    @TempDir
    Path folder;

    /** While a CRF's transitions are 0, the log-likelihood of tags is the sum of their log-softmaxes. */
    @Test
    void losesWhatTheClassAndInPartWhatTheTagsLose() throws IOException {
        var first = new TrainingWindow(
                new int[] {3, 5, 6, 7, 6, 4},
                List.of(new LabelledSpan(new TokenSpan(1, 2), 0), new LabelledSpan(new TokenSpan(4, 4), 1)));
        var second = new TrainingWindow(new int[] {3, 7, 4}, List.of());
        Path checkpoint = TestData.smallBert(folder, 32, 16, List.of("甲乙丙"));
        try (Graph graph = new Graph(1)) {
            JointModel network = JointModel.of(graph, Bert.load(graph, checkpoint), LABELS);
            List<Prediction> predictions =
                    network.predicting().predict(List.of(Sample.of(first.ids()), Sample.of(second.ids())), 2);
            double expected =
                    (loss(predictions.get(0), 2, 0, 1, 2, 0, 3, 0) + loss(predictions.get(1), 0, 0, 0, 0)) / 2;
            var samples = List.of(network.sample(first, 2), network.sample(second, 0));
            var history = network.compile(new Adam(1e-3), WEIGHT).fit(Dataset.of(samples, 2, sample -> sample), 1);
            assertEquals(expected, history.values("loss")[0], 1e-5);
        }
    }

    private static double loss(Prediction prediction, int classNumber, int... tags) {
        double loss = -Math.log(prediction.output(0).get(classNumber));
        FloatValues emissions = prediction.output(1);
        for (int position = 0; position < tags.length; position++) {
            double sum = 0;
            for (int tag = 0; tag < 1 + 2 * LABELS.entities().size(); tag++) {
                sum += Math.exp(emissions.get(position, tag));
            }
            loss += WEIGHT * (Math.log(sum) - emissions.get(position, tags[position]));
        }
        return loss;
    }
}
