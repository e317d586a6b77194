package io.github.bert4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes {@code performance.md} and {@code performance.png} of the lines that {@code compare.sh} wrote. */
@Command(name = "report", description = "Makes a page and a chart of what compare.sh measured.")
final class PerformanceReport implements Callable<Integer> {
    @Parameters(paramLabel = "FILE.jsonl", description = "The lines that compare.sh wrote.")
    private Path file;

    @Option(names = "--out", paramLabel = "DIRECTORY", defaultValue = "docs", description = "Where the page goes.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        Records records = Records.read(file);
        String page = new PerformancePage(records).markdown();
        Files.createDirectories(out);
        Files.writeString(out.resolve("performance.md"), page);
        PerformanceChart.save(records.comparisons(), out.resolve(PerformancePage.CHART));
        return 0;
    }
}
