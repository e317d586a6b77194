package io.github.bert4j.kernels.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.javacpp.Pointer;

/** One oneDNN primitive with its memory objects, which are pointed at other arrays before each run. */
final class PrimitiveOperation implements Operation {

    /** One of oneDNN's {@code DNNL_ARG} numbers, and how that argument lies in memory. */
    record Argument(int number, memory.desc layout) {}

    private final primitive primitive;
    private final IntMemoryMap arguments = new IntMemoryMap();
    private final List<memory> memories;
    private final memory scratch;
    private final long scratchBytes;

    PrimitiveOperation(engine engine, primitive primitive, primitive_desc_base description, Argument... arguments) {
        this.primitive = primitive;
        primitive.retainReference();
        this.arguments.retainReference();
        this.memories = List.of(arguments).stream()
                .map(argument -> memory(engine, argument))
                .toList();
        Argument room = new Argument(DNNL_ARG_SCRATCHPAD, description.scratchpad_desc());
        this.scratch = memory(engine, room);
        this.scratchBytes = room.layout().get_size();
    }

    /** @param arrays the first elements of the arguments, in the order that the recipe says */
    void run(Workspace workspace, Pointer... arrays) {
        for (int i = 0; i < arrays.length; i++) {
            memories.get(i).set_data_handle(arrays[i]);
        }
        scratch.set_data_handle(workspace.room(Workspace.Room.PRIMITIVE, scratchBytes));
        primitive.execute(workspace.stream(), arguments);
    }

    @Override
    public void close() {
        arguments.releaseReference();
        memories.forEach(Pointer::releaseReference);
        scratch.releaseReference();
        primitive.releaseReference();
    }

    private memory memory(engine engine, Argument argument) {
        memory memory = new memory(argument.layout(), engine, (Pointer) null);
        memory.retainReference();
        arguments.put(argument.number(), memory);
        return memory;
    }
}
