package io.github.bert4j.plots;

import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.explain.TextAttributions.Token;
import io.github.bert4j.files.PendingFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A page for a browser in which each character of a text is coloured by what it adds to a label's probability: orange for,
 * blue against. It holds all that it needs, no scripts, and can be read on light and dark screens.
 *
 * @param attributions what it shows
 */
public record AttributionPage(TextAttributions attributions) {
    private static final String FOR = "230,97,0";
    private static final String AGAINST = "0,114,178";
    /** Of the strongest colour; more of it would hide the letters. */
    private static final double OPACITY = 0.6;

    private static final int STRONGEST = 10;
    private static final String STYLE = """
            :root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; }
            body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.25rem; }
            .text { font-size: 1.5rem; line-height: 2; white-space: pre-wrap; overflow-wrap: anywhere; }
            .text span { border-radius: .2em; padding: .1em 0; }
            .unread { opacity: .55; }
            .scale { display: flex; align-items: center; gap: .75rem; font-variant-numeric: tabular-nums; }
            .scale i { flex: 1; height: 1rem; border: 1px solid; border-radius: .2em;
              background: linear-gradient(to right, rgba(%2$s,%3$s), rgba(%2$s,0) 50%%, rgba(%1$s,0) 50%%, rgba(%1$s,%3$s)); }
            table { border-collapse: collapse; margin-top: 1.5rem; font-variant-numeric: tabular-nums; }
            th, td { text-align: left; padding: .15rem 1.25rem .15rem 0; }
            td + td { text-align: right; }
            """.formatted(FOR, AGAINST, OPACITY);

    /** Saves the page, UTF-8; a file that is there is replaced once the new one is complete. */
    public void save(Path file) throws IOException {
        PendingFile.write(file, html().getBytes(StandardCharsets.UTF_8));
    }

    /** The page. */
    public String html() {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"zh\">\n<head>\n<meta charset=\"utf-8\"/>\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src"
                        + " 'unsafe-inline'\"/>\n")
                .append("<title>")
                .append(heading())
                .append("</title>\n")
                .append("<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body lang=\"en\">\n")
                .append("<h1>")
                .append(heading())
                .append("</h1>\n");
        for (int i = 0; i < attributions.texts().size(); i++) {
            page.append("<p class=\"text\" lang=\"zh\">");
            appendText(page, i);
            page.append("</p>\n");
        }
        appendScale(page);
        appendStrongest(page);
        return page.append("</body>\n</html>\n").toString();
    }

    private String heading() {
        return "Label %s: probability %s".formatted(escaped(attributions.label()), number(attributions.probability()));
    }

    private void appendText(StringBuilder page, int number) {
        String text = attributions.texts().get(number);
        List<Token> tokens = attributions.tokens().stream()
                .filter(token -> token.text() == number)
                .toList();
        int written = 0;
        for (int i = 0; i < tokens.size(); ) {
            Token first = tokens.get(i);
            int end = first.end();
            double value = first.value();
            // Where one character became several tokens, they are one.
            for (i++; i < tokens.size() && tokens.get(i).start() < end; i++) {
                end = Math.max(end, tokens.get(i).end());
                value += tokens.get(i).value();
            }
            page.append(escaped(text.substring(written, first.start())));
            page.append("<span style=\"background:rgba(%s,%s)\" title=\"%s\">%s</span>"
                    .formatted(
                            value > 0 ? FOR : AGAINST,
                            String.format(Locale.ROOT, "%.3f", OPACITY * Math.min(1, Math.abs(value) / largest())),
                            signed(value),
                            escaped(text.substring(first.start(), end))));
            written = end;
        }
        if (written < text.length()) {
            page.append("<span class=\"unread\" title=\"not read\">")
                    .append(escaped(text.substring(written)))
                    .append("</span>");
        }
    }

    private void appendScale(StringBuilder page) {
        page.append("<div class=\"scale\"><span>%s against</span><i></i><span>for %s</span></div>\n"
                .formatted(signed(-largest()), signed(largest())));
        page.append(
                ("<p>Without its words the text has probability %s; its tokens add %s, and %s is missing, which more steps"
                                + " would make smaller. Hover over a character for what it adds.</p>\n")
                        .formatted(
                                number(attributions.baseline()),
                                signed(attributions.tokens().stream()
                                        .mapToDouble(Token::value)
                                        .sum()),
                                signed(attributions.missing())));
    }

    private void appendStrongest(StringBuilder page) {
        page.append("<table>\n<tr><th>token</th><th>place</th><th>adds</th></tr>\n");
        attributions.tokens().stream()
                .sorted(Comparator.comparingDouble(token -> -Math.abs(token.value())))
                .limit(STRONGEST)
                .forEach(token -> page.append("<tr><td lang=\"zh\">%s</td><td>%d</td><td>%s</td></tr>\n"
                        .formatted(escaped(token.token()), token.start() + 1, signed(token.value()))));
        page.append("</table>\n");
    }

    private double largest() {
        double largest = attributions.tokens().stream()
                .mapToDouble(token -> Math.abs(token.value()))
                .max()
                .orElse(0);
        return largest > 0 ? largest : 1;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String signed(double value) {
        return String.format(Locale.ROOT, "%+.4f", value).replace('-', '−');
    }

    /** Control characters have no place in a page, not even escaped. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            switch (character) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n', '\r', '\t' -> escaped.appendCodePoint(character);
                default -> escaped.appendCodePoint(isWritable(character) ? character : 0xFFFD);
            }
        });
        return escaped.toString();
    }

    private static boolean isWritable(int character) {
        return !Character.isISOControl(character)
                && Character.getType(character) != Character.SURROGATE
                && (character & 0xFFFE) != 0xFFFE;
    }
}
