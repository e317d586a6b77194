package io.github.bert4j.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Several safetensors files that are one checkpoint: {@code model.safetensors.index.json} of Hugging Face's library, whose
 * {@code weight_map} says which file beside it has which tensor.
 */
public final class ShardedSafeTensors extends FileTensors {
    static final String SUFFIX = ".safetensors.index.json";

    private ShardedSafeTensors(Path index, List<CheckpointFile> files, Collection<StoredTensor> tensors) {
        super(index, files, tensors);
    }

    /**
     * Opens the files that an index names.
     *
     * @throws java.nio.file.NoSuchFileException if the index or a file is missing
     * @throws MalformedCheckpointException if one is damaged, or a tensor is not in the file that the index names
     */
    public static ShardedSafeTensors open(Path index) throws IOException {
        Map<String, List<String>> namesByFile = namesByFile(index);
        List<CheckpointFile> files = new ArrayList<>();
        List<StoredTensor> tensors = new ArrayList<>();
        try {
            for (Map.Entry<String, List<String>> shard : namesByFile.entrySet()) {
                CheckpointFile file = CheckpointFile.open(index.resolveSibling(shard.getKey()));
                files.add(file);
                Map<String, StoredTensor> found = new HashMap<>();
                SafeTensors.header(file)
                        .tensors()
                        .forEach(tensor -> found.put(tensor.info().name(), tensor));
                for (String name : shard.getValue()) {
                    file.verify(
                            found.containsKey(name),
                            Long.BYTES,
                            "'" + name + "' is not here, where " + index.getFileName() + " says it is");
                    tensors.add(found.get(name));
                }
            }
            return new ShardedSafeTensors(index, files, tensors);
        } catch (IOException | RuntimeException failure) {
            closeAll(files);
            throw failure;
        }
    }

    private static Map<String, List<String>> namesByFile(Path index) throws IOException {
        JsonNode map;
        try {
            map = new ObjectMapper().readTree(Files.readAllBytes(index)).path("weight_map");
        } catch (JsonProcessingException invalid) {
            throw new MalformedCheckpointException(index, 0, "it is not JSON: " + invalid.getOriginalMessage());
        } catch (CharConversionException invalid) { // Jackson takes zeros at the start for UTF-32
            throw new MalformedCheckpointException(index, 0, "it is not JSON: " + invalid.getMessage());
        }
        if (!map.isObject()) {
            throw new MalformedCheckpointException(index, 0, "it has no weight_map of tensors and their files");
        }
        Map<String, List<String>> names = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String file = entry.getValue().asText();
            if (!file.matches("[^/\\\\:\\p{Cntrl}]+\\.safetensors")) {
                throw new MalformedCheckpointException(
                        index,
                        0,
                        "'" + entry.getKey() + "' is in '" + file + "', expected a safetensors file beside it");
            }
            names.computeIfAbsent(file, key -> new ArrayList<>()).add(entry.getKey());
        }
        return names;
    }
}
