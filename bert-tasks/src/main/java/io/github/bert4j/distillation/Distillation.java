package io.github.bert4j.distillation;

import io.github.bert4j.bert.Bert;
import io.github.bert4j.data.FloatValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.graph.Shape;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Tensor.Squashing;
import io.github.bert4j.layers.Layers;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.History;
import io.github.bert4j.models.Model;
import io.github.bert4j.models.Prediction;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.TaskHead;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TextLabeller;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.train.Callback;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.LossTerm;
import io.github.bert4j.train.Optimizer;
import io.github.bert4j.train.Validation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Trains a student on what its teacher says: the cross-entropy of the probabilities of both, softened, and the squared distance of
 * the vectors of [CLS] after each layer, made one long, to those after the teacher's layer that lies as high.
 *
 * <p>Source: Hinton et al., "Distilling the Knowledge in a Neural Network", section 2; Sun et al., "Patient Knowledge Distillation
 * for BERT Model Compression", 3.2 (PKD-Skip).
 *
 * @param temperature logits are divided by it, of both; above 1 the teacher's smaller probabilities count more
 * @param hidden how much the vectors count, beside the probabilities; 0 for not at all
 */
public record Distillation(double temperature, double hidden) {
    /** A temperature of 2, and vectors that count ten times. */
    public static final Distillation DEFAULT = new Distillation(2, 10);

