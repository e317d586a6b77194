package io.github.bert4j.bert;

import io.github.bert4j.bert.BertConfig.Architecture;
import io.github.bert4j.bert.WeightTable.Entry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the weights are called in files of one origin. */
sealed interface WeightNames permits WeightNames.Google, HuggingFaceNames {
    /** Where a weight is in a file. */
    Place of(Entry entry);

    /** What the names of the encoder's weights can begin with; the first is in the names that {@link #of} tells. */
    List<String> bases();

    /** The name of the word embeddings without {@link #bases}, by which a file's origin is known. */
    String words();

    /**
     * Where a weight is.
     *
     * @param names the one that is written, then those of older files
     * @param transposed whether it is a matrix stored [out, in]
     * @param slice which part of the tensor it is
     */
    record Place(List<String> names, boolean transposed, Family.Slice slice) {
        Place(List<String> names, boolean transposed) {
            this(names, transposed, Family.Slice.WHOLE);
        }

        /** The name that is written. */
        String name() {
            return names.get(0);
        }

        /** The shape of the tensor in the file. */
        List<Long> shape(Entry entry) {
            List<Long> shape = new ArrayList<>(entry.shape().sizes());
            if (transposed) {
                Collections.reverse(shape);
            }
            shape.set(0, shape.get(0) * slice.count());
            return shape;
        }
    }

    /** Google's, which but for a few are those of the graph. */
    record Google(List<Family.Renaming> renamings) implements WeightNames {
        Google(Architecture architecture) {
            this(Family.of(architecture).tensorFlowRenamings());
        }

        @Override
        public Place of(Entry entry) {
            return new Place(List.of(Family.Renaming.all(renamings, entry.name())), false);
        }

        @Override
        public List<String> bases() {
            return List.of("");
        }

        @Override
        public String words() {
            return Family.Renaming.all(renamings, WeightTable.WORDS);
        }
    }
}
