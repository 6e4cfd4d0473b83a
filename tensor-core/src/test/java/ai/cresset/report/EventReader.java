package ai.cresset.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads event files by the wire format alone, with a CRC-32C of its own: nothing of the writer is
 * used. A message is its fields by number, in their order.
 */
final class EventReader {
  private EventReader() {}

  /** A message whose fields are not interpreted yet. */
  record Message(Map<Integer, List<Object>> fields) {
    static Message of(byte[] bytes) {
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      Map<Integer, List<Object>> fields = new LinkedHashMap<>();
      while (in.hasRemaining()) {
        long tag = varint(in);
        Object value =
            switch ((int) (tag & 7)) {
              case 0 -> varint(in);
              case 1 -> in.getDouble();
              case 2 -> {
                byte[] part = new byte[(int) varint(in)];
                in.get(part);
                yield part;
              }
              case 5 -> in.getFloat();
              default -> throw new IllegalStateException("wire type " + (tag & 7));
            };
        fields.computeIfAbsent((int) (tag >>> 3), key -> new ArrayList<>()).add(value);
      }
      return new Message(fields);
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      int shift = 0;
      byte next;
      do {
        next = in.get();
        value |= (next & 0x7fL) << shift;
        shift += 7;
      } while (next < 0);
      return value;
    }

    Object get(int field) {
      return Objects.requireNonNull(fields.get(field), "field " + field).get(0);
    }

    Message message(int field) {
      return of((byte[]) get(field));
    }

    List<Message> messages(int field) {
      return fields.getOrDefault(field, List.of()).stream().map(each -> of((byte[]) each)).toList();
    }

    String text(int field) {
      return new String((byte[]) get(field), StandardCharsets.UTF_8);
    }

    double[] doubles(int field) {
      ByteBuffer in = ByteBuffer.wrap((byte[]) get(field)).order(ByteOrder.LITTLE_ENDIAN);
      double[] values = new double[in.remaining() / 8];
      in.asDoubleBuffer().get(values);
      return values;
    }
  }

  /** All events of a file. */
  static List<Message> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Message> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = take(in, 8);
      events.add(
          Message.of(
              take(in, (int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong())));
    }
    return events;
  }

  private static byte[] take(ByteBuffer in, int count) {
    byte[] data = new byte[count];
    in.get(data);
    int checksum = checksum(data);
    int masked = (checksum >>> 15 | checksum << 17) + 0xa282ead8;
    if (masked != in.getInt()) {
      throw new IllegalStateException("checksum before byte " + in.position());
    }
    return data;
  }

  /** Bit by bit, by the reversed polynomial of Castagnoli. */
  private static int checksum(byte[] data) {
    int value = ~0;
    for (byte each : data) {
      value ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ 0x82f63b78 : value >>> 1;
      }
    }
    return ~value;
  }
}
