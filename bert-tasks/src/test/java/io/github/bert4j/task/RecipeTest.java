package io.github.bert4j.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.task.Backbone.Decay;
import io.github.bert4j.task.Backbone.Recipe;
import io.github.bert4j.train.LearningRateSchedule;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
    /** Of 20 steps in 2 epochs, the first 4 warm up. */
    @ParameterizedTest
    @CsvSource({
        "NONE, 0, 0", "NONE, 1, 0.5", "NONE, 4, 2", "NONE, 19, 2",
        "LINEAR, 2, 1", "LINEAR, 4, 2", "LINEAR, 12, 1", "LINEAR, 20, 0",
        "COSINE, 4, 2", "COSINE, 12, 1", "COSINE, 20, 0"
    })
    void warmsUpAndDecaysOverAllSteps(Decay decay, long step, double expected) {
        LearningRateSchedule rate = Recipe.warmUpThen(0.2, decay).rate(2, 10, 2);
        assertEquals(expected, rate.at(step), 1e-12);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0.99, 0"})
    void hasARateForASingleStep(double warmUp, double expected) {
        assertEquals(1, Recipe.warmUpThen(0, Decay.LINEAR).rate(1, 1, 1).at(0));
        assertEquals(
                expected, Recipe.warmUpThen(warmUp, Decay.LINEAR).rate(1, 2, 1).at(0), 1e-12);
    }
}
