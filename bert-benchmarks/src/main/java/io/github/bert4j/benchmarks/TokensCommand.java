package io.github.bert4j.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.bert4j.tokenize.CheckpointTokenizer;
import io.github.bert4j.tokenize.Encoding;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tokens}. */
@Command(
        name = "tokens",
        description =
                "Compare a checkpoint's tokens with those that src/peer/random_texts.py wrote, or measure how fast a"
                        + " file of texts is read on one thread.")
final class TokensCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN = 10;
    private static final int ROUNDS = 9;
    /** Characters of a round. */
    private static final long LEAST = 2_000_000;

    @Parameters(paramLabel = "DIRECTORY", description = "The checkpoint's.")
    private Path directory;

    @Parameters(paramLabel = "FILE", description = "Lines of JSON from the script, or with --speed of text.")
    private Path file;

    @Option(names = "--speed", description = "Measure.")
    private boolean speed;

    @Override
    public Integer call() throws IOException {
        CheckpointTokenizer tokenizer = CheckpointTokenizer.load(directory);
        return speed ? measure(tokenizer) : compare(tokenizer);
    }

    private int compare(CheckpointTokenizer tokenizer) throws IOException {
        int count = 0;
        int different = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode expected = JSON.readTree(line);
                Encoding encoding = tokenizer.encode(expected.get("text").asText());
                int[] offsets = new int[2 * encoding.length()];
                Arrays.setAll(offsets, i -> i % 2 == 0 ? encoding.start(i / 2) : encoding.end(i / 2));
                count++;
                if (!JSON.valueToTree(encoding.ids()).equals(expected.get("ids"))
                        || !JSON.valueToTree(offsets).equals(expected.get("offsets"))) {
                    different++;
                    if (different <= SHOWN) {
                        System.out.println(line);
                        System.out.println("  " + Arrays.toString(encoding.ids()) + Arrays.toString(offsets));
                    }
                }
            }
        }
        System.out.println("{\"texts\":%d,\"different\":%d}".formatted(count, different));
        return different == 0 ? 0 : 1;
    }

    private int measure(CheckpointTokenizer tokenizer) throws IOException {
        List<String> texts = Files.readAllLines(file);
        long characters = texts.stream().mapToLong(String::length).sum();
        long passes = 1 + LEAST / Math.max(1, characters);
        double[] seconds = new double[ROUNDS];
        long tokens = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            for (long pass = 0; pass < passes; pass++) {
                for (String text : texts) {
                    tokens += tokenizer.encode(text).length();
                }
            }
            seconds[round] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        double million = passes * characters / seconds[ROUNDS / 2] / 1e6;
        System.out.println("{\"million_characters_per_second\":%.2f,\"tokens\":%d}".formatted(million, tokens));
        return 0;
    }
}
