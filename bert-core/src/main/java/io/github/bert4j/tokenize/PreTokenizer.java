package io.github.bert4j.tokenize;

import java.io.IOException;
import java.util.List;
import java.util.function.IntPredicate;

/** Cuts a text into words. */
interface PreTokenizer {
    /** Cuts each word into words. */
    Words apply(Words words);

    /** What a file describes. */
    static PreTokenizer of(Described json) throws IOException {
        return switch (json.type()) {
            case "" -> words -> words;
            case "Sequence" -> sequence(json);
            case "BertPreTokenizer" -> {
                PreTokenizer spaces = without(CodePoints::isWhite);
                PreTokenizer signs = isolating(CodePoints::isPunctuation);
                yield words -> signs.apply(spaces.apply(words));
            }
            case "WhitespaceSplit" -> without(CodePoints::isWhite);
            case "Punctuation" -> {
                json.expect("behavior", "Isolated");
                yield isolating(CodePoints::isPunctuation);
            }
            case "Digits" ->
                json.flag("individual_digits", false)
                        ? isolating(CodePoints::isNumber)
                        : PreTokenizer::separatingNumbers;
            case "Metaspace" -> Metaspace.of(json);
            case "ByteLevel" -> new ByteLevel(json.flag("add_prefix_space", true), json.flag("use_regex", true));
            default ->
                throw json.refused(
                        "type",
                        "BertPreTokenizer, WhitespaceSplit, Punctuation, Digits, Metaspace, ByteLevel or Sequence");
        };
    }

    private static PreTokenizer sequence(Described json) throws IOException {
        List<Described> parts = json.children("pretokenizers");
        PreTokenizer all = words -> words;
        for (Described part : parts) {
            PreTokenizer before = all;
            PreTokenizer next = of(part);
            all = words -> next.apply(before.apply(words));
        }
        return all;
    }

    /** Cuts at such characters, and leaves them out. */
    private static PreTokenizer without(IntPredicate separator) {
        return words -> split(words, separator, false);
    }

    /** Makes such characters words of their own. */
    private static PreTokenizer isolating(IntPredicate sign) {
        return words -> split(words, sign, true);
    }

    private static Words split(Words words, IntPredicate at, boolean kept) {
        Words result = new Words(words.text());
        for (int word = 0; word < words.count(); word++) {
            int start = words.from(word);
            for (int i = start; i < words.to(word); i++) {
                if (at.test(words.text().codePoint(i))) {
                    result.add(start, i);
                    if (kept) {
                        result.add(i, i + 1);
                    }
                    start = i + 1;
                }
            }
            result.add(start, words.to(word));
        }
        return result;
    }

    private static Words separatingNumbers(Words words) {
        Words result = new Words(words.text());
        for (int word = 0; word < words.count(); word++) {
            int start = words.from(word);
            for (int i = start + 1; i < words.to(word); i++) {
                if (CodePoints.isNumber(words.text().codePoint(i))
                        != CodePoints.isNumber(words.text().codePoint(i - 1))) {
                    result.add(start, i);
                    start = i;
                }
            }
            result.add(start, words.to(word));
        }
        return result;
    }
}
