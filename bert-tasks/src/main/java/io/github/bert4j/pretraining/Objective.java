package io.github.bert4j.pretraining;

import io.github.bert4j.pretraining.Document.Extract;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What is learned from a corpus. */
public enum Objective {
    /** To predict masked words, in stretches of documents as long as fit: what RoBERTa has shown to be enough. */
    MASKED_WORDS {
        @Override
        List<Instance> instances(Corpus corpus, int maxLength, SplittableRandom random) {
            int room = maxLength - 2;
            List<Instance> instances = new ArrayList<>();
            for (Document document : corpus.documents()) {
                for (int from = 0; from < document.length(); from += room) {
                    int to = Math.min(document.length(), from + room);
                    instances.add(new Instance(List.of(new Extract(document, from, to)), false));
                }
            }
            return instances;
        }
    },

    /** Besides, to tell whether one text follows another in a document, as BERT was trained; needs two documents. */
    MASKED_WORDS_AND_NEXT_SENTENCES {
        @Override
        List<Instance> instances(Corpus corpus, int maxLength, SplittableRandom random) {
            return new SentencePairs(corpus.documents(), maxLength, random).all();
        }
    };

    /** One epoch's instances, in the order of the corpus. */
    abstract List<Instance> instances(Corpus corpus, int maxLength, SplittableRandom random);
}
