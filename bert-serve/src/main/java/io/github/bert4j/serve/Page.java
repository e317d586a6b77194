package io.github.bert4j.serve;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the page on which sentences can be tried. */
final class Page {
    /** Everything from this server, and nothing written into the page itself. */
    static final String SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, Part> parts = new LinkedHashMap<>();

    /** A file and its media type. */
    record Part(String type, byte[] bytes) {}

    Page() throws IOException {
        add("/", "page.html", "text/html; charset=utf-8");
        add("/page.js", "page.js", "text/javascript; charset=utf-8");
        add("/page.css", "page.css", "text/css; charset=utf-8");
        add("/icon.svg", "icon.svg", "image/svg+xml");
    }

    Optional<Part> at(String path) {
        return Optional.ofNullable(parts.get(path));
    }

    private void add(String path, String name, String type) throws IOException {
        try (InputStream in = Page.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new FileNotFoundException(name + " is not on the class path beside " + Page.class.getName());
            }
            parts.put(path, new Part(type, in.readAllBytes()));
        }
    }
}
