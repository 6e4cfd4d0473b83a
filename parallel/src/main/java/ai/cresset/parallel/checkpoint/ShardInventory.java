package ai.cresset.parallel.checkpoint;

import ai.cresset.parallel.mesh.Box;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a rank holds, without the elements: what ranks tell each other before they write.
 *
 * @param items in the order of the state
 * @param numbers the optimizer's
 */
record ShardInventory(List<Item> items, Map<String, Double> numbers) {
  /**
   * One piece of a part.
   *
   * @param name of the piece, see {@link ShardedState}
   */
  record Item(String name, DType dtype, Shape global, Box box) {
    /** The tensor that it is a piece of. */
    String tensor() {
      return ShardedState.tensor(name);
    }

    long bytes() {
      return box.numel() * dtype.bytes();
    }
  }

  static ShardInventory of(ShardedState state) {
    List<Item> items = new ArrayList<>();
    state
        .tensors()
        .forEach(
            (name, held) ->
                items.add(new Item(name, held.local().dtype(), held.global(), held.box())));
    return new ShardInventory(items, state.numbers());
  }

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(items.size());
      for (Item item : items) {
        write(out, item.name());
        write(out, item.dtype().name());
        write(out, item.global());
        for (long offset : item.box().offset()) {
          out.writeLong(offset);
        }
        for (long size : item.box().shape().toArray()) {
          out.writeLong(size);
        }
      }
      out.writeInt(numbers.size());
      for (Map.Entry<String, Double> number : numbers.entrySet()) {
        write(out, number.getKey());
        out.writeDouble(number.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory can always be written to", e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void write(DataOutputStream out, Shape shape) throws IOException {
    out.writeInt(shape.rank());
    for (long size : shape.toArray()) {
      out.writeLong(size);
    }
  }

  static ShardInventory fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int count = in.readInt();
      List<Item> items = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = readText(in);
        DType dtype = DType.valueOf(readText(in));
        long[] global = longs(in, in.readInt());
        List<Long> offset = new ArrayList<>();
        for (long each : longs(in, global.length)) {
          offset.add(each);
        }
        Box box = new Box(offset, Shape.of(longs(in, global.length)));
        items.add(new Item(name, dtype, Shape.of(global), box));
      }
      Map<String, Double> numbers = new LinkedHashMap<>();
      int more = in.readInt();
      for (int i = 0; i < more; i++) {
        numbers.put(readText(in), in.readDouble());
      }
      return new ShardInventory(items, numbers);
    } catch (IOException e) {
      throw new UncheckedIOException("a peer's inventory of shards ends too early", e);
    }
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  private static long[] longs(DataInputStream in, int count) throws IOException {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.readLong();
    }
    return values;
  }
}
