package io.github.bert4j.bert;

import io.github.bert4j.bert.WeightTable.Entry;
import java.util.List;

/** What the weights are called in files of one origin. */
sealed interface WeightNames permits WeightNames.Google, HuggingFaceNames {
    /** Where a weight is in a file. */
    Place of(Entry entry);

    /** What all names but those of the pre-training heads begin with; a file of the encoder alone may lack it. */
    String base();

    /** The name of the word embeddings without {@link #base}, by which a file's origin is known. */
    String words();

    /**
     * Where a weight is.
     *
     * @param names the one that is written, then those of older files
     * @param transposed whether it is a matrix stored [out, in]
     */
    record Place(List<String> names, boolean transposed) {
        /** The name that is written. */
        String name() {
            return names.get(0);
        }

        /** The shape in the file. */
        List<Long> shape(Entry entry) {
            List<Long> shape = entry.shape().sizes();
            return transposed ? List.of(shape.get(1), shape.get(0)) : shape;
        }
    }

    /** Google's, which are those of the graph. */
    record Google() implements WeightNames {
        @Override
        public Place of(Entry entry) {
            return new Place(List.of(entry.name()), false);
        }

        @Override
        public String base() {
            return "";
        }

        @Override
        public String words() {
            return WeightTable.WORDS;
        }
    }
}
