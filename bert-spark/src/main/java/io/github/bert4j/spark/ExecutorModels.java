package io.github.bert4j.spark;

import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.Threads;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The models of this JVM, each loaded once for all tasks that use it. A model stays for the tasks to come until another
 * one is wanted.
 */
final class ExecutorModels {
    private static final Map<Key, Shared> LOADED = new HashMap<>();

    private ExecutorModels() {}

    private record Key(String file, Precision precision) {}

    private static final class Shared {
        private final TrainedTask<?> task;
        private int users;

        private Shared(TrainedTask<?> task) {
            this.task = task;
        }
    }

    /**
     * The model in a file that the driver shipped, until the task ends.
     *
     * @throws IOException if the bundle is damaged
     */
    static TrainedTask<?> use(String file, Precision precision, TaskContext task) throws IOException {
        Key key = new Key(file, precision);
        synchronized (LOADED) {
            Shared shared = LOADED.get(key);
            if (shared == null) {
                closeUnused();
                Threads.use(Math.min(task.cpus(), Threads.inUse()));
                shared = new Shared(TrainedTask.load(Path.of(SparkFiles.get(file)), List.of(), precision));
                LOADED.put(key, shared);
            }
            Shared used = shared;
            used.users++;
            task.addTaskCompletionListener((TaskCompletionListener) context -> release(used));
            return used.task;
        }
    }

    /** How many there are. */
    static int loaded() {
        synchronized (LOADED) {
            return LOADED.size();
        }
    }

    private static void release(Shared shared) {
        synchronized (LOADED) {
            shared.users--;
        }
    }

    private static void closeUnused() {
        for (Iterator<Shared> models = LOADED.values().iterator(); models.hasNext(); ) {
            Shared shared = models.next();
            if (shared.users == 0) {
                models.remove();
                shared.task.close();
            }
        }
    }
}
