package io.github.bert4j.results;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code results}. */
@Command(
        name = "results",
        description = "Train on public data and note what was measured.",
        subcommands = {
            FewShotResults.class,
            LowRankResults.class,
            DistillationResults.class,
            AuditResults.class,
            RetrievalResults.class,
            SharedBaseResults.class,
            ResultsPage.class
        })
public final class ResultsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which experiment?");
    }
}
