package io.github.bert4j.checkpoint;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** Thrown when a weight in a file is NaN or infinite: every answer of the model would be. */
public final class NonFiniteTensorException extends IOException {
    private static final long serialVersionUID = 1;

    private NonFiniteTensorException(Path file, String tensor, int element, float value) {
        super(
                "%s: tensor '%s' holds %s at element %d, expected finite numbers: the training that made it diverged, or the file is not what it should be"
                        .formatted(file, tensor, value, element));
    }

    /**
     * Reads a tensor as {@link TensorSource#readFloats} does, and looks at every number.
     *
     * @throws NonFiniteTensorException if one is not finite; the buffer's contents are then meaningless
     */
    public static void readFinite(TensorSource source, String name, FloatBuffer target) throws IOException {
        FloatBuffer values = target.slice();
        source.readFloats(name, target);
        int element = firstNonFinite(values);
        if (element >= 0) {
            throw new NonFiniteTensorException(source.location(), name, element, values.get(element));
        }
    }

    /** The first place of NaN or an infinity, -1 if there is none. */
    public static int firstNonFinite(FloatBuffer values) {
        int position = values.position();
        int count = values.remaining();
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values.get(position + i) * 0; // 0, and NaN of what is not finite
        }
        for (int i = 0; sum != 0 && i < count; i++) {
            if (!Float.isFinite(values.get(position + i))) {
                return i;
            }
        }
        return -1;
    }
}
