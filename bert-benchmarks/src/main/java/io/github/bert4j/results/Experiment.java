package io.github.bert4j.results;

/** What is measured, in the order of the page. */
enum Experiment {
    FEW_SHOT(
            "few-shot",
            "Few labels",
            "Accuracy on all 1,697 validation reviews after training on 16 texts per label, drawn anew for each run, by SetFit's"
                    + " recipe and by plain fine-tuning at three rates; 80 steps of 16 pairs or texts each, of which 64 tokens are read. See [few"
                    + " labels](guides/few-labels.md).",
            "results few-shot"),
    LOW_RANK(
            "low-rank",
            "Adapters of low rank",
            "Sentiment, 13,378 reviews, batches of 32: all weights, or an adapter of all kernels. Each trained weight has a gradient and"
                    + " two numbers of the optimizer; the peak is that of the whole process. See [adapters](guides/adapters.md).",
            "results low-rank"),
    DISTILLATION(
            "distillation",
            "Distillation",
            "A student that starts as the lowest layers of its teacher and learns from the first 7,000 training reviews without their"
                    + " labels; speed is the median of nine interleaved rounds over 512 reviews. See [distillation](guides/distillation.md).",
            "results distillation"),
    AUDIT(
            "audit",
            "Wrong labels",
            "Labels of 5 % of the reviews were turned round: how many of them are among the first 7 % of the list, and among the rows"
                    + " that are called issues. See [audit](guides/audit.md).",
            "results audit"),
    RETRIEVAL(
            "retrieval",
            "Retrieval",
            "LCQMC: 439 questions of the 875 validation pairs are looked for among the texts of these pairs, and among those of the"
                    + " training data too, where many say the same and no pair tells so: by vectors as they come, after training with"
                    + " in-batch negatives, and where it was run, with a reranker behind. See [retrieval](guides/retrieval.md).",
            "results retrieval"),
    SHARED_BASE(
            "shared-base",
            "One base for many adapters",
            "Resident memory of one process with one adapter and with twenty of them on one base, after 40 batches"
                    + " of answers; of the Java heap counts what lives on it. See"
                    + " [adapters](guides/adapters.md).",
            "-Xmx128m -jar benchmarks.jar results shared-base");

    private final String title;
    private final String heading;
    private final String description;
    private final String command;

    Experiment(String title, String heading, String description, String command) {
        this.title = title;
        this.heading = heading;
        this.description = description;
        this.command = command;
    }

    /** In the file of runs. */
    String title() {
        return title;
    }

    String heading() {
        return heading;
    }

    String description() {
        return description;
    }

    String command() {
        return command;
    }
}
