package ai.cresset.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class ScalarWriterTest {
  @TempDir Path directory;

  @Test
  void aResumedCsvFileHasEveryStepOnce() throws IOException {
    Path path = directory.resolve("metrics.csv");
    try (ScalarWriter csv = CsvScalars.open(path, 0)) {
      csv.write("training/loss", 10, 0.1 + 0.2);
      csv.write("training/loss", 20, 3);
    }
    Files.writeString(path, Files.readString(path) + "30,train");
    try (ScalarWriter csv = CsvScalars.open(path, 10)) {
      csv.write("training/loss", 20, 2);
      assertThrows(ConfigException.class, () -> csv.write("a,b", 1, 1));
    }
    assertEquals(
        List.of("step,name,value", "10,training/loss,0.30000000000000004", "20,training/loss,2.0"),
        Files.readAllLines(path));
    Path other = Files.writeString(directory.resolve("other.csv"), "mine\n");
    assertThrows(DataException.class, () -> CsvScalars.open(other, 0));
    assertEquals("mine\n", Files.readString(other));
  }

  @Test
  void eventFilesAreRecordsWithChecksums() throws IOException {
    Clock clock = Clock.fixed(Instant.ofEpochMilli(1_500), ZoneOffset.UTC);
    try (ScalarWriter events = TensorBoardEvents.open(directory, 300, clock)) {
      events.write("loss", 301, 0.5);
    }
    Path file = directory.resolve("events.out.tfevents.0000000001500.cresset");
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<String> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertEquals(TensorBoardEvents.maskedChecksum(length), bytes.getInt());
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(data);
      assertEquals(TensorBoardEvents.maskedChecksum(data), bytes.getInt());
      records.add(HexFormat.of().formatHex(data));
    }
    String time = "09000000000000f83f";
    assertEquals(
        List.of(
            time
                + "1000"
                + "1a0d"
                + HexFormat.of().formatHex("brain.Event:2".getBytes(StandardCharsets.UTF_8)),
            time + "10ad02" + "3a020801",
            time + "10ad02" + "2a0d0a0b" + "0a046c6f7373" + "150000003f"),
        records);
  }

  @Test
  void checksumsAreMaskedAsTensorFlowDoesIt() {
    // CRC-32C of "123456789" is e3069283 (RFC 3720 gives the polynomial).
    assertEquals(
        Integer.rotateRight(0xe3069283, 15) + 0xa282ead8,
        TensorBoardEvents.maskedChecksum("123456789".getBytes(StandardCharsets.UTF_8)));
  }
}
