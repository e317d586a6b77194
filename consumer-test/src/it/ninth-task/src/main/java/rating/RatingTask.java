package rating;

import io.github.bert4j.task.Backbone;
import io.github.bert4j.task.LabelledFields;
import io.github.bert4j.task.TaskFacts;
import io.github.bert4j.task.TaskOptions;
import io.github.bert4j.task.TaskType;
import io.github.bert4j.task.TrainingOptions;
import io.github.bert4j.tokenize.Tokenization;
import io.github.bert4j.tokenize.Tokenization.Tokens;
import java.util.List;
import java.util.function.Consumer;

/** A task that the library does not know. */
public final class RatingTask implements TaskType<RatedText, RatingHead, RatingModel> {
    @Override
    public TaskFacts facts() {
        return new TaskFacts(
                "rating",
                "Learn how many stars texts give; the best epoch is that of the best closeness.",
                "FILE: JSON lines {\"text\", \"stars\"}.",
                TrainingOptions.of(100, 8, 1e-3),
                3,
                "closeness",
                new Tokenization(Tokens.CHARACTERS, false));
    }

    @Override
    public Class<? extends LabelledFields<RatedText>> fields() {
        return RatedText.class;
    }

    @Override
    public boolean isNumeric() {
        return true;
    }

    @Override
    public Class<RatingHead> head() {
        return RatingHead.class;
    }

    @Override
    public RatingHead head(
            List<RatedText> train, TaskOptions chosen, TrainingOptions options, Consumer<String> warnings) {
        return new RatingHead(options.maxLength());
    }

    @Override
    public TrainingOptions options(RatingHead head) {
        return facts().defaults().withMaxLength(head.maxLength());
    }

    @Override
    public RatingModel build(RatingHead head, Backbone backbone) {
        return new RatingModel(head, backbone);
    }
}
