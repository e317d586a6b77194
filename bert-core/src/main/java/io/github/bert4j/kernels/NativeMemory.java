package io.github.bert4j.kernels;

import java.util.Set;
import java.util.function.Supplier;

/** Where native memory is asked for: ND4J and oneDNN say with a plain {@link RuntimeException} that there is none. */
public final class NativeMemory {
    /** Of oneDNN's, those that what has been described well is refused with. */
    private static final Set<String> REFUSALS = Set.of(
            "Allocation failed: [std::bad_alloc]",
            "could not create a memory object",
            "could not create a primitive",
            "could not execute a primitive");

    private NativeMemory() {}

    /**
     * What is made in native memory.
     *
     * @throws OutOfMemoryError if there is none for it
     */
    public static <T> T allocate(Supplier<T> wanted) {
        try {
            return wanted.get();
        } catch (RuntimeException failure) {
            if (!REFUSALS.contains(String.valueOf(failure.getMessage()))) {
                throw failure;
            }
            OutOfMemoryError shortage = new OutOfMemoryError(failure.getMessage());
            shortage.initCause(failure);
            throw shortage;
        }
    }
}
