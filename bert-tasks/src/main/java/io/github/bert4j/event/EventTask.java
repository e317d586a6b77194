package io.github.bert4j.event;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.QuestionFields;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainedModel;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the library knows of {@code event}. */
public final class EventTask implements TaskType<LabelledEvent, AnswerRules, SubjectExtractor> {
    static final EventTask TASK = new EventTask();

    /** @param entity the subject, or {@code NaN} */
    private record Fields(
            @JsonSetter(nulls = Nulls.AS_EMPTY) String id,
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) String type,
            @JsonProperty(required = true) String entity)
            implements LabelledFields<LabelledEvent> {

        @Override
        public LabelledEvent labelled() {
            return new LabelledEvent(id, new Event(text, type), entity);
        }
    }

    /** An answer; start, end and probability are null where there is no subject. */
    record Said(String entity, Integer start, Integer end, Double probability) {
        static Said of(Optional<Subject> subject) {
            return new Said(
                    LabelledEvent.entity(subject),
                    subject.map(Subject::start).orElse(null),
                    subject.map(Subject::end).orElse(null),
                    subject.map(Subject::probability).orElse(null));
        }
    }

    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "event",
                "Learn to find whose event it is that a text tells of; the best epoch is that of the best exact match.",
                "FILE: CSV without a header: id, text, event type, entity; the type 其他 stands for no event.",
                SubjectExtractor.DEFAULTS,
                SubjectExtractor.DEFAULT_EPOCHS,
                "exactMatch",
                new Tokenization(Tokens.CHARACTERS, false));
    }

    /** The recipe's, whatever the checkpoint. */
    @Override
    public Tokenization tokenization(Path checkpoint) throws IOException {
        return TaskType.exactly(facts().tokenization(), checkpoint);
    }

    @Override
    public QuestionFields questions() {
        return AnswerRules.FIELDS;
    }

    @Override
    public List<String> labels(LabelledEvent sample) {
        return List.of(sample.event().type());
    }

    @Override
    public boolean labelsWholeTexts() {
        return false;
    }

    @Override
    public Class<? extends LabelledFields<LabelledEvent>> fields() {
        return Fields.class;
    }

    @Override
    public Class<AnswerRules> head() {
        return AnswerRules.class;
    }

    @Override
    public AnswerRules head(
            List<LabelledEvent> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return AnswerRules.NONE;
    }

    @Override
    public TrainingOptions options(AnswerRules head) {
        return facts().defaults();
    }

    @Override
    public SubjectExtractor build(AnswerRules head, Backbone backbone) {
        return new SubjectExtractor(head, backbone);
    }

    @Override
    public TrainedModel<LabelledEvent> together(List<SubjectExtractor> models) {
        return new SubjectEnsemble(models);
    }
}
