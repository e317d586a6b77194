package io.github.bert4j.tokenize;

import java.io.IOException;
import java.text.Normalizer.Form;

/** A step that changes a text before it is cut into words. */
interface Normalizer {
    TrackedText apply(TrackedText text);

    /** What a file describes. */
    static Normalizer of(Described json) throws IOException {
        return switch (json.type()) {
            case "" -> text -> text;
            case "Sequence" -> sequence(json);
            case "BertNormalizer" -> bert(json);
            case "NFC" -> text -> UnicodeForm.apply(Form.NFC, text);
            case "NFD" -> text -> UnicodeForm.apply(Form.NFD, text);
            case "NFKC" -> text -> UnicodeForm.apply(Form.NFKC, text);
            case "NFKD" -> text -> UnicodeForm.apply(Form.NFKD, text);
            case "Lowercase" -> Normalizer::lowerCase;
            case "StripAccents" -> text -> text.without(CodePoints::isNonSpacingMark);
            case "Strip" -> strip(json.flag("strip_left", true), json.flag("strip_right", true));
            case "Prepend" -> prepend(json.text("prepend", ""));
            case "Precompiled" -> Precompiled.of(json);
            case "Replace" -> replace(json);
            default ->
                throw json.refused(
                        "type",
                        "BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Prepend, Precompiled,"
                                + " Replace or Sequence");
        };
    }

    private static Normalizer sequence(Described json) throws IOException {
        Normalizer all = text -> text;
        for (Described part : json.children("normalizers")) {
            Normalizer before = all;
            Normalizer next = of(part);
            all = text -> next.apply(before.apply(text));
        }
        return all;
    }

    private static Normalizer bert(Described json) throws IOException {
        boolean clean = json.flag("clean_text", true);
        boolean chinese = json.flag("handle_chinese_chars", true);
        boolean lowerCase = json.flag("lowercase", true);
        boolean accents = json.flag("strip_accents", lowerCase);
        return text -> {
            TrackedText result = clean ? cleaned(text) : text;
            result = chinese ? spacedChinese(result) : result;
            result = accents ? UnicodeForm.apply(Form.NFD, result).without(CodePoints::isNonSpacingMark) : result;
            return lowerCase ? lowerCase(result) : result;
        };
    }

    private static TrackedText cleaned(TrackedText text) {
        TrackedText result = new TrackedText(text.length());
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePoint(i);
            if (c != 0xFFFD && !CodePoints.isOther(c)) {
                result.append(CodePoints.isWhite(c) ? ' ' : c, text.start(i), text.end(i));
            }
        }
        return result;
    }

    private static TrackedText spacedChinese(TrackedText text) {
        TrackedText result = new TrackedText(3 * text.length());
        for (int i = 0; i < text.length(); i++) {
            boolean spaced = CodePoints.isChinese(text.codePoint(i));
            if (spaced) {
                result.append(' ', text.start(i), text.end(i));
            }
            result.append(text.codePoint(i), text.start(i), text.end(i));
            if (spaced) {
                result.append(' ', text.start(i), text.end(i));
            }
        }
        return result;
    }

    private static TrackedText lowerCase(TrackedText text) {
        TrackedText result = new TrackedText(text.length());
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePoint(i);
            result.append(Character.toLowerCase(c), text.start(i), text.end(i));
            if (c == 0x130) { // the one letter whose small form is two
                result.append(0x307, text.start(i), text.end(i));
            }
        }
        return result;
    }

    private static Normalizer strip(boolean left, boolean right) {
        return text -> {
            int from = 0;
            int to = text.length();
            while (left && from < to && CodePoints.isWhite(text.codePoint(from))) {
                from++;
            }
            while (right && to > from && CodePoints.isWhite(text.codePoint(to - 1))) {
                to--;
            }
            return text.part(from, to);
        };
    }

    private static Normalizer prepend(String prefix) {
        return text -> {
            if (text.length() == 0) {
                return text;
            }
            TrackedText result = new TrackedText(text.length() + prefix.length());
            prefix.codePoints().forEach(c -> result.append(c, text.start(0), text.end(0)));
            for (int i = 0; i < text.length(); i++) {
                result.append(text.codePoint(i), text.start(i), text.end(i));
            }
            return result;
        };
    }

    /** Of regular expressions only that for several spaces is known: others can take any time on some text. */
    private static Normalizer replace(Described json) throws IOException {
        Described pattern = json.child("pattern");
        String content = json.text("content", "");
        if (pattern.has("String") && !pattern.text("String", "").isEmpty()) {
            int[] found = pattern.text("String", "").codePoints().toArray();
            return text -> text.replacing((from, whole) -> whole.startsWith(found, from) ? found.length : 0, content);
        }
        if (pattern.text("Regex", "").equals(" {2,}")) {
            return text -> text.replacing(
                    (from, whole) -> {
                        int end = from;
                        while (end < whole.length() && whole.codePoint(end) == ' ') {
                            end++;
                        }
                        return end - from > 1 ? end - from : 0;
                    },
                    content);
        }
        throw pattern.refused("Regex", "\" {2,}\", or a String");
    }
}
