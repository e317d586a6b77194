package io.github.bert4j.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.bert4j.files.EventFiles.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.Summary;

class EventFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_500_000_000_500L), ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void isReadByTensorFlowsOwnClasses() throws IOException {
        try (EventFile file = EventFile.create(folder.resolve("runs/one"), CLOCK)) {
            file.scalar("损失", 1L << 40, 0.1);
            file.scalar("learning_rate", 0, 0);
        }
        List<Event> events = EventFiles.events(EventFiles.only(folder.resolve("runs/one")));
        assertEquals(3, events.size());
        assertEquals("brain.Event:2", events.get(0).fileVersion());
        assertEquals(1_500_000_000.5, events.get(0).wallTime());
        assertScalar("损失", 1L << 40, 0.1f, events.get(1));
        assertScalar("learning_rate", 0, 0, events.get(2));
    }

    @Test
    void isWrittenByteForByteAsSpecified() throws IOException {
        try (EventFile file = EventFile.create(folder, CLOCK)) {
            file.scalar("a", 3, 1);
        }
        String version =
                "09" + "000020c00b5ad641" + "1a" + "0d" + HexFormat.of().formatHex("brain.Event:2".getBytes(UTF_8));
        // Wall time, step, summary {value {tag, simple value}}.
        String scalar = "09" + "000020c00b5ad641" + "10" + "03" + "2a" + "0a" + "0a" + "08" + "0a0161" + "150000803f";
        assertEquals(
                List.of(version, scalar),
                EventFiles.messages(EventFiles.only(folder)).stream()
                        .map(HexFormat.of()::formatHex)
                        .toList());
    }

    @Test
    void hasANameThatTensorBoardLooksFor() throws IOException {
        EventFile.create(folder, CLOCK).close();
        EventFile.create(folder, CLOCK).close();
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.toList();
            assertEquals(2, found.size(), "a file of the same second is another one");
            for (Path file : found) {
                String name = file.getFileName().toString();
                assertTrue(name.startsWith("events.out.tfevents.1500000000."), name);
            }
        }
    }

    @Test
    void takesTheTimeFromTheSystemUnlessGivenAClockAndNothingOnceClosed() throws IOException {
        long before = System.currentTimeMillis();
        EventFile file = EventFile.create(folder);
        file.scalar("a", 1, 2);
        file.close();
        assertThrows(IOException.class, () -> file.scalar("a", 2, 2));
        double time = EventFiles.events(EventFiles.only(folder)).get(1).wallTime();
        assertTrue(time >= before / 1000.0 && time <= System.currentTimeMillis() / 1000.0, time + " s");
    }

    @Test
    void canBeReadWhileItIsWritten() throws IOException {
        try (EventFile file = EventFile.create(folder, CLOCK)) {
            file.scalar("a", 1, 2);
            assertEquals(2, EventFiles.events(EventFiles.only(folder)).size());
        }
    }

    private static void assertScalar(String tag, long step, float value, Event event) {
        assertEquals(step, event.step());
        Summary.Value found = event.summary().getValue(0);
        assertEquals(tag, found.getTag());
        assertEquals(Summary.Value.ValueCase.SIMPLE_VALUE, found.getValueCase());
        assertEquals(value, found.getSimpleValue());
    }
}
