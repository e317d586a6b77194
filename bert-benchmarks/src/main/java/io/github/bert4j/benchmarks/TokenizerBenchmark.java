package io.github.bert4j.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.github.bert4j.tokenize.OurTokenizer;
import io.github.bert4j.tokenize.Tokenizer;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Characters per second of the tokenizers on one thread: Chinese reviews, one at a time, from text to ids and offsets.
 * Hugging Face's is called as from any Java program, by DJL.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class TokenizerBenchmark {
    private static final int CHARACTERS = 30_000;

    private List<String> texts;
    private Tokenizer ourTokenizer;
    private Tokenizer wordPiece;
    private HuggingFaceTokenizer huggingFace;

    /** Reads vocabulary and texts. */
    @Setup
    public void open() throws IOException {
        texts = ChineseText.reviews(CHARACTERS);
        Vocabulary vocabulary = ChineseText.vocabulary();
        ourTokenizer = OurTokenizer.cased(vocabulary);
        wordPiece = WordPieceTokenizer.cased(vocabulary);
        huggingFace = ChineseText.huggingFaceTokenizer();
    }

    /** One token per character. */
    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public void ourTokenizer(Blackhole results) {
        texts.forEach(text -> results.consume(ourTokenizer.encode(text)));
    }

    /** Google's WordPiece. */
    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public void wordPiece(Blackhole results) {
        texts.forEach(text -> results.consume(wordPiece.encode(text)));
    }

    /** The same WordPiece by Hugging Face. */
    @Benchmark
    @OperationsPerInvocation(CHARACTERS)
    public void huggingFace(Blackhole results) {
        texts.forEach(text -> results.consume(huggingFace.encode(text)));
    }

    /** Frees Hugging Face's native memory. */
    @TearDown
    public void close() {
        huggingFace.close();
    }
}
