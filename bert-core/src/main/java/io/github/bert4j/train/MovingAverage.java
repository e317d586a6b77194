package io.github.bert4j.train;

/**
 * Keeps {@code average = decay · average + (1 - decay) · weight} of every trained weight after every update, beginning with
 * the weights before the first one, and uses the averages for all but training: they are the model's weights in the
 * validation and callbacks at the end of every epoch, and after {@code fit}, where predicting, evaluating and saving find
 * them. The next epoch, and a next {@code fit}, go on with the weights themselves. It costs the memory of the weights once
 * more.
 *
 * <p>Trap: weights that are loaded or assigned after {@code fit} are averages to a next {@code fit}, which puts the trained
 * ones back; compile anew to train on from loaded weights. Where {@code fit} fails within an epoch, the model has the
 * trained weights.
 *
 * <p>Source: Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging"; TensorFlow's
 * {@code ExponentialMovingAverage}, without its step-dependent decay.
 *
 * @param decay such as 0.999: about {@code 1 / (1 - decay)} updates count
 */
public record MovingAverage(double decay) implements Technique {

    /** @throws IllegalArgumentException if the decay is not at least 0 and below 1 */
    public MovingAverage {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException(
                    "A moving average of decay " + decay + ": expected at least 0 and below 1, such as 0.999");
        }
    }
}
