package io.github.bert4j.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.bert4j.data.IntValues;
import io.github.bert4j.data.Sample;
import io.github.bert4j.tokenize.OurTokenizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingSamplesTest {
    private static final OurTokenizer TOKENIZER = OurTokenizer.cased(Extractors.vocabulary(List.of("大跌小涨松涛电器")));

    @Test
    void readsTypeAndTextAsOneSentenceAndMarksTheFirstOccurrence() {
        Sample sample = only(LabelledEvent.of("小涨松涛涨松涛", "大跌", "松涛"));
        assertEquals(
                List.of("[CLS]", "_", "_", "_", "大", "跌", "_", "_", "_", "小", "涨", "松", "涛", "涨", "松", "涛", "[SEP]"),
                tokens(sample));
        assertEquals(
                List.of(IntValues.of(11), IntValues.of(12)), sample.inputs().subList(1, 3));
    }

    @Test
    void looksForTheEntityBehindTheType() {
        Sample sample = only(LabelledEvent.of("小跌大跌", "大跌", "大跌"));
        assertEquals(
                List.of(IntValues.of(11), IntValues.of(12)), sample.inputs().subList(1, 3));
    }

    @Test
    void cutsTheTextAndNotTheType() {
        TrainingSamples samples = TrainingSamples.of(List.of(LabelledEvent.of("松涛电器", "大跌", "松涛")), 2, TOKENIZER);
        assertEquals(
                List.of("[CLS]", "_", "_", "_", "大", "跌", "_", "_", "_", "松", "涛", "[SEP]"),
                tokens(samples.samples().get(0)));
    }

    @Test
    void countsWhatCannotBeLearned() {
        TrainingSamples samples = TrainingSamples.of(
                List.of(
                        LabelledEvent.of("松涛电器", "大跌", "松涛"),
                        LabelledEvent.of("松涛电器", "其他", "NaN"),
                        LabelledEvent.of("松涛电器", "其他", "松涛"),
                        LabelledEvent.of("松涛电器", "大跌", "NaN"),
                        LabelledEvent.of("松涛电器", "大跌", " "),
                        LabelledEvent.of("松涛电器", "大跌", "大跌"),
                        LabelledEvent.of("松涛电器", "大跌", "电器"),
                        LabelledEvent.of("松涛电器", "大跌", "器")),
                3,
                TOKENIZER);
        assertEquals(1, samples.samples().size());
        assertEquals(new LeftOut(8, 2, 2, 3), samples.leftOut());
    }

    private static Sample only(LabelledEvent row) {
        TrainingSamples samples = TrainingSamples.of(List.of(row), 128, TOKENIZER);
        assertEquals(1, samples.samples().size());
        return samples.samples().get(0);
    }

    private static List<String> tokens(Sample sample) {
        int[] ids = ((IntValues) sample.inputs().get(0)).values();
        return Arrays.stream(ids).mapToObj(TOKENIZER.vocabulary()::token).toList();
    }
}
