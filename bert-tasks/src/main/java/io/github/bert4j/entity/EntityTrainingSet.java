package io.github.bert4j.entity;

import io.github.bert4j.text.LabelledSpan;
import io.github.bert4j.text.TokenSpan;
import io.github.bert4j.text.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Windows of texts to learn from, and what was left out to get them.
 *
 * @param entities in the data
 * @param unknown entities of a label that the model does not have
 * @param overlapping entities within others, or begun by others, where the model cannot have such
 * @param cut entities that no window shows whole, and of which so only parts are learned, if any
 */
public record EntityTrainingSet(List<TrainingWindow> windows, int entities, int unknown, int overlapping, int cut) {

    /**
     * A window to learn from.
     *
     * @param spans of an entity that the window cuts, the part that it shows
     */
    public record TrainingWindow(int[] ids, List<LabelledSpan> spans) {}

    /**
     * The windows of all texts, in their order.
     *
     * @param windows what is read of a text
     * @param labels that the model has, by number
     * @param overlaps whether the model can learn entities that overlap
     */
    public static EntityTrainingSet of(
            List<LabelledText> texts, Function<String, List<Window>> windows, List<String> labels, boolean overlaps) {
        List<TrainingWindow> parts = new ArrayList<>();
        int entities = 0;
        int unknown = 0;
        int overlapping = 0;
        int cut = 0;
        for (LabelledText text : texts) {
            List<Entity> known = text.entities().stream()
                    .filter(entity -> labels.contains(entity.label()))
                    .toList();
            List<Entity> learned = overlaps ? known : Entity.flat(known);
            entities += text.entities().size();
            unknown += text.entities().size() - known.size();
            overlapping += known.size() - learned.size();
            List<Window> ofText = windows.apply(text.text());
            for (Entity entity : learned) {
                cut += ofText.stream()
                                .noneMatch(window -> window.find(entity.start(), entity.end())
                                        .isPresent())
                        ? 1
                        : 0;
            }
            for (Window window : ofText) {
                List<LabelledSpan> spans = new ArrayList<>();
                for (Entity entity : learned) {
                    span(window, entity)
                            .ifPresent(span -> spans.add(new LabelledSpan(span, labels.indexOf(entity.label()))));
                }
                parts.add(new TrainingWindow(window.encoding().ids(), spans));
            }
        }
        return new EntityTrainingSet(parts, entities, unknown, overlapping, cut);
    }

    /** What is not learned as it stands in the data, in a sentence; empty if all is. */
    public Optional<String> defects() {
        return unknown + overlapping + cut == 0
                ? Optional.empty()
                : Optional.of(
                        "of %d entities, left out %d of an unknown label and %d that overlap others; %d are not read whole, and learned as far as they are read"
                                .formatted(entities, unknown, overlapping, cut));
    }

    /** The tokens of an entity that a window shows; empty if there are none. */
    private static Optional<TokenSpan> span(Window window, Entity entity) {
        int from = Math.max(entity.start(), window.textStart());
        int to = Math.min(entity.end(), window.textEnd());
        return window.find(from, to);
    }
}
