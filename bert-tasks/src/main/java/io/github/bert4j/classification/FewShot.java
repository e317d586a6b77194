package io.github.bert4j.classification;

import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.annotation.JsonProperty;

/** How a classifier learns from few texts. */
public enum FewShot {
    /** As from many. */
    @JsonEnumDefaultValue
    @JsonProperty("none")
    NONE,
    /**
     * First BERT learns from pairs of texts that those of one label are alike and others are not, then a logistic regression is
     * fitted to its vectors: good from 8 to 64 texts per label. One epoch goes through {@value SetFit#PARTNERS} similar and as many
     * other partners of each text.
     *
     * <p>Source: Tunstall et al., "Efficient Few-Shot Learning Without Prompts"; huggingface/setfit.
     */
    @JsonProperty("setfit")
    SETFIT
}
