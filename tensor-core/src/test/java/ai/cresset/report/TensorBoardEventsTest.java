package ai.cresset.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.DataException;
import ai.cresset.report.EventReader.Message;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event files by the field numbers of TensorBoard's protocol. */
@NullUnmarked
class TensorBoardEventsTest {
  private static final Picture COLOURS =
      new Picture(1, 2, 3, new byte[] {(byte) 255, 0, 10, 20, 30, (byte) 200});

  @TempDir Path directory;

  /** Everything that a file can hold. */
  private Path everything() throws IOException {
    try (TensorBoardEvents events = TensorBoardEvents.open(directory, 0)) {
      events.write("training/loss", 3, 0.25);
      events.histogram("weights", 4, Histogram.of(new double[] {-1, 0, 0.5, 1, Double.NaN}));
      events.image("first", 5, COLOURS);
      events.text("sample", 6, "Größe & <b>");
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("train.learning_rate", "3e-3");
      settings.put("model.bias", "false");
      settings.put("data.path", "a b");
      events.hyperParameters(settings, List.of("validation/loss"));
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void everyKindOfEventIsReadBack() throws IOException {
    List<Message> events = EventReader.read(everything());
    assertEquals("brain.Event:2", events.get(0).text(3));
    assertEquals(1L, events.get(1).message(7).get(1));
    assertEquals(3L, events.get(2).get(2));
    Message scalar = value(events, 2);
    assertEquals("training/loss", scalar.text(1));
    assertEquals(0.25f, scalar.get(2));
    Message histogram = value(events, 3).message(5);
    assertEquals(-1.0, histogram.get(1));
    assertEquals(1.0, histogram.get(2));
    assertEquals(4.0, histogram.get(3));
    assertEquals(0.5, histogram.get(4));
    assertEquals(2.25, histogram.get(5));
    double[] limits = histogram.doubles(6);
    double[] counts = histogram.doubles(7);
    assertEquals(limits.length, counts.length);
    assertEquals(4, java.util.Arrays.stream(counts).sum());
    assertEquals(1.0, limits[limits.length - 1]);
    Message text = value(events, 5);
    assertEquals("text", text.message(9).message(1).text(1));
    assertEquals(7L, text.message(8).get(1));
    assertEquals("Größe & <b>", text.message(8).text(8));
  }

  private static Message value(List<Message> events, int index) {
    return events.get(index).message(5).message(1);
  }

  @Test
  void anImageIsAPngFile() throws IOException {
    Message image = value(EventReader.read(everything()), 4).message(4);
    assertEquals(1L, image.get(1));
    assertEquals(2L, image.get(2));
    BufferedImage decoded = ImageIO.read(new ByteArrayInputStream((byte[]) image.get(4)));
    assertEquals(0xffff000a, decoded.getRGB(0, 0));
    assertEquals(0xff141ec8, decoded.getRGB(1, 0));
    Picture planes = Picture.ofPlanes(new byte[] {1, 2, 3, 4, 5, 6}, 3, 1, 2);
    assertArrayEquals(new byte[] {1, 3, 5, 2, 4, 6}, planes.elements());
    Picture two = Picture.ofPlanes(new byte[] {2, 4, 6, 8}, 2, 1, 2);
    assertArrayEquals(new byte[] {4, 6}, two.elements());
    BufferedImage grey = ImageIO.read(new ByteArrayInputStream(two.png()));
    assertEquals(6, grey.getRaster().getSample(1, 0, 0));
  }

  @Test
  void hyperParametersHaveTypes() throws IOException {
    List<Message> events = EventReader.read(everything());
    Message experiment = value(events, 6);
    assertEquals("_hparams_/experiment", experiment.text(1));
    Message plugin = experiment.message(9).message(1);
    assertEquals("hparams", plugin.text(1));
    List<Message> names = plugin.message(2).message(2).messages(4);
    assertEquals(
        List.of("train.learning_rate 3", "model.bias 2", "data.path 1"),
        names.stream().map(each -> each.text(1) + " " + each.get(4)).toList());
    Message start = value(events, 7).message(9).message(1).message(2).message(3);
    assertEquals(0.003, start.messages(1).get(0).message(2).get(2));
    assertEquals(0L, start.messages(1).get(1).message(2).get(4));
    assertEquals("a b", start.messages(1).get(2).message(2).text(3));
    assertEquals(1L, value(events, 8).message(9).message(1).message(2).message(4).get(1));
  }

  @Test
  void histogramsTakeAnything() {
    assertEquals(0, Histogram.of(new double[] {Double.NaN}).count());
    Histogram same = Histogram.of(new double[] {2, 2});
    assertArrayEquals(new double[] {2}, same.limits());
    assertArrayEquals(new double[] {2}, same.counts());
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    String refused =
        assertThrows(DataException.class, () -> TensorBoardEvents.open(file.resolve("logs"), 0))
            .getMessage();
    assertTrue(refused.startsWith("cannot write event files in " + file), refused);
    assertTrue(
        assertThrows(DataException.class, () -> JsonLinesScalars.open(file.resolve("x.jsonl"), 0))
            .getMessage()
            .startsWith("cannot write " + file));
  }

  @Test
  void aResumedJsonFileHasEveryStepOnce() throws IOException {
    Path path = directory.resolve("metrics.jsonl");
    try (ScalarWriter json = JsonLinesScalars.open(path, 0)) {
      json.write("a\"b", 10, 0.1);
      json.write("loss", 20, Double.NaN);
    }
    Files.writeString(path, Files.readString(path) + "{\"step\": 10, \"na");
    try (ScalarWriter json = JsonLinesScalars.open(path, 10)) {
      json.write("loss", 20, 2);
      json.flush();
    }
    assertEquals(
        List.of(
            "{\"step\": 10, \"name\": \"a\\\"b\", \"value\": 0.1}",
            "{\"step\": 20, \"name\": \"loss\", \"value\": 2.0}"),
        Files.readAllLines(path));
  }
}
