package io.github.bert4j.joint;

import static io.github.bert4j.layers.Activation.SOFTMAX;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.entity.EntityTrainingSet.TrainingWindow;
import io.github.bert4j.entity.TagModel;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Crf;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Optimizer;
import java.util.List;

/**
 * One BERT, a softmax on its vector of [CLS] and a CRF on the vectors of all tokens.
 *
 * @param number of the class, the input that is learned from, int32 [batch]
 * @param predicting tokens [batch, length] → probabilities [batch, classes] and emissions [batch, length, tags]
 * @param training tokens and tags, [batch, length] each, and class → probabilities and the tags' losses [batch]
 */
record JointModel(Tensor number, TagModel tagging, Model predicting, Model training) {

    static JointModel of(Graph graph, Bert bert, JointLabels labels) {
        Tensor tokens = graph.ids("tokens");
        Tensor vectors = bert.apply(tokens);
        Tensor probabilities = dense(labels.classes().size(), SOFTMAX).apply(vectors.at(0));
        TagModel tagging = TagModel.of(tokens, vectors, labels.entities());
        Tensor number = graph.ints("class", Shape.UNKNOWN);
        return new JointModel(
                number,
                tagging,
                Model.of(tokens).to(probabilities, tagging.emissions()),
                Model.of(tokens, tagging.tags(), number).to(probabilities, tagging.losses()));
    }

    /** The loss is the mean over texts of {@code -log p(class) - entityWeight log p(tags)}. */
    CompiledModel compile(Optimizer optimizer, double entityWeight) {
        List<LossTerm> loss = List.of(
                Loss.sparseCategoricalCrossEntropy()
                        .term(training.outputs().get(0), number)
                        .named("label"),
                LossTerm.perSample(tagging.losses().times(entityWeight), number).named("entities"));
        return training.compile(loss, optimizer);
    }

    /** As {@link #predicting}, with what else decoding needs. */
    OnnxModel exported() {
        Crf.Scores scores = tagging.crf().scores();
        return OnnxModel.of(Model.of(predicting.inputs().get(0))
                        .to(
                                predicting.outputs().get(0),
                                tagging.emissions(),
                                scores.transitions(),
                                scores.starts(),
                                scores.ends()))
                .withOutputs("probabilities", "emissions", "transitions", "starts", "ends");
    }

    /** What {@link #training} reads for a text. */
    Sample sample(TrainingWindow window, int classNumber) {
        int[] ids = window.ids();
        return Sample.of(ids, tagging.encode(ids.length, window.spans())).with(new IntValues(new int[] {classNumber}));
    }
}
