package io.github.bert4j.cli;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How this program was started, as a shell takes it.
 *
 * @param arguments those of the command line
 */
record Invocation(List<String> arguments) {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_./:=,+@%-]+");

    /** The same with one more argument, unless it is there. */
    String with(String argument) {
        String classPath = System.getProperty("java.class.path");
        List<String> words = new ArrayList<>(List.of("java"));
        words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            words.addAll(List.of("-jar", classPath));
        } else {
            words.addAll(List.of("-cp", classPath, Bert4j.class.getName()));
        }
        words.addAll(arguments);
        if (!arguments.contains(argument)) {
            words.add(argument);
        }
        return words.stream().map(Invocation::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
