package rating;

import static io.github.bert4j.layers.Activation.LINEAR;
import static io.github.bert4j.layers.Layers.dense;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.onnx.OnnxModel;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A dense layer on the vector of [CLS], by the mean squared error. */
public final class RatingModel implements TaskModel<RatedText, String, Rating> {
    private final RatingHead head;
    private final Backbone backbone;
    private final Model model;

    RatingModel(RatingHead head, Backbone backbone) {
        this.head = head;
        this.backbone = backbone;
        var tokens = backbone.graph().ids("tokens");
        this.model = Model.of(tokens)
                .to(dense(1, LINEAR).apply(backbone.bert().apply(tokens).at(0)));
    }

    @Override
    public RatingEvaluation evaluate(List<RatedText> samples) {
        List<Rating> ratings = predict(samples.stream().map(RatedText::text).toList());
        double distance = 0;
        for (int i = 0; i < samples.size(); i++) {
            distance += Math.abs(samples.get(i).stars() - ratings.get(i).stars());
        }
        return new RatingEvaluation(samples.size(), 1 - distance / samples.size());
    }

    @Override
    public List<Rating> predict(List<String> texts) {
        return backbone.predict(model, texts, this::sample).stream()
                .map(prediction -> new Rating(prediction.value()))
                .toList();
    }

    @Override
    public List<?> said(List<Question> questions) {
        return predict(questions.stream().map(Question::text).toList());
    }

    @Override
    public RatingHead head() {
        return head;
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public void exportOnnx(Path file) throws IOException {
        backbone.exportOnnx(file, head, OnnxModel.of(model).withOutputs("stars"));
    }

    @Override
    public Backbone backbone() {
        return backbone;
    }

    @Override
    public History fit(List<RatedText> train, int epochs, Validation validation, Callback... callbacks) {
        return backbone.fit(
                train.stream().map(RatedText::text),
                () -> data(train),
                epochs,
                Backbone.Recipe.constant(),
                this::compile,
                validation,
                callbacks);
    }

    private CompiledModel compile(Optimizer optimizer) {
        return model.compile(Loss.meanSquaredError(), optimizer);
    }

    private Dataset data(List<RatedText> texts) {
        return backbone.dataset(texts, rated -> sample(rated.text()).labelled((float) rated.stars()));
    }

    private Sample sample(String text) {
        return Sample.of(backbone.tokenizer().encode(text, backbone.length(2)).ids());
    }
}
