package io.github.bert4j.relation;

import static io.github.bert4j.layers.Activation.SIGMOID;
import static io.github.bert4j.layers.Layers.add;
import static io.github.bert4j.layers.Layers.average;
import static io.github.bert4j.layers.Layers.dense;
import static io.github.bert4j.layers.Layers.gather;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.layers.Dense;
import io.github.bert4j.models.Model;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import java.util.List;

/**
 * Three models over one BERT and four dense layers, "pointers" to where subjects and objects start and end.
 *
 * <p>A subject is told to the object pointers by adding the mean of its first and its last vector to all vectors of the
 * text. As that begins with what BERT has made of the text, a text is encoded once for all its subjects.
 *
 * @param subjects tokens [batch, length] → starts and ends of subjects, [batch, length, 1] each; BERT's vectors of the
 *     text, [batch, length, hidden]
 * @param objects such vectors and a subject's first and last token, [batch, 1] each → starts and ends of its objects,
 *     [batch, length, predicates] each
 * @param training tokens; labels of the subjects' starts and ends; one subject's first and last token; labels of its
 *     objects' starts and ends → all four probabilities
 * @param loss of the training model: binary cross-entropies of real tokens, those of objects summed over predicates
 */
record RelationModels(Model subjects, Model objects, Model training, List<LossTerm> loss) {

    static RelationModels of(Graph graph, Bert bert, int predicates) {
        Tensor tokens = graph.ids("tokens");
        Tensor text = bert.apply(tokens);
        Tensor subjectStarts = dense(1, SIGMOID).apply(text);
        Tensor subjectEnds = dense(1, SIGMOID).apply(text);

        Tensor first = graph.ints("subject_first", Shape.UNKNOWN, 1);
        Tensor last = graph.ints("subject_last", Shape.UNKNOWN, 1);
        Dense startPointer = dense(predicates, SIGMOID);
        Dense endPointer = dense(predicates, SIGMOID);
        Tensor told = tell(text, first, last);
        Tensor objectStarts = startPointer.apply(told);
        Tensor objectEnds = endPointer.apply(told);

        Tensor vectors = graph.floats("vectors", text.shape().toArray());
        Tensor toldAgain = tell(vectors, first, last);

        Tensor subjectStartLabels = label("subject_start_labels", subjectStarts);
        Tensor subjectEndLabels = label("subject_end_labels", subjectEnds);
        Tensor objectStartLabels = label("object_start_labels", objectStarts);
        Tensor objectEndLabels = label("object_end_labels", objectEnds);
        Tensor real = tokens.notEqualTo(tokens.padding());
        return new RelationModels(
                Model.of(tokens).to(subjectStarts, subjectEnds, text),
                Model.of(vectors, first, last).to(startPointer.apply(toldAgain), endPointer.apply(toldAgain)),
                Model.of(tokens, subjectStartLabels, subjectEndLabels, first, last, objectStartLabels, objectEndLabels)
                        .to(subjectStarts, subjectEnds, objectStarts, objectEnds),
                List.of(
                        loss(subjectStarts, subjectStartLabels, real).named("subject_start"),
                        loss(subjectEnds, subjectEndLabels, real).named("subject_end"),
                        loss(objectStarts, objectStartLabels, real).named("object_start"),
                        loss(objectEnds, objectEndLabels, real).named("object_end")));
    }

    private static Tensor tell(Tensor text, Tensor first, Tensor last) {
        return add().apply(text, average().apply(gather().apply(text, first), gather().apply(text, last)));
    }

    private static Tensor label(String name, Tensor output) {
        return output.graph().floats(name, output.shape().toArray());
    }

    private static LossTerm loss(Tensor output, Tensor label, Tensor real) {
        return LossTerm.maskedMean(Loss.binaryCrossEntropies(output, label).sum(-1), real);
    }
}
