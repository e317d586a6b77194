package io.github.bert4j.cli;

import io.github.bert4j.bert.AdapterValues;
import io.github.bert4j.bert.Bert;
import io.github.bert4j.bert.BertConfig;
import io.github.bert4j.builtin.BuiltInModel;
import io.github.bert4j.bundle.Bundle;
import io.github.bert4j.files.PendingDirectory;
import io.github.bert4j.graph.Graph;
import io.github.bert4j.kernels.Gelu;
import io.github.bert4j.kernels.Precision;
import io.github.bert4j.kernels.onednn.OneDnn;
import io.github.bert4j.similarity.SentenceEncoder;
import io.github.bert4j.task.TaskModel;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.tokenize.Vocabulary;
import io.github.bert4j.tokenize.WordPieceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code convert}. */
@Command(
        name = "convert",
        description = {
            "Write a model in another format, with its configuration, vocabulary and tokenizer.",
            "What is BERT goes along, pooler and pre-training heads included; the heads of tasks stay behind.",
            "A bundle as ONNX is the whole model, with its heads."
        },
        footer = {"", "The last line of stdout is a JSON object: from, to, format, and the number of weights."})
final class ConvertCommand implements Callable<Integer> {
    private static final String ONNX = ".onnx";

    @ParentCommand
    private Bert4j program;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FROM",
            description =
                    "A directory of Google's or Hugging Face's, a checkpoint's file in it (.onnx, .safetensors), a"
                            + " bundle, or " + BuiltInModel.NAME + ": the built-in model.")
    private Path from;

    @Parameters(
            paramLabel = "TO",
            description = "A new directory; or a file NAME.onnx, beside which vocab.txt and NAME.json are written.")
    private Path to;

    @Option(
            names = "--format",
            paramLabel = "tensorflow|huggingface|sentence_transformers",
            showDefaultValue = Visibility.NEVER,
            description =
                    "What to write; sentence_transformers of a bundle for similarity. Default: tensorflow for a directory"
                            + " of Hugging Face's, else huggingface.")
    private Optional<CheckpointFormat> format = Optional.empty();

    @Option(
            names = "--gelu",
            paramLabel = "tanh|erf",
            showDefaultValue = Visibility.NEVER,
            description = "What \"gelu\" means in FROM, if it is a checkpoint. Default: erf in a config.json; else what"
                    + " bert_config.json tells, or tanh.")
    private Optional<Gelu> gelu = Optional.empty();

    @Option(
            names = "--cased",
            description = "Write a tokenizer that leaves letters as they are. Default: the one that FROM describes, as"
                    + " Hugging Face's directories do, else one that lower-cases.")
    private boolean cased;

    @Option(
            names = "--int8",
            description =
                    "Write the bundle FROM as a bundle whose encoder has weights of 8 bits: a quarter of the size, and"
                            + " faster to predict with on CPUs that have instructions for it.")
    private boolean int8;

    @Option(
            names = "--merge",
            description =
                    "Write the bundle FROM, which train --lora made, as a bundle of its own, with the adapter merged into"
                            + " the weights of its base: it needs no base, and is computed as fast as any other.")
    private boolean merge;

    @Option(
            names = "--peft",
            description =
                    "Write the adapter of the bundle FROM as Hugging Face's peft reads it: adapter_config.json and"
                            + " adapter_model.safetensors; the head stays behind.")
    private boolean peft;

    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            showDefaultValue = Visibility.NEVER,
            description = "An adapter of peft's that is merged into the checkpoint FROM.")
    private Optional<Path> adapter = Optional.empty();

    @Option(
            names = "--base",
            paramLabel = "DIR",
            showDefaultValue = Visibility.NEVER,
            description = "Where the model is that a bundle of train --lora adapts, if it is not where it was.")
    private Optional<Path> base = Optional.empty();

    private record Report(String from, String to, String format, int weights) {}

    @Override
    public Integer call() throws IOException {
        if (int8) {
            return toInt8();
        }
        if (merge || peft) {
            return merge ? toMerged() : toPeft();
        }
        if (to.toString().endsWith(ONNX)) {
            return toOnnx();
        }
        CheckpointFormat target = format.orElseGet(() -> CheckpointFormat.other(from));
        if (target == CheckpointFormat.SENTENCE_TRANSFORMERS) {
            return toSentenceTransformers();
        }
        try (PendingDirectory pending = PendingDirectory.create(to);
                Graph graph = new Graph(0)) {
            Bert bert = convert(graph, target, pending.path());
            pending.commit();
            if (target == CheckpointFormat.TENSORFLOW && bert.config().gelu() == Gelu.ERF) {
                program.console()
                        .log("This model computes erf GELU: bert4j reads that from its bert_config.json, other"
                                + " programs have to be told");
            }
            int weights = graph.weights().size();
            program.console().printJson(new Report(from.toString(), to.toString(), target.toString(), weights));
        }
        return ExitCode.OK;
    }

    private int toMerged() throws IOException {
        requireBundle("--merge merges");
        Outputs.requireNew(to);
        try (Bundle bundle = Bundle.open(from);
                TaskModel<?, ?, ?> model = AdapterBase.find(
                        bundle, base, found -> TaskType.of(found).load(found.merged(), Precision.FLOAT32))) {
            model.save(to);
            int weights = model.model().weights().size();
            program.console().printJson(new Report(from.toString(), to.toString(), "bundle", weights));
        }
        return ExitCode.OK;
    }

    private int toPeft() throws IOException {
        requireBundle("--peft writes the adapters of");
        try (PendingDirectory pending = PendingDirectory.create(to);
                Bundle bundle = Bundle.open(from);
                TaskModel<?, ?, ?> model = AdapterBase.find(
                        bundle, base, found -> TaskType.of(found).load(found, Precision.FLOAT32))) {
            Bert bert = model.backbone().bert();
            AdapterValues values = bert.adapter()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "%s holds no adapter: expected a bundle of train --lora".formatted(from)))
                    .values();
            values.savePeft(
                    pending.path(),
                    bert.config(),
                    bundle.base().map(Path::toString).orElse(BuiltInModel.NAME));
            pending.commit();
            program.console()
                    .printJson(new Report(
                            from.toString(),
                            to.toString(),
                            "peft",
                            2 * values.factors().size()));
        }
        return ExitCode.OK;
    }

    private int toSentenceTransformers() throws IOException {
        if (gelu.isPresent() || cased) {
            throw new ParameterException(spec.commandLine(), "--gelu, --cased: a bundle for similarity knows its own");
        }
        requireBundle("A directory of sentence-transformers is written of");
        try (PendingDirectory pending = PendingDirectory.create(to);
                SentenceEncoder encoder = SentenceEncoder.load(from)) {
            encoder.saveSentenceTransformers(pending.path());
            pending.commit();
            int weights = encoder.model().weights().size();
            program.console()
                    .printJson(new Report(
                            from.toString(),
                            to.toString(),
                            CheckpointFormat.SENTENCE_TRANSFORMERS.toString(),
                            weights));
        }
        return ExitCode.OK;
    }

    private int toInt8() throws IOException {
        if (format.isPresent() || gelu.isPresent() || cased || to.toString().endsWith(ONNX)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--int8 writes a bundle: expected a new directory, and none of --format, --gelu, --cased");
        }
        requireBundle("--int8 rounds");
        Outputs.requireNew(to);
        int weights;
        try (Bundle bundle = Bundle.open(from);
                TaskModel<?, ?, ?> model = AdapterBase.find(
                        bundle, base, found -> TaskType.of(found).load(found.merged(), Precision.INT8))) {
            model.save(to);
            weights = model.model().weights().size();
        }
        if (!OneDnn.hasInt8()) {
            program.console()
                    .log(
                            "This CPU has no instructions for int8 (AVX512-VNNI): here the bundle is smaller, but hardly faster");
        }
        program.console().printJson(new Report(from.toString(), to.toString(), "int8", weights));
        return ExitCode.OK;
    }

    private void requireBundle(String what) {
        if (!Bundle.isBundle(from)) {
            throw new IllegalArgumentException(
                    "%s models that train saved, and %s is not a bundle".formatted(what, from));
        }
    }

    private int toOnnx() throws IOException {
        if (format.isPresent() || gelu.isPresent() || cased) {
            throw new ParameterException(
                    spec.commandLine(), "--format, --gelu, --cased: what is written as ONNX knows all of it");
        }
        requireBundle("ONNX is written of");
        int weights;
        try (Bundle bundle = Bundle.open(from);
                TaskModel<?, ?, ?> model = AdapterBase.find(
                        bundle, base, found -> TaskType.of(found).load(found.merged(), Precision.FLOAT32))) {
            model.exportOnnx(to);
            weights = model.model().weights().size();
        }
        program.console().printJson(new Report(from.toString(), to.toString(), "onnx", weights));
        return ExitCode.OK;
    }

    private Bert convert(Graph graph, CheckpointFormat target, Path directory) throws IOException {
        if (from.toString().equals(BuiltInModel.NAME)) {
            try (BuiltInModel model = BuiltInModel.unpack()) {
                return fromCheckpoint(graph, model.directory(), target, directory);
            }
        }
        if (!Bundle.isBundle(from)) {
            return fromCheckpoint(graph, from, target, directory);
        }
        if (gelu.isPresent()) {
            throw new ParameterException(spec.commandLine(), "--gelu: a bundle knows which one it was trained with");
        }
        try (Bundle bundle = Bundle.open(from)) {
            Bert bert = AdapterBase.find(bundle, base, found -> found.trainedBert(graph));
            return save(bert, Optional.empty(), target, directory);
        }
    }

    private Bert fromCheckpoint(Graph graph, Path checkpoint, CheckpointFormat target, Path directory)
            throws IOException {
        BertConfig config = BertConfig.of(checkpoint);
        Bert bert = Bert.load(graph, checkpoint, gelu.map(config::withGelu).orElse(config));
        if (adapter.isPresent()) {
            AdapterValues.loadPeft(adapter.get(), bert.config()).mergeInto(bert);
        }
        return save(bert, Optional.of(checkpoint), target, directory);
    }

    private Bert save(Bert bert, Optional<Path> checkpoint, CheckpointFormat target, Path directory)
            throws IOException {
        switch (target) {
            case TENSORFLOW -> bert.save(directory);
            case HUGGINGFACE -> {
                if (bert.ownTokenizer().isPresent()) {
                    bert.saveHuggingFace(directory);
                } else {
                    bert.saveHuggingFace(directory, tokenizer(bert.vocabulary(), checkpoint));
                }
            }
            case SENTENCE_TRANSFORMERS ->
                throw new IllegalStateException("An encoder alone does not know how vectors are made of tokens");
        }
        return bert;
    }

    private WordPieceTokenizer tokenizer(Vocabulary vocabulary, Optional<Path> checkpoint) throws IOException {
        if (cased) {
            return WordPieceTokenizer.cased(vocabulary);
        }
        Optional<WordPieceTokenizer> described =
                checkpoint.isPresent() ? Bert.wordPieceTokenizer(checkpoint.get()) : Optional.empty();
        return described.orElseGet(() -> WordPieceTokenizer.uncased(vocabulary));
    }
}
