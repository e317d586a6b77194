package io.github.bert4j.results;

import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.machine.ResidentMemory;
import io.github.bert4j.task.Question;
import io.github.bert4j.task.SharedBases;
import io.github.bert4j.task.TrainedTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code results shared-base}: memory of one adapter, and of many on the same base. */
@Command(name = "shared-base", description = "Memory of many adapters on one base.")
final class SharedBaseResults implements Callable<Integer> {
    private static final int ASKED = 64;
    private static final int ANSWERS = 40;
    private static final double MEBI = 1 << 20;

    @Mixin
    private RunFile runs;

    @Option(names = "--text", description = "That all are asked.")
    private String text = "房间干净，服务也好，早餐还可以，下次还来。";

    @Parameters(arity = "2..*", paramLabel = "BUNDLE", description = "Of train --lora, on one base.")
    private List<Path> bundles;

    @Override
    public Integer call() throws IOException {
        List<TrainedTask<?>> tasks = new ArrayList<>();
        runs.add("shared-base", bundles.size() + " adapters", 0, () -> {
            try (SharedBases bases = new SharedBases(Precision.FLOAT32)) {
                Map<String, Double> figures = new LinkedHashMap<>();
                tasks.add(load(bases, bundles.get(0)));
                figures.put("MiB with one", resident(tasks));
                for (Path bundle : bundles.subList(1, bundles.size())) {
                    tasks.add(load(bases, bundle));
                }
                figures.put("MiB with all", resident(tasks));
                figures.put("MiB of a bundle", size(bundles.get(0)));
                return figures;
            } finally {
                tasks.forEach(TrainedTask::close);
            }
        });
        return 0;
    }

    private static TrainedTask<?> load(SharedBases bases, Path path) throws IOException {
        try (Bundle bundle = Bundle.open(path)) {
            return bases.load(bundle);
        }
    }

    /** After as many answers whoever gives them; of the heap, what lives on it. */
    private double resident(List<TrainedTask<?>> tasks) throws IOException {
        List<Question> questions = Collections.nCopies(ASKED, Question.of(text));
        for (int round = 0; round < ANSWERS / tasks.size(); round++) {
            tasks.forEach(task -> task.answer(questions));
        }
        System.gc();
        Integer resident = ResidentMemory.megabytes();
        if (resident == null) {
            throw new IOException("This system does not tell how much memory is resident: expected one with /proc");
        }
        Runtime heap = Runtime.getRuntime();
        return resident - heap.freeMemory() / MEBI;
    }

    private static double size(Path bundle) throws IOException {
        try (Stream<Path> files = Files.list(bundle)) {
            long bytes = 0;
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
            return bytes / MEBI;
        }
    }
}
