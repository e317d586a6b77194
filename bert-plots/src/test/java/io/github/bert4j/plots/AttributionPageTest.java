package io.github.bert4j.plots;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.explain.TextAttributions;
import io.github.bert4j.explain.TextAttributions.Token;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class AttributionPageTest {
    @TempDir
    Path folder;

    @Test
    void coloursCharactersByWhatTheyAdd() throws Exception {
        Document page = page(
                "1", List.of("很好，差"), token("很", 0, 0.1), token("好", 1, 0.4), token("，", 2, 0), token("差", 3, -0.2));
        List<Element> spans = spans(page);
        assertEquals("background:rgba(230,97,0,0.150)", spans.get(0).getAttribute("style"));
        assertEquals("background:rgba(230,97,0,0.600)", spans.get(1).getAttribute("style"));
        assertTrue(spans.get(2).getAttribute("style").endsWith(",0.000)"));
        assertEquals("background:rgba(0,114,178,0.300)", spans.get(3).getAttribute("style"));
        assertEquals("+0.4000", spans.get(1).getAttribute("title"));
        assertEquals("−0.2000", spans.get(3).getAttribute("title"));
        String text = page.getDocumentElement().getTextContent();
        assertTrue(text.contains("Label 1: probability 0.9000"), text);
        assertTrue(text.contains("−0.4000 against"), text);
        assertTrue(text.contains("for +0.4000"), text);
        // 0.9 - 0.5 - 0.3
        assertTrue(text.contains("has probability 0.5000; its tokens add +0.3000, and +0.1000 is missing"), text);
        assertEquals("好", page.getElementsByTagName("td").item(0).getTextContent(), "the strongest token comes first");
    }

    @Test
    void holdsAnyTextAsItIs() throws Exception {
        String text = "<script>alert(\"1\" & '2')</script>";
        List<Token> tokens = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            tokens.add(token(text.substring(i, i + 1), i, 0.01 * i));
        }
        Document page = page("<b>&\"'", List.of(text), tokens.toArray(Token[]::new));
        assertEquals(0, page.getElementsByTagName("script").getLength());
        assertEquals(0, page.getElementsByTagName("b").getLength());
        assertEquals(text, text(page, 0));
        assertTrue(page.getElementsByTagName("h1").item(0).getTextContent().startsWith("Label <b>&\"': "));
    }

    @Test
    void isAPageEvenOfCharactersThatPagesCannotHold() throws Exception {
        assertEquals(
                "a\uFFFD\uFFFD\uFFFDb\n𠮷", text(page("1", List.of("a\0\u001B\uD800b\n𠮷"), token("a", 0, 0.1)), 0));
    }

    @Test
    void keepsWhatLiesBetweenTokensAndBehindThem() throws Exception {
        Document page = page("1", List.of("a  b 尾巴"), token("a", 0, 0.1), token("b", 3, 0.1));
        assertEquals("a  b 尾巴", text(page, 0));
        List<Element> spans = spans(page);
        assertEquals("unread", spans.get(2).getAttribute("class"));
        assertEquals(" 尾巴", spans.get(2).getTextContent());
    }

    /** U+FB03, the ligature of f, f and i, is three letters for some tokenizers. */
    @Test
    void addsUpTheTokensOfOneCharacter() throws Exception {
        Document page = page(
                "1", List.of("ﬃx"), new Token("ﬃ", 0, 0, 1, 0.1), new Token("ﬃ", 0, 0, 1, 0.2), token("x", 1, 0.6));
        assertEquals("ﬃx", text(page, 0));
        assertEquals("+0.3000", spans(page).get(0).getAttribute("title"));
    }

    @Test
    void showsBothTextsOfAPair() throws Exception {
        Document page = page("1", List.of("主队", "客队"), token("主", 0, 0.1), new Token("客", 1, 0, 1, -0.1));
        assertEquals("主队", text(page, 0));
        assertEquals("客队", text(page, 1));
    }

    @Test
    void needsNothingFromElsewhere() throws Exception {
        Path file = folder.resolve("page.html");
        new AttributionPage(new TextAttributions(List.of("好"), "1", 0.9, 0.5, List.of(token("好", 0, 0)))).save(file);
        String html = Files.readString(file);
        assertFalse(
                html.contains("http:") || html.contains("https:") || html.contains("src=") || html.contains("<script"));
        assertTrue(html.contains("color-scheme: light dark"));
        parse(html);
    }

    private static Token token(String token, int start, double value) {
        return new Token(token, 0, start, start + token.length(), value);
    }

    private static Document page(String label, List<String> texts, Token... tokens) throws Exception {
        return parse(new AttributionPage(new TextAttributions(texts, label, 0.9, 0.5, List.of(tokens))).html());
    }

    /** The page is written so that it is XML too, whose parsers forgive nothing. */
    private static Document parse(String html) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(html)));
    }

    private static String text(Document page, int number) {
        return page.getElementsByTagName("p").item(number).getTextContent();
    }

    private static List<Element> spans(Document page) {
        NodeList spans = page.getElementsByTagName("span");
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < spans.getLength(); i++) {
            all.add((Element) spans.item(i));
        }
        return all;
    }
}
