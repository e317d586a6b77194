package io.github.bert4j.tokenize;

/**
 * The longest pieces of a word that the vocabulary has, from left to right; one unknown token for a word of which a part
 * matches none.
 *
 * <p>Source: {@code WordpieceTokenizer} in {@code tokenization.py} of google-research/bert.
 *
 * @param continuation node of the trie behind what all pieces but a word's first begin with
 * @param longestWord characters of the longest word that is cut
 */
record WordPieces(PieceTrie trie, int continuation, int unknownId, int longestWord) implements TokenModel {
    static final String CONTINUATION = "##";

    static WordPieces of(Vocabulary vocabulary, String continuation, int unknownId, int longestWord) {
        PieceTrie trie = PieceTrie.of(vocabulary);
        return new WordPieces(trie, trie.find(continuation), unknownId, longestWord);
    }

    @Override
    public void cut(TrackedText word, int from, int to, Pieces pieces) {
        int before = pieces.size();
        if (to - from > longestWord || !addPieces(word, from, to, pieces)) {
            pieces.truncate(before);
            pieces.add(unknownId, word.start(from), word.end(to - 1));
        }
    }

    /** Adds the word's pieces; false, with some of them added, if a part matches none. */
    private boolean addPieces(TrackedText word, int from, int to, Pieces pieces) {
        int root = PieceTrie.ROOT;
        for (int start = from, end; start < to; start = end) {
            int id = PieceTrie.ABSENT;
            end = start;
            int node = root;
            for (int i = start; i < to && node != PieceTrie.ABSENT; i++) {
                node = trie.child(node, word.codePoint(i));
                if (node != PieceTrie.ABSENT && trie.token(node) != PieceTrie.ABSENT) {
                    id = trie.token(node);
                    end = i + 1;
                }
            }
            if (id == PieceTrie.ABSENT) {
                return false;
            }
            pieces.add(id, word.start(start), word.end(end - 1));
            root = continuation;
        }
        return true;
    }
}
