package io.github.bert4j.answer;

import static io.github.bert4j.layers.Layers.lambda;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.task.Pointer;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Two dense layers on BERT: at which token of the passage the answer starts, and at which it ends; at {@code [CLS]} if there
 * is none.
 *
 * <p>Source: Devlin et al., section 4.2 (SQuAD v1.1) and 4.3 (v2.0); {@code run_squad.py} of google-research/bert, which lets
 * the question be an answer too, and relies on never decoding it.
 */
final class AnswerModel {
    private final Graph graph;
    private final Tensor tokens;
    private final Tensor segments;
    private final Tensor starts;
    private final Tensor ends;
    private final Model model;

    AnswerModel(Graph graph, Bert bert) {
        this.graph = graph;
        this.tokens = graph.ids("tokens");
        this.segments = graph.ids("segments");
        int cls = bert.vocabulary().classificationId();
        int separator = bert.vocabulary().separatorId();
        // The tokenizer makes neither of them from text, so all of segment 1 but [SEP] is the passage.
        Tensor elsewhere = lambda((SDVariable ids, SDVariable second) -> second.castTo(DataType.FLOAT)
                        .mul(ids.neq(separator).castTo(DataType.FLOAT))
                        .add(ids.eq(cls).castTo(DataType.FLOAT))
                        .rsub(1))
                .apply(tokens, segments);
        Tensor x = bert.apply(tokens, segments); // [batch, length, hidden]
        this.starts = Pointer.without(elsewhere, Pointer.logits(x));
        this.ends = Pointer.without(elsewhere, Pointer.logits(x));
        this.model = Model.of(tokens, segments).to(starts, ends);
    }

    /** Token ids and segment ids [batch, length] → logits of starts and ends, [batch, length] each. */
    Model model() {
        return model;
    }

    /**
     * Inputs: token ids and segment ids [batch, length], first token of the answer [batch], last token [batch]. The loss is
     * the mean cross-entropy of the start and that of the end, each among {@code [CLS]} and the tokens of the passage.
     */
    CompiledModel compile(Optimizer optimizer) {
        Tensor start = graph.ints("start", Shape.UNKNOWN);
        Tensor end = graph.ints("end", Shape.UNKNOWN);
        Loss crossEntropy = Loss.sparseCategoricalCrossEntropy();
        return Model.of(tokens, segments, start, end)
                .to(starts, ends)
                .compile(
                        List.of(
                                crossEntropy.term(starts.softmax(), start).named("start"),
                                crossEntropy.term(ends.softmax(), end).named("end")),
                        optimizer);
    }
}
