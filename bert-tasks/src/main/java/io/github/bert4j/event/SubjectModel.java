package io.github.bert4j.event;

import static io.github.bert4j.layers.Layers.lambda;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.task.Pointer;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Optimizer;
import java.util.List;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** Two dense layers on BERT: at which token the answer starts, and at which it ends. */
final class SubjectModel {
    private final Graph graph;
    private final Tensor tokens;
    private final Tensor starts;
    private final Tensor ends;
    private final Model model;

    SubjectModel(Graph graph, Bert bert) {
        this.graph = graph;
        this.tokens = graph.ids("tokens");
        Tensor x = bert.apply(tokens); // [batch, length, hidden]
        Tensor padding = tokens.equalTo(tokens.padding());
        this.starts = Pointer.without(padding, Pointer.logits(x));
        this.ends = Pointer.without(padding, Pointer.logits(x));
        this.model = Model.of(tokens).to(starts, ends);
    }

    /** Token ids [batch, length] → logits of starts and ends, [batch, length] each. */
    Model model() {
        return model;
    }

    /**
     * Inputs: token ids [batch, length], first token of the answer [batch], last token [batch]. The loss is the mean
     * cross-entropy of the start and that of the end among the tokens that are not before the start.
     */
    CompiledModel compile(Optimizer optimizer) {
        Tensor start = graph.ints("start", Shape.UNKNOWN);
        Tensor end = graph.ints("end", Shape.UNKNOWN);
        Tensor before = lambda((SDVariable first, SDVariable ids) ->
                        ids.getSameDiff().sequenceMask(first, ids.shape().get(SDIndex.point(1)), DataType.FLOAT))
                .apply(start, tokens);
        Loss crossEntropy = Loss.sparseCategoricalCrossEntropy();
        List<LossTerm> loss = List.of(
                crossEntropy.term(starts.softmax(), start).named("start"),
                crossEntropy.term(Pointer.without(before, ends).softmax(), end).named("end"));
        return Model.of(tokens, start, end).to(starts, ends).compile(loss, optimizer);
    }
}
