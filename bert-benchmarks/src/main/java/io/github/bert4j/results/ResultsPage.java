package io.github.bert4j.results;

import io.github.bert4j.files.PendingFile;
import io.github.bert4j.train.Runs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code results page}: a table for each experiment, of the means of its runs. */
@Command(name = "page", description = "Make a page of the runs that were noted.")
final class ResultsPage implements Callable<Integer> {
    private static final String INTRODUCTION = """
            # Results

            What was measured, by the programs in `bert-benchmarks` (`java -jar benchmarks.jar results`) from the runs in
            [results.jsonl](results.jsonl); nothing here is typed by hand. Where there are several runs, the figures are mean ± sample
            standard deviation. All are with bge-small-zh-v1.5 (4 layers, 24 million weights) unless a table says otherwise.
            """;

    @Parameters(paramLabel = "RUNS", description = "The file that runs were added to.")
    private Path runs;

    @Parameters(paramLabel = "PAGE", description = "What is written.")
    private Path page;

    @Override
    public Integer call() throws IOException {
        PendingFile.write(page, page(RunFile.read(runs)).getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    static String page(List<ResultRun> runs) {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (Experiment experiment : Experiment.values()) {
            List<ResultRun> own = runs.stream()
                    .filter(run -> run.experiment().equals(experiment.title()))
                    .toList();
            if (!own.isEmpty()) {
                page.append("\n## ").append(experiment.heading()).append("\n\n");
                page.append(experiment.description()).append("\n\n").append(table(own));
                page.append("\n`")
                        .append(experiment.command())
                        .append("`, ")
                        .append(machines(own))
                        .append(".\n");
            }
        }
        return page.toString();
    }

    private static String table(List<ResultRun> runs) {
        Set<String> names = new LinkedHashSet<>();
        Map<String, List<ResultRun>> byConfiguration = new LinkedHashMap<>();
        for (ResultRun run : runs) {
            names.addAll(run.figures().keySet());
            byConfiguration
                    .computeIfAbsent(run.configuration(), same -> new ArrayList<>())
                    .add(run);
        }
        StringBuilder table = new StringBuilder("| |");
        names.forEach(name -> table.append(' ').append(name).append(" |"));
        table.append(" runs | seconds each |\n|---|")
                .append("---|".repeat(names.size() + 2))
                .append('\n');
        byConfiguration.forEach((configuration, same) -> {
            table.append("| ").append(configuration).append(" |");
            for (String name : names) {
                table.append(' ').append(figure(same, name)).append(" |");
            }
            double seconds =
                    same.stream().mapToDouble(ResultRun::seconds).average().orElseThrow();
            table.append(" %d | %.0f |\n".formatted(same.size(), seconds));
        });
        return table.toString();
    }

    private static String figure(List<ResultRun> runs, String name) {
        List<Map<String, Double>> figures = runs.stream()
                .map(ResultRun::figures)
                .filter(own -> own.containsKey(name))
                .map(own -> Map.of(name, own.get(name)))
                .toList();
        if (figures.isEmpty()) {
            return "";
        }
        Runs measured = new Runs(figures);
        double mean = measured.mean(name);
        String shown = String.format(Locale.ROOT, mean >= 100 ? "%,.0f" : mean > 1 ? "%.2f" : "%.4f", mean);
        return figures.size() == 1
                ? shown
                : shown + String.format(Locale.ROOT, " ± %.4f", measured.standardDeviation(name));
    }

    private static String machines(List<ResultRun> runs) {
        return runs.stream()
                .map(run -> run.processor() + ", " + run.date())
                .distinct()
                .collect(Collectors.joining("; "));
    }
}
