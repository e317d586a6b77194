package io.github.bert4j.classification;

import io.github.bert4j.data.Dataset;
import io.github.bert4j.data.Sample;
import io.github.bert4j.data.Values;
import io.github.bert4j.graph.Tensor;
import io.github.bert4j.graph.Weight;
import io.github.bert4j.models.CompiledModel;
import io.github.bert4j.models.Model;
import io.github.bert4j.train.Loss;
import io.github.bert4j.train.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/** See {@link FewShot#SETFIT}: the pairs, the model that learns from them, and the head. */
final class SetFit {
    /** Similar partners of each text in an epoch, and other ones: five epochs show it the twenty of the original. */
    static final int PARTNERS = 4;
    /** scikit-learn's {@code C}. */
    private static final double REGULARIZATION = 1;

    private static final int TOGETHER = 32;

    private final List<Sample> samples;
    private final List<Integer> classes;
    private final int count;

    /**
     * @param classes of the samples, from 0
     * @param count how many classes there are
     * @throws IllegalArgumentException if fewer than two of them have texts
     */
    SetFit(List<Sample> samples, List<Integer> classes, int count) {
        if (classes.stream().distinct().count() < 2) {
            throw new IllegalArgumentException(
                    "%d texts of %d labels: expected texts of at least two labels to be told from each other"
                            .formatted(
                                    samples.size(), classes.stream().distinct().count()));
        }
        this.samples = samples;
        this.classes = classes;
        this.count = count;
    }

    private record Place(int text, boolean similar) {}

    /** Every text with partners, drawn anew in each epoch. */
    Dataset dataset(int batchSize) {
        List<Place> places = new ArrayList<>();
        for (int text = 0; text < samples.size(); text++) {
            for (int i = 0; i < PARTNERS; i++) {
                places.add(new Place(text, true));
                places.add(new Place(text, false));
            }
        }
        return Dataset.drawn(places, batchSize, (place, random) -> {
            Sample partner = samples.get(partner(place, random));
            return samples.get(place.text())
                    .with(partner.inputs().toArray(Values[]::new))
                    .labelled(place.similar() ? 1f : 0f);
        });
    }

    /** A text is its own partner where no other one has its label. */
    private int partner(Place place, SplittableRandom random) {
        int[] candidates = IntStream.range(0, samples.size())
                .filter(other -> classes.get(other).equals(classes.get(place.text())) == place.similar())
                .filter(other -> other != place.text())
                .toArray();
        return candidates.length == 0 ? place.text() : candidates[random.nextInt(candidates.length)];
    }

    /**
     * Squared differences of cosines and 1 or 0.
     *
     * @param vectors token and segment ids → vectors
     * @param tower the same, of other ids
     */
    static CompiledModel compile(Model vectors, Function<List<Tensor>, Tensor> tower, Optimizer optimizer) {
        List<Tensor> others =
                List.of(vectors.graph().ids("other_tokens"), vectors.graph().ids("other_segments"));
        List<Tensor> inputs = new ArrayList<>(vectors.inputs());
        inputs.addAll(others);
        Tensor cosine = vectors.outputs().get(0).cosine(tower.apply(others));
        return Model.of(inputs.toArray(Tensor[]::new))
                .to(cosine)
                .compile(Loss.elementwise((output, label) -> output.minus(label).square()), optimizer);
    }

    /**
     * Fits the head to what BERT says of the texts now.
     *
     * @param kernel [in, classes]
     * @param bias [classes]
     */
    void fitHead(Model vectors, Weight kernel, Weight bias) {
        float[][] rows = vectors.predict(samples, TOGETHER).stream()
                .map(prediction -> prediction.output(0).values())
                .toArray(float[][]::new);
        int[] classOf = classes.stream().mapToInt(number -> number).toArray();
        LogisticRegression fitted = LogisticRegression.fit(rows, classOf, count, REGULARIZATION);
        kernel.assign(fitted.kernel());
        bias.assign(fitted.bias());
    }
}
