package io.github.bert4j.answer;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How an answer is compared with the right ones. The best of them counts; where there are none, or all of them are empty once
 * normalized, no answer is right.
 */
public enum AnswerScoring {
    /**
     * {@code evaluate-v2.0.py} of SQuAD, which agrees with that of v1.1: lower case, without ASCII punctuation and the
     * words a, an and the; F1 of the bags of words.
     */
    @JsonProperty("squad")
    SQUAD {
        @Override
        String normalized(String answer) {
            String bare =
                    ASCII_PUNCTUATION.matcher(answer.toLowerCase(Locale.ROOT)).replaceAll("");
            return String.join(" ", words(ARTICLES.matcher(bare).replaceAll(" ")));
        }

        @Override
        List<String> segments(String normalized) {
            return words(normalized);
        }

        @Override
        int common(List<String> right, List<String> answer) {
            List<String> left = new ArrayList<>(right);
            return (int) answer.stream().filter(left::remove).count();
        }

        private static List<String> words(String text) {
            return WHITE_SPACE
                    .splitAsStream(text)
                    .filter(word -> !word.isEmpty())
                    .toList();
        }
    },

    /**
     * {@code cmrc2018_evaluate.py}: lower case, without that script's list of punctuation; F1 by the longest common substring
     * of segments, which are single Chinese characters, and words of all else.
     *
     * <p>The script leaves all else to NLTK, whose rules for English contractions and for punctuation within words are
     * simplified here: {@code don't} is one word. The exact match is not touched by this. An answer of nothing but
     * punctuation, which the script gives no F1, is treated as empty.
     */
    @JsonProperty("cmrc2018")
    CMRC2018 {
        @Override
        String normalized(String answer) {
            return CMRC_PUNCTUATION
                    .matcher(answer.toLowerCase(Locale.ROOT).strip())
                    .replaceAll("");
        }

        @Override
        List<String> segments(String normalized) {
            return CMRC_SEGMENT
                    .matcher(normalized)
                    .results()
                    .map(MatchResult::group)
                    .toList();
        }

        @Override
        int common(List<String> right, List<String> answer) {
            int longest = 0;
            int[] ending = new int[answer.size() + 1];
            for (String segment : right) {
                // Downwards, so that what is read is still the row before.
                for (int i = answer.size(); i > 0; i--) {
                    ending[i] = segment.equals(answer.get(i - 1)) ? ending[i - 1] + 1 : 0;
                    longest = Math.max(longest, ending[i]);
                }
            }
            return longest;
        }
    };

    private static final Pattern ASCII_PUNCTUATION = Pattern.compile("\\p{Punct}");
    /** As Python's str.split() has it. */
    private static final Pattern WHITE_SPACE = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private static final Pattern ARTICLES = Pattern.compile("\\b(?:a|an|the)\\b", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern CMRC_PUNCTUATION = Pattern.compile("[-:_*^/\\\\~`+=，。：？！“”；’《》·、「」（）－～『』]");
    private static final Pattern CMRC_SEGMENT = Pattern.compile(
            "[一-龥]" + "|[\\p{L}\\p{M}\\p{N}&&[^一-龥]]+(?:(?:[.']|,(?=\\p{N}))[\\p{L}\\p{M}\\p{N}&&[^一-龥]]+)*" + "|\\S");
    private static final Pattern CHINESE = Pattern.compile("[一-龥]");

    /** CMRC's if at least half of the questions hold a Chinese character, else SQuAD's: one measure for a data set. */
    public static AnswerScoring of(List<LabelledQuestion> questions) {
        long chinese = questions.stream()
                .filter(question ->
                        CHINESE.matcher(question.question().question()).find())
                .count();
        return 2 * chinese >= questions.size() ? CMRC2018 : SQUAD;
    }

    /**
     * Whether an answer is one of the right ones, once normalized.
     *
     * @param right none if the question has no answer
     * @param answer empty if no answer is given
     */
    public boolean exactMatch(List<String> right, String answer) {
        return normalized(right).anyMatch(normalized(answer)::equals);
    }

    /**
     * The harmonic mean of precision and recall of an answer's segments, by the right answer where it is best.
     *
     * @param right none if the question has no answer
     * @param answer empty if no answer is given
     */
    public double f1(List<String> right, String answer) {
        List<String> given = segments(normalized(answer));
        return normalized(right)
                .mapToDouble(one -> f1(segments(one), given))
                .max()
                .orElseThrow();
    }

    abstract String normalized(String answer);

    abstract List<String> segments(String normalized);

    abstract int common(List<String> right, List<String> answer);

    private Stream<String> normalized(List<String> right) {
        List<String> answers = right.stream()
                .map(this::normalized)
                .filter(answer -> !answer.isEmpty())
                .toList();
        return answers.isEmpty() ? Stream.of("") : answers.stream();
    }

    private double f1(List<String> right, List<String> given) {
        if (right.isEmpty() || given.isEmpty()) {
            return right.equals(given) ? 1 : 0;
        }
        int common = common(right, given);
        // 2 P R / (P + R), with P = common / given and R = common / right
        return 2.0 * common / (right.size() + given.size());
    }
}
