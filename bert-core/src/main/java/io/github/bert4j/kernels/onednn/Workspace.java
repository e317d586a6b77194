package io.github.bert4j.kernels.onednn;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * What one call of a kernel needs for itself: a stream, operations of the shapes seen lately, and scratch room.
 *
 * <p>Serves one thread at a time.
 */
final class Workspace implements AutoCloseable {
    /** A training step of BERT needs some twenty, and two more for each length in its batch; the next one needs others. */
    static final int USUAL_CAPACITY = 256;

    /** Scratch arrays that are in use at the same time. */
    enum Room {
        PRIMITIVE,
        LEFT,
        RIGHT,
        PROBABILITIES,
        DROPPED,
        GRADIENT,
        BY_DISTANCE,
        FIRST_VECTOR,
        SECOND_VECTOR
    }

    private record Held(memory memory, Pointer start, long bytes) {}

    private final engine engine;
    private final Workers workers;
    private final int capacity;
    private final stream stream;
    private final LinkedHashMap<Operation.Recipe<?>, Operation> operations = new LinkedHashMap<>(64, 0.75f, true);
    private final Map<Room, Held> rooms = new EnumMap<>(Room.class);

    /**
     * @param workers shared with other workspaces
     * @param capacity operations to remember: a further shape takes the place of the one unused for longest
     */
    Workspace(engine engine, Workers workers, int capacity) {
        this.engine = engine;
        this.workers = workers;
        this.capacity = capacity;
        this.stream = new stream(engine);
    }

    /** Runs the operation of a recipe on arrays, in the order that the recipe says. */
    void run(Operation.Recipe<PrimitiveOperation> recipe, Pointer... arrays) {
        find(recipe).run(this, arrays);
    }

    /** The operation of a recipe, made if it is not there. */
    @SuppressWarnings("unchecked") // What a recipe has made is kept under that recipe.
    <O extends Operation> O find(Operation.Recipe<O> recipe) {
        O operation = (O) operations.get(recipe);
        return operation == null ? make(recipe) : operation;
    }

    Workers workers() {
        return workers;
    }

    stream stream() {
        return stream;
    }

    /** Scratch room of at least this size; what it held is lost where it has to grow. */
    Pointer room(Room room, long bytes) {
        Held held = rooms.get(room);
        if (held == null || held.bytes() < bytes) {
            if (held != null) {
                rooms.remove(room);
                held.memory().close();
            }
            try (memory.desc size = Layouts.bytes(bytes)) {
                memory memory = new memory(size, engine);
                held = new Held(memory, memory.get_data_handle(), bytes);
            }
            rooms.put(room, held);
        }
        return held.start();
    }

    private <O extends Operation> O make(Operation.Recipe<O> recipe) {
        if (operations.size() == capacity) {
            Iterator<Operation> eldest = operations.values().iterator();
            eldest.next().close();
            eldest.remove();
        }
        PointerScope scope = new PointerScope();
        try {
            O operation = recipe.make(engine);
            operations.put(recipe, operation);
            return operation;
        } finally {
            scope.close();
        }
    }

    @Override
    public void close() {
        operations.values().forEach(Operation::close);
        operations.clear();
        rooms.values().forEach(held -> held.memory().close());
        rooms.clear();
        stream.close();
    }
}
