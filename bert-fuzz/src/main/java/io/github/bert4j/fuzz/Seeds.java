package io.github.bert4j.fuzz;

import io.github.bert4j.checkpoint.DataType;
import io.github.bert4j.checkpoint.NamedTensor;
import io.github.bert4j.checkpoint.SafeTensorsWriter;
import io.github.bert4j.checkpoint.TensorFlowCheckpointWriter;
import io.github.bert4j.checkpoint.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;

/** Writes the small valid files that targets start from: {@code FOLDER/TARGET/seeds/NAME}. */
public final class Seeds {
    private static final String CONFIG = """
            {"hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 2,
            "max_position_embeddings": 4, "type_vocab_size": 2, "vocab_size": 6, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02}""";

    private static final String ALBERT = """
            {"hidden_size": 2, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 2,
            "max_position_embeddings": 4, "type_vocab_size": 2, "vocab_size": 6, "hidden_act": "relu",
            "embedding_size": 1, "num_hidden_groups": 1, "inner_group_num": 1, "layer_norm_eps": 1e-12}""";

    /**
     * Two shards and an index block with a partitioned variable, strings, an empty tensor and alignment, put together
     * after {@code tensor_bundle.h}: the input of {@link TensorFlowCheckpointFuzz}.
     */
    private static final String PARTITIONED =
            "AR8TAABAQAAAgEAABXY/BfZncmFwaAAAoEAAAMBAAADgQAAAgD8AAABAAAAAFAAAAAAAAAAAAAYIAhoCCAEAChUAdgABAQKA"
                    + "gYCCCAESCBICCAESAggCGAEoCDVZPOU1BgQTgYGAgggBEggSAggBEgIIAigINWIKl2sABhFfZ3JhcGgIBxIEEgIIAiAIKAs1"
                    + "IcqIMwAJEWJlcnQvYmlhcwgBEgQSAggDIBMoDDVe7V2WBQUPZW1wdHkIARICEgAYASAINdjqgqIABA9zdGVwCAkSABgBIAso"
                    + "CDVePSkVAAEkdggBEggSAggCEgIIAjoKCgIQAQoECAAQAjoKCgQIARABCgIQAgAAAAABAAAA";

    private final Path folder;

    private Seeds(Path folder) {
        this.folder = folder;
    }