    /** @throws IllegalArgumentException if the temperature is not above 0, or the vectors count less than nothing */
    public Distillation {
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)
                || !(hidden >= 0 && hidden < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "Temperature %s, vectors counted %s times: expected more than 0, and 0 or more"
                            .formatted(temperature, hidden));
        }
    }

    /**
     * A student that starts as the lowest layers of its teacher, with the teacher's tokenizer and labels.
     *
     * @param layers how many of them
     * @param options how it is trained
     * @throws IllegalArgumentException if the teacher has no more than these
     */
    public static <S, H extends TaskHead<S>, M extends TaskModel<S, ?, ?>> M student(
            TaskType<S, H, M> type, TaskModel<S, ?, ?> teacher, int layers, TrainingOptions options)
            throws IOException {
        Bert large = teacher.backbone().bert();
        int all = large.config().numHiddenLayers();
        if (layers < 1 || layers >= all) {
            throw new IllegalArgumentException(
                    "A student of %d layers: expected from 1 to %d, less than its teacher has"
                            .formatted(layers, all - 1));
        }
        H head = type.head().cast(teacher.head());
        return Backbone.inGraph(new Graph(options.seed(), options.precision()), graph -> {
            Bert small =
                    large.withLayers(graph, IntStream.range(0, layers).boxed().toList());
            return type.build(
                    head,
                    new Backbone(type.name(), small, options, teacher.backbone().tokenization()));
        });
    }

    /**
     * Trains the student.
     *
     * @param questions texts like those that it will be asked about; no labels are needed
     * @param validation measured after every epoch
     * @throws IllegalArgumentException if the two do not know the same labels, or their task does not label whole texts
     */
    public <S> History fit(
            TaskModel<S, ?, ?> teacher,
            TaskModel<S, ?, ?> student,
            List<Question> questions,
            int epochs,
            Validation validation,
            Callback... callbacks) {
        if (!teacher.head().equals(student.head())) {
            throw new IllegalArgumentException("A student that knows %s of a teacher that knows %s: expected the same"
                    .formatted(student.head(), teacher.head()));
        }
        List<Lesson> lessons = lessons(teacher, student, questions);
        return student.backbone()
                .fit(
                        "distillation",
                        questions.stream().map(Question::text),
                        () -> student.backbone().dataset(lessons, Lesson::sample),
                        epochs,
                        Backbone.Recipe.warmUpThen(0.1, Backbone.Decay.LINEAR),
                        optimizer -> compile(student, teacher, optimizer),
                        validation,
                        callbacks);
    }

    /** What a student reads of a text, and what its teacher says about it. */
    private record Lesson(Sample input, Values probabilities, Values vectors) {
        Sample sample() {
            return input.with(probabilities, vectors);
        }
    }

    private <S> List<Lesson> lessons(TaskModel<S, ?, ?> teacher, TaskModel<S, ?, ?> student, List<Question> questions) {
        TextLabeller<S> asked = TextLabeller.of(teacher);
        TextLabeller<S> reading = TextLabeller.of(student);
        Model model = teacher.model();
        List<Tensor> outputs = new ArrayList<>(List.of(model.outputs().get(0)));
        outputs.addAll(vectors(teacher, student.backbone().bert().config().numHiddenLayers()));
        Model all = Model.of(model.inputs().toArray(Tensor[]::new)).to(outputs.toArray(Tensor[]::new));
        List<Prediction> said = teacher.backbone().predict(all, questions, asked::input);
        return IntStream.range(0, questions.size())
                .mapToObj(i -> new Lesson(
                        reading.input(questions.get(i)),
                        softened(said.get(i).output(0).values(), isSoftmax(model)),
                        FloatValues.of(joined(said.get(i), outputs.size()))))
                .toList();
    }

    /** The vectors of [CLS] after the layers of a model that lie as high as those of one that has so many, the lowest first. */
    private static List<Tensor> vectors(TaskModel<?, ?, ?> model, int count) {
        List<Tensor> states =
                model.backbone().bert().hiddenStates(model.model().inputs().toArray(Tensor[]::new));
        int layers = states.size() - 1;
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> states.get(i * layers / count).at(0))
                .toList();
    }

    private CompiledModel compile(TaskModel<?, ?, ?> student, TaskModel<?, ?, ?> teacher, Optimizer optimizer) {
        Model model = student.model();
        Graph graph = model.graph();
        Tensor said = model.outputs().get(0);
        Squashing squashing = isSoftmax(model) ? Squashing.SOFTMAX : Squashing.SIGMOID;
        Tensor logits = said.logits(squashing).orElseThrow().divide(temperature);
        Tensor probabilities = graph.floats(
                "teacher_probabilities", Shape.UNKNOWN, said.shape().size(-1));
        Tensor losses = isSoftmax(model)
                ? Loss.categoricalCrossEntropies(logits.softmax(), probabilities)
                : Loss.binaryCrossEntropies(logits.sigmoid(), probabilities);
        List<LossTerm> terms = new ArrayList<>();
        terms.add(LossTerm.perSample(losses, said)
                .times(temperature * temperature)
                .named("probabilities"));
        List<Tensor> own = vectors(student, student.backbone().bert().config().numHiddenLayers());
        int width = teacher.backbone().bert().config().hiddenSize();
        Tensor targets = graph.floats("teacher_vectors", Shape.UNKNOWN, (long) own.size() * width);
        for (int i = 0; i < own.size() && hidden > 0; i++) {
            Tensor projected = own.get(i).shape().size(-1) == width
                    ? own.get(i)
                    : Layers.dense(width).apply(own.get(i));
            Tensor distances = projected
                    .unit()
                    .minus(targets.slice(1, i * width, (i + 1) * width))
                    .square();
            terms.add(LossTerm.perSample(distances, said)
                    .times(hidden / own.size())
                    .named("layer_" + (i + 1)));
        }
        List<Tensor> inputs = new ArrayList<>(model.inputs());
        inputs.addAll(List.of(probabilities, targets));
        return Model.of(inputs.toArray(Tensor[]::new)).to(said).compile(terms, optimizer);
    }

    private static boolean isSoftmax(Model model) {
        return model.outputs().get(0).logits(Squashing.SOFTMAX).isPresent();
    }

    /** Probabilities of logits that are divided by the temperature. */
    private FloatValues softened(float[] probabilities, boolean softmax) {
        double[] soft = new double[probabilities.length];
        double sum = 0;
        for (int i = 0; i < soft.length; i++) {
            soft[i] = Math.pow(probabilities[i], 1 / temperature);
            sum += soft[i];
        }
        float[] result = new float[soft.length];
        for (int i = 0; i < soft.length; i++) {
            double other = softmax ? sum - soft[i] : Math.pow(1 - (double) probabilities[i], 1 / temperature);
            result[i] = (float) (soft[i] / (soft[i] + other));
        }
        return FloatValues.of(result);
    }

    /** All outputs but the first, each made one long, one after the other. */
    private static float[] joined(Prediction said, int outputs) {
        int width = outputs == 1 ? 0 : said.output(1).values().length;
        float[] joined = new float[(outputs - 1) * width];
        for (int i = 1; i < outputs; i++) {
            float[] vector = said.output(i).values();
            double squares = 0;
            for (float value : vector) {
                squares += (double) value * value;
            }
            for (int j = 0; j < width; j++) {
                joined[(i - 1) * width + j] = (float) (vector[j] / Math.sqrt(squares));
            }
        }
        return joined;
    }
}
