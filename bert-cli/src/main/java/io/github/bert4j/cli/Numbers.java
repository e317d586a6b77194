package io.github.bert4j.cli;

import java.util.function.DoublePredicate;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Numbers that options take, by their range: any other is a wrong command, known before there is any work. */
final class Numbers {
    private Numbers() {}

    /** 1, 2 … */
    static final class AtLeastOne implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole(text, 1, Integer.MAX_VALUE, "expected a whole number from 1");
        }
    }

    /** 0, 1 … */
    static final class AtLeastZero implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole(text, 0, Integer.MAX_VALUE, "expected a whole number from 0");
        }
    }

    /** 0 to 65535. */
    static final class Port implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return whole(text, 0, 65535, "expected a port from 0 to 65535");
        }
    }

    /** Above 0, and finite. */
    static final class Positive implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(
                    text,
                    value -> value > 0 && value < Double.POSITIVE_INFINITY,
                    "expected a number above 0, such as 0.5 or 2e-5");
        }
    }

    /** From 0, and finite. */
    static final class NotNegative implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(
                    text,
                    value -> value >= 0 && value < Double.POSITIVE_INFINITY,
                    "expected a number from 0, such as 0.5");
        }
    }

    /**
     * Above some number, and finite.
     *
     * @param bound the number
     */
    record Above(double bound) implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(
                    text,
                    value -> value > bound && value < Double.POSITIVE_INFINITY,
                    bound == Double.NEGATIVE_INFINITY ? "expected a number" : "expected a number above " + bound);
        }
    }

    /** Above 0 and at most 1. */
    static final class Factor implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(
                    text, value -> value > 0 && value <= 1, "expected a number above 0 and at most 1, such as 0.9");
        }
    }

    /** Above 0 and below 1. */
    static final class Decay implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return number(text, value -> value > 0 && value < 1, "expected a number above 0 and below 1, such as 0.9");
        }
    }

    private static int whole(String text, int least, int most, String expected) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(text, expected);
        }
        throw refused(text, expected);
    }

    private static double number(String text, DoublePredicate range, String expected) {
        try {
            double value = Double.parseDouble(text);
            if (range.test(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw refused(text, expected);
        }
        throw refused(text, expected);
    }

    private static TypeConversionException refused(String text, String expected) {
        return new TypeConversionException("%s, received %s".formatted(expected, text));
    }
}