    /** @param arguments the folder, and a target, which gets a folder for what it finds */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder.resolve(arguments[1]).resolve("corpus"));
        Seeds seeds = new Seeds(folder);
        seeds.safeTensors();
        seeds.tensorFlow();
        seeds.onnx();
        seeds.text("VocabularyFuzz", "vocab", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n[unused1]\n字\n##ing\r\na\n");
        seeds.text("BertConfigFuzz", "bert", CONFIG);
        seeds.text("BertConfigFuzz", "albert", ALBERT);
        seeds.tokenizers();
        seeds.bundles();
        seeds.lines();
        seeds.json();
        seeds.workbook();
        seeds.text(
                "ShardedSafeTensorsFuzz",
                "two",
                "{\"weight_map\": {\"a\": \"a.safetensors\", \"b\": \"b.safetensors\"}}");
    }

    /** The first one without settings, the second one with some. */
    private void tokenizers() throws IOException {
        String tokenizer = """
                {"added_tokens": [{"id": 0, "content": "[PAD]", "special": true}],
                "normalizer": {"type": "BertNormalizer", "lowercase": true, "clean_text": true},
                "pre_tokenizer": {"type": "BertPreTokenizer"},
                "model": {"type": "WordPiece", "unk_token": "[UNK]", "max_input_chars_per_word": 100, "merges": [["a", "b"]],
                "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5}}}""";
        String settings = "{\"do_lower_case\": false}         ";
        text("TokenizerJsonFuzz", "alone", "\0" + tokenizer);
        text("TokenizerJsonFuzz", "settings", "\2" + settings + tokenizer);
        text("TokenizerJsonFuzz", "templates", "\0" + """
                {"added_tokens": [{"id": 4, "content": "[MASK]", "special": true, "lstrip": true, "single_word": false}],
                "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}, {"type": "StripAccents"},
                {"type": "Lowercase"}, {"type": "Prepend", "prepend": "a"}, {"type": "Replace", "pattern": {"String": "b"},
                "content": "c"}]},
                "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Punctuation"},
                {"type": "Digits", "individual_digits": true}]},
                "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": {"[CLS]": {"ids": [2], "tokens": ["[CLS]"]}}},
                "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3,
                "[MASK]": 4, "a": 5, "##c": 6}}}""");
        text("TokenizerJsonFuzz", "bytes", "\0" + """
                {"added_tokens": [{"id": 0, "content": "<s>", "special": true}, {"id": 6, "content": "  ", "special": false}],
                "normalizer": {"type": "NFC"},
                "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": true},
                "post_processor": {"type": "RobertaProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0], "trim_offsets": true},
                "model": {"type": "BPE", "vocab": {"<s>": 0, "</s>": 1, "a": 2, "b": 3, "ab": 4, "\u0120": 5},
                "merges": [["a", "b"]]}}""");
        text(
                "TokenizerJsonFuzz",
                "unigrams",
                "\0" + """
                {"added_tokens": [{"id": 0, "content": "<s>", "special": true}],
                "normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "%s"},
                {"type": "Strip", "strip_left": false, "strip_right": true},
                {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "\u2581"}]},
                "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first"},
                "post_processor": {"type": "BertProcessing", "sep": ["</s>", 1], "cls": ["<s>", 0]},
                "model": {"type": "Unigram", "unk_id": 2, "vocab": [["<s>", 0.0], ["</s>", 0.0], ["<unk>", 0.0],
                ["\u2581a", -1.5], ["b", -2.5], ["ab", -3]]}}""".formatted(new String(resource("characters.txt"), StandardCharsets.UTF_8)));
        write("SentencePieceFuzz", "small", resource("sentencepiece.model"));
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Seeds.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private void write(String target, String name, byte[] bytes) throws IOException {
        Files.write(seeds(target).resolve(name), bytes);
    }

    private Path seeds(String target) throws IOException {
        return Files.createDirectories(
                folder.resolve("io.github.bert4j.fuzz." + target).resolve("seeds"));
    }

    private void text(String target, String name, String text) throws IOException {
        write(target, name, utf8(text));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void safeTensors() throws IOException {
        List<NamedTensor> tensors = new ArrayList<>();
        for (DataType type : DataType.values()) {
            if (type != DataType.STRING) {
                TensorInfo info = new TensorInfo(type.name(), type, List.of(1L, 2L));
                tensors.add(new NamedTensor(info, () -> ByteBuffer.allocate((int) info.byteSize())));
            }
        }
        SafeTensorsWriter.write(seeds("SafeTensorsFuzz").resolve("types"), Map.of("format", "pt"), tensors);
        SafeTensorsWriter.write(
                seeds("SafeTensorsFuzz").resolve("two"),
                Map.of(),
                List.of(
                        NamedTensor.ofFloats("a", List.of(2L, 2L), 1, 2, 3, 4),
                        NamedTensor.ofFloats("none", List.of(0L, 2L))));
    }

    private void tensorFlow() throws IOException {
        Path prefix = folder.resolve("model.ckpt");
        TensorFlowCheckpointWriter.write(
                prefix,
                List.of(
                        NamedTensor.ofFloats("a", List.of(2L, 2L), 1, 2, 3, 4),
                        NamedTensor.ofFloats("bert/bias", List.of(1L), 5)));
        byte[] index = Files.readAllBytes(folder.resolve("model.ckpt.index"));
        byte[] data = Files.readAllBytes(folder.resolve("model.ckpt.data-00000-of-00001"));
        Files.delete(folder.resolve("model.ckpt.index"));
        Files.delete(folder.resolve("model.ckpt.data-00000-of-00001"));
        write("TensorFlowCheckpointFuzz", "file", join(new byte[] {4, (byte) data.length, 0}, data, index));
        // The footer begins with the place of the block behind the first one and its trailer; here it takes a byte or
        // two.
        int footer = index.length - 48;
        int next = index[footer] & 0x7f | (index[footer] < 0 ? index[footer + 1] << 7 : 0);
        byte[] block = Arrays.copyOf(index, next - 5);
        write("TensorFlowCheckpointFuzz", "block", join(new byte[] {5, (byte) data.length, 0}, data, block));
        write("TensorFlowCheckpointFuzz", "partitioned", Base64.getDecoder().decode(PARTITIONED));
    }

    /** {@code onnx.proto}: a graph with a node and two initializers, one by raw data and one by floats. */
    private void onnx() throws IOException {
        byte[] node = join(
                field(1, utf8("x")), field(1, utf8("onnx::MatMul_1")), field(2, utf8("y")), field(4, utf8("MatMul")));
        byte[] sum = join(
                field(1, utf8("encoder.layer.0.output.dense.bias")),
                field(1, utf8("y")),
                field(2, utf8("z")),
                field(4, utf8("Add")));
        byte[] kernel = join(new byte[] {8, 2, 8, 1, 16, 1}, field(8, utf8("onnx::MatMul_1")), field(9, new byte[8]));
        byte[] bias = join(
                field(1, new byte[] {1}),
                new byte[] {16, 1},
                field(4, new byte[4]),
                field(8, utf8("encoder.layer.0.output.dense.bias")));
        byte[] gemm = join(
                field(1, utf8("x")),
                field(1, utf8("w")),
                field(1, utf8("pooler.dense.bias")),
                field(4, utf8("Gemm")),
                field(5, join(field(1, utf8("transB")), new byte[] {24, 1})));
        byte[] other = join(new byte[] {8, 1, 8, 2, 16, 10}, field(8, utf8("w")), field(9, new byte[4]));
        byte[] graph =
                join(field(1, node), field(1, sum), field(1, gemm), field(5, kernel), field(5, bias), field(5, other));
        byte[] outside = join(
                new byte[] {8, 1, 8, 2, 16, 1},
                field(8, utf8("outside")),
                field(13, join(field(1, utf8("location")), field(2, utf8("data")))),
                field(13, join(field(1, utf8("offset")), field(2, utf8("8")))),
                new byte[] {14 << 3, 1});
        write("OnnxFuzz", "external", field(7, field(5, outside)));
        write("OnnxFuzz", "model", join(new byte[] {8, 8}, field(7, graph)));
    }

    private static byte[] field(int number, byte[] value) {
        byte[] size = value.length < 0x80
                ? new byte[] {(byte) value.length}
                : new byte[] {(byte) (value.length & 0x7f | 0x80), (byte) (value.length >> 7)};
        return join(new byte[] {(byte) (number << 3 | 2)}, size, value);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private void bundles() throws IOException {
        Map<String, String> heads = Map.of(
                "sentiment", "{\"labels\": [\"0\", \"1\"], \"maxLength\": 9}",
                "relation",
                        "{\"predicates\": [\"p\"], \"thresholds\": {\"start\": 0.5, \"end\": 0.4}, \"maxTrainingLength\": 9}",
                "event", "{\"types\": [\"t\"], \"allowedCharacters\": [\"-\"]}",
                "entity", "{\"labels\": [\"A\"], \"head\": \"crf\", \"maxLength\": 9}",
                "classification", "{\"labelling\": \"multi-class\", \"labels\": [\"A\", \"B\"], \"maxLength\": 9}",
                "similarity", "{\"pooling\": \"cls\", \"maxLength\": 9}",
                "answer", "{\"unanswerable\": false, \"longestAnswer\": 3, \"maxLength\": 9}",
                "joint", "{\"labels\": {\"classes\": [\"A\", \"B\"], \"entities\": [\"C\"]}, \"maxLength\": 9}");
        for (Map.Entry<String, String> head : heads.entrySet()) {
            text("BundleFuzz", head.getKey(), CONFIG + "\n--\n" + manifest(head.getKey(), head.getValue()));
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            for (String name :
                    List.of("bundle.json", "bert_config.json", "vocab.txt", "weights.safetensors", "more/x")) {
                out.putNextEntry(new ZipEntry(name));
                out.write(utf8(
                        name.equals("bundle.json")
                                ? manifest("similarity", "{\"pooling\": \"cls\", \"maxLength\": 9}")
                                : name));
            }
        }
        write("ZipBundleFuzz", "bundle", zip.toByteArray());
    }

    private static String manifest(String task, String head) {
        return """
            {"formatVersion": 1, "task": "%s", "head": %s, "gelu": "TANH", "files": {"bert_config.json": "@config",
            "vocab.txt": "@vocab", "weights.safetensors": "@weights"}, "checksum": "@self"}""".formatted(task, head);
    }

    private void lines() throws IOException {
        text("LinesFuzz", "reviews", "\0000\tbad\n1\tgood\r\n\n");
        text("LinesFuzz", "classes", "\001sport\ttext\tsecond\n");
        text("LinesFuzz", "labels", "\002a,b\ttext\n\ttext\n");
        text("LinesFuzz", "scores", "\0031.5\tone\ttwo\n-2\tone\ttwo\n");
        text("LinesFuzz", "events", "\0041,\"text of A\"\"B\",type,A\n2,text,NaN,\n");
        text("LinesFuzz", "tags", "\006字 B-PER\n人 I-PER\nx O\n\n字 S-LOC\n-DOCSTART- O\n. M-X E-X\n");
    }

    private void json() throws IOException {
        text(
                "JsonFuzz",
                "relations",
                "\000{\"text\":\"ab\",\"spo_list\":[{\"subject\":\"a\",\"predicate\":\"p\",\"object\":\"b\"}]}\n");
        text("JsonFuzz", "schema", "\001{\"predicate\":\"p\",\"subject_type\":\"t\"}\n");
        text(
                "JsonFuzz",
                "entities",
                "\002{\"text\":\"abc\",\"entities\":[{\"start\":0,\"end\":1,\"label\":\"X\",\"text\":\"a\"}]}\n");
        text("JsonFuzz", "cluener", "\002{\"text\":\"abc\",\"label\":{\"X\":{\"a\":[[0,0]]}}}\n");
        text(
                "JsonFuzz",
                "joint",
                "\004{\"text\":\"abc\",\"label\":\"L\",\"entities\":[{\"start\":0,\"end\":1,\"label\":\"X\"}]}\n");
        text("JsonFuzz", "line", "\005{\"text\":\"abc\"}\nabc\n");
        text(
                "JsonFuzz",
                "squad",
                "\006{\"data\":[{\"paragraphs\":[{\"context\":\"abc\",\"qas\":[{\"id\":\"1\",\"question\":\"q\",\"answers\":[{\"text\":\"b\",\"answer_start\":1}],\"is_impossible\":false}]}]}]}");
        text(
                "JsonFuzz",
                "cmrc",
                "\006[{\"context_text\":\"abc\",\"qas\":[{\"query_id\":\"1\",\"query_text\":\"q\",\"answers\":[\"b\"]}]}]");
    }

    private void workbook() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (HSSFWorkbook workbook = new HSSFWorkbook()) {
            var sheet = workbook.createSheet("s");
            sheet.createRow(0).createCell(0).setCellValue("text");
            sheet.createRow(1).createCell(0).setCellValue(1.5);
            sheet.createRow(3).createCell(0).setCellValue(true);
            sheet.createRow(4).createCell(0).setCellFormula("1+2");
            workbook.write(out);
        }
        write("WorkbookFuzz", "workbook", out.toByteArray());
    }
}
