package io.github.bert4j.tokenize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SentencePiece's table of replacements: a double-array trie of UTF-8 and the strings that it leads to.
 *
 * <p>Source: {@code Precompiled} of huggingface/tokenizers and {@code spm_precompiled}, which replace a short grapheme cluster
 * whole by what its shortest prefix in the trie leads to, and otherwise each character alone.
 */
final class Precompiled implements Normalizer {
    private static final int LONGEST_CLUSTER = 6;
    private static final int NONE = -1;
    private static final int ORDINARY = 'a';

    /** Cannot run away: it looks at each character once. */
    private static final Pattern CLUSTER = Pattern.compile("\\X");

    private final int[] units;
    private final byte[] strings;

    private Precompiled(int[] units, byte[] strings) {
        this.units = units;
        this.strings = strings;
    }

    static Normalizer of(Described json) throws IOException {
        String field = "precompiled_charsmap";
        String encoded = json.text(field, "");
        if (encoded.isEmpty()) {
            return text -> text;
        }
        ByteBuffer map;
        try {
            map = ByteBuffer.wrap(Base64.getDecoder().decode(encoded)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            throw json.refused(field, "base64");
        }
        int size = map.remaining() < Integer.BYTES ? -1 : map.getInt();
        if (size <= 0 || size % Integer.BYTES != 0 || size > map.remaining()) {
            throw json.refused(field, "the length of a trie, the trie, and strings");
        }
        int[] units = new int[size / Integer.BYTES];
        map.asIntBuffer().get(units);
        byte[] strings = new byte[map.remaining() - size];
        map.position(Integer.BYTES + size);
        map.get(strings);
        return new Precompiled(units, strings);
    }

    @Override
    public TrackedText apply(TrackedText text) {
        Replacements result = new Replacements(text.length());
        int length = text.length();
        for (int from = 0, to; from < length; from = to) {
            to = from + 1;
            if (isAlone(text.codePoint(from)) && (to == length || isAlone(text.codePoint(to)))) {
                replace(text, from, to, result);
                continue;
            }
            while (to < length && !(isAlone(text.codePoint(to)) && isAlone(text.codePoint(to - 1)))) {
                to++;
            }
            Matcher cluster = CLUSTER.matcher(assigned(text, from, to));
            for (int at = from, end; cluster.find(); at = end) {
                end = at + cluster.group().codePointCount(0, cluster.group().length());
                replaceCluster(text, at, end, result);
            }
        }
        return result.of(text);
    }

    /** Java takes code points that stand for nothing yet for control characters, which end a cluster. */
    private static String assigned(TrackedText text, int from, int to) {
        StringBuilder result = new StringBuilder();
        for (int i = from; i < to; i++) {
            int c = text.codePoint(i);
            boolean isUnassigned = Character.getType(c) == Character.UNASSIGNED && c < 0xE0000;
            result.appendCodePoint(isUnassigned ? ORDINARY : c);
        }
        return result.toString();
    }

    /** Surely neither joins the character before it nor is joined by one behind it that is so as well. */
    private static boolean isAlone(int c) {
        return c >= ' ' && c < 0x7F
                || c > 0xAE && c < 0x300
                || c >= 0x3400 && c < 0xA000
                || c >= 0x3041 && c < 0x3097
                || c >= 0x30A1 && c < 0x30FB
                || c >= 0x3000 && c < 0x302A
                || c >= 0xFF01 && c < 0xFF9E;
    }

    private void replaceCluster(TrackedText text, int from, int to, Replacements result) {
        int bytes = 0;
        for (int i = from; i < to; i++) {
            bytes += CodePoints.utf8Length(text.codePoint(i));
        }
        if (to - from > 1 && bytes < LONGEST_CLUSTER) {
            int found = find(text, from, to);
            if (found != NONE) {
                result.replace(to - from, string(found));
                return;
            }
        }
        for (int i = from; i < to; i++) {
            replace(text, i, i + 1, result);
        }
    }

    private void replace(TrackedText text, int from, int to, Replacements result) {
        int found = find(text, from, to);
        if (found == NONE) {
            result.keep(text.codePoint(from));
        } else {
            result.replace(to - from, string(found));
        }
    }

    private String string(int start) {
        int end = start;
        while (end < strings.length && strings[end] != 0) {
            end++;
        }
        return new String(strings, start, end - start, StandardCharsets.UTF_8);
    }

    /** Where the string is that the shortest prefix of some characters leads to. */
    private int find(TrackedText text, int from, int to) {
        int node = offset(units[0]);
        for (int i = from; i < to; i++) {
            int c = text.codePoint(i);
            int bytes = CodePoints.utf8Length(c);
            for (int b = 0; b < bytes; b++) {
                int label = CodePoints.utf8(c, b, bytes);
                node ^= label;
                if (label == 0 || node < 0 || node >= units.length) {
                    return NONE;
                }
                int unit = units[node];
                if ((unit & 0x800000FF) != label) {
                    return NONE;
                }
                node ^= offset(unit);
                if ((unit >> 8 & 1) == 1) {
                    int value = node < 0 || node >= units.length ? NONE : units[node] & 0x7FFFFFFF;
                    return value < strings.length ? value : NONE;
                }
            }
        }
        return NONE;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }
}
