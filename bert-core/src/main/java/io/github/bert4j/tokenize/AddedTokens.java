package io.github.bert4j.tokenize;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Finds added tokens in a text: from left to right, of those that begin at a place the longest. */
final class AddedTokens {
    private final Map<Integer, AddedToken> byId = new HashMap<>();
    /** Code points of each as it is spelled. */
    private final Map<Integer, Integer> lengths = new HashMap<>();

    private final PieceTrie trie;

    /** @param spelling how a token is spelled in the texts that it is looked for in */
    AddedTokens(List<AddedToken> tokens, UnaryOperator<String> spelling) {
        Map<String, Integer> ids = new HashMap<>();
        for (AddedToken token : tokens) {
            String spelled = spelling.apply(token.content());
            if (!spelled.isEmpty()) {
                byId.put(token.id(), token);
                ids.put(spelled, token.id());
                lengths.put(token.id(), spelled.codePointCount(0, spelled.length()));
            }
        }
        this.trie = new PieceTrie(ids);
    }

    /** What a text consists of. */
    interface Parts {
        /** A stretch without added tokens. */
        void text(int from, int to);

        void token(AddedToken token, int from, int to);
    }

    /** @param special whether tokens that stand for no text are found */
    void find(TrackedText text, boolean special, Parts parts) {
        int done = 0;
        int length = text.length();
        for (int at = 0; at < length && !byId.isEmpty(); ) {
            int found = longest(text, at);
            if (found == PieceTrie.ROOT) {
                at++;
                continue;
            }
            AddedToken token = byId.get(trie.token(found));
            int end = at + lengths.get(token.id());
            boolean counts = (special || !token.special()) && (!token.singleWord() || standsAlone(text, at, end));
            if (counts) {
                int from = at;
                int to = end;
                while (token.leftStrip() && from > done && CodePoints.isWhite(text.codePoint(from - 1))) {
                    from--;
                }
                while (token.rightStrip() && to < length && CodePoints.isWhite(text.codePoint(to))) {
                    to++;
                }
                if (done < from) {
                    parts.text(done, from);
                }
                parts.token(token, from, to);
                done = to;
            }
            at = Math.max(end, done);
        }
        if (done < length) {
            parts.text(done, length);
        }
    }

    /** The node of the longest token that begins at a place; the root if none does. */
    private int longest(TrackedText text, int at) {
        int found = PieceTrie.ROOT;
        int node = PieceTrie.ROOT;
        for (int i = at; i < text.length() && node != PieceTrie.ABSENT; i++) {
            node = trie.child(node, text.codePoint(i));
            if (node != PieceTrie.ABSENT && trie.token(node) != PieceTrie.ABSENT) {
                found = node;
            }
        }
        return found;
    }

    private static boolean standsAlone(TrackedText text, int from, int to) {
        return (from == 0 || !CodePoints.isOfWord(text.codePoint(from - 1)))
                && (to == text.length() || !CodePoints.isOfWord(text.codePoint(to)));
    }
}
