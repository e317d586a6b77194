package io.github.bert4j.datasets;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.bert4j.entity.Entity;
import io.github.bert4j.joint.JointLabels;
import io.github.bert4j.joint.JointText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Files of texts with a label and entities: lines of JSON, entities as {@link EntityFiles} has them. */
public final class JointFiles {
    private JointFiles() {}

    private record Row(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) String label,
            @JsonProperty(required = true) List<EntityFiles.Place> entities)
            implements EntityFiles.Annotated {
        private Row {
            if (label.isBlank()) {
                throw new IllegalArgumentException("a blank label");
            }
        }

        @Override
        public List<Optional<Entity>> found() {
            return EntityFiles.Place.in(text, entities);
        }
    }

    /** The texts of some files. */
    public static List<JointText> read(List<Path> files, Consumer<String> warnings) throws IOException {
        List<JointText> texts = new ArrayList<>();
        for (Path file : files) {
            try (Lines lines = Lines.of(file)) {
                texts.addAll(EntityFiles.ofJson(
                        lines, Row.class, (row, labelled) -> new JointText(row.label(), labelled), warnings));
            }
        }
        return texts;
    }

    /** As {@link #read}, for measuring: also tells what no model of these labels says. */
    public static List<JointText> gold(List<Path> files, JointLabels labels, Consumer<String> warnings)
            throws IOException {
        List<JointText> texts = read(files, warnings);
        ClassificationFiles.reportUnknown(
                texts.stream().map(JointText::classified).toList(), labels.classes(), warnings);
        EntityFiles.reportUnknown(texts.stream().map(JointText::labelled).toList(), labels.entities(), warnings);
        return texts;
    }
}
