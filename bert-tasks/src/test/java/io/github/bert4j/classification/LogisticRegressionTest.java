package io.github.bert4j.classification;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Against {@code LogisticRegression(C=1, tol=1e-10)} of scikit-learn 1.9. */
class LogisticRegressionTest {
    private static final float[][] VECTORS = {
        {4.08f, -5.11f, 0.84f}, {-1.14f, -0.91f, -0.43f}, {-4.04f, -0.46f, -1.73f},
        {6.65f, 0.45f, -0.71f}, {-0.56f, -1.34f, -2.11f}, {-0.78f, 0.96f, -0.48f},
        {1.92f, -0.4f, 0.05f}, {3.09f, 1.09f, -1.01f}, {-0.37f, 1.08f, 3.87f}
    };

    @Test
    void twoClassesAreOneFunctionAndItsNegative() {
        int[] classes = {0, 1, 1, 0, 1, 0, 0, 1, 1};
        double[] coefficients = {-0.45001865613332764, 0.20024788681078662, -0.04607791701992409};
        LogisticRegression fitted = LogisticRegression.fit(VECTORS, classes, 2, 1);
        for (int i = 0; i < coefficients.length; i++) {
            assertEquals(coefficients[i], fitted.kernel()[2 * i + 1] - fitted.kernel()[2 * i], 1e-5);
        }
        assertEquals(0.7797048482750695, fitted.bias()[1] - fitted.bias()[0], 1e-5);
    }

    @Test
    void severalClassesHaveAFunctionEach() {
        int[] classes = {0, 1, 2, 0, 1, 2, 0, 1, 1};
        double[][] coefficients = {
            {0.7202352080489176, -0.6264554674837509, 0.25074221254349016},
            {0.0031787343740388024, -0.084638464331177, 0.08289963677839775},
            {-0.723413942422956, 0.7110939318149277, -0.33364184932188756}
        };
        double[] intercepts = {-0.775462445668339, 1.102582160207346, -0.3271197145390062};
        LogisticRegression fitted = LogisticRegression.fit(VECTORS, classes, 3, 1);
        for (int k = 0; k < 3; k++) {
            for (int i = 0; i < 3; i++) {
                assertEquals(coefficients[k][i], fitted.kernel()[3 * i + k], 1e-5);
            }
            // Only their differences matter.
            assertEquals(intercepts[k] - intercepts[0], fitted.bias()[k] - fitted.bias()[0], 1e-5);
        }
    }
}
