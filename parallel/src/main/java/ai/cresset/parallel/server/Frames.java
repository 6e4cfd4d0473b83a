package ai.cresset.parallel.server;

import ai.cresset.error.ServerException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Requests and responses as bytes, big-endian, with their length in front. */
final class Frames {
  /** A frame of more bytes is refused by both ends. */
  static final int MAX_BYTES = 1 << 28;

  private Frames() {}

  static void put(ByteBuffer to, long[] values) {
    to.putInt(values.length);
    to.asLongBuffer().put(values);
    to.position(to.position() + values.length * Long.BYTES);
  }

  static void put(ByteBuffer to, float[] values) {
    to.putInt(values.length);
    to.asFloatBuffer().put(values);
    to.position(to.position() + values.length * Float.BYTES);
  }

  private static int count(ByteBuffer from, int bytes) throws IOException {
    int count = from.getInt();
    if (count < 0 || (long) count * bytes > from.remaining()) {
      throw new IOException("a frame that announces " + count + " numbers and has fewer");
    }
    return count;
  }

  private static long[] longs(ByteBuffer from) throws IOException {
    long[] values = new long[count(from, Long.BYTES)];
    from.asLongBuffer().get(values);
    from.position(from.position() + values.length * Long.BYTES);
    return values;
  }

  private static float[] floats(ByteBuffer from) throws IOException {
    float[] values = new float[count(from, Float.BYTES)];
    from.asFloatBuffer().get(values);
    from.position(from.position() + values.length * Float.BYTES);
    return values;
  }

  /** A request with its length, ready to be sent. */
  static ByteBuffer encode(long sequence, Request request) {
    long bytes = Request.HEADER_BYTES + (long) request.bytes();
    if (bytes > MAX_BYTES) {
      throw ServerException.because(
          "a request of " + bytes + " bytes; at most " + MAX_BYTES + " go at once: ask in parts");
    }
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + (int) bytes);
    frame.putInt((int) bytes).put(request.kind()).putLong(sequence);
    request.write(frame);
    return frame.flip();
  }

  /** A response with its length, ready to be sent. */
  static ByteBuffer encode(Response response) {
    Response sent =
        response.bytes() < MAX_BYTES
            ? response
            : new Response.Refused(
                "an answer of more than " + MAX_BYTES + " bytes; ask for fewer rows at once");
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + 1 + sent.bytes());
    frame.putInt(1 + sent.bytes()).put(sent.kind());
    sent.write(frame);
    return frame.flip();
  }

  /** A request and its number. */
  record Numbered(long sequence, Request request) {}

  static Numbered request(ByteBuffer from) throws IOException {
    try {
      byte kind = from.get();
      long sequence = from.getLong();
      return new Numbered(sequence, request(kind, from));
    } catch (BufferUnderflowException e) {
      throw new IOException("a request that ends too early", e);
    }
  }

  private static Request request(byte kind, ByteBuffer from) throws IOException {
    return switch (kind) {
      case 1 -> new Request.Attach(from.getLong(), from.getLong());
      case 2 -> new Request.Pull(from.getInt(), from.getLong(), from.get() != 0, longs(from));
      case 3 -> new Request.Push(from.getInt(), from.getLong(), longs(from), floats(from));
      case 4 -> new Request.EndStep(from.getLong(), from.getDouble());
      case 5 -> new Request.Evict(from.getInt(), from.getLong());
      case 6 -> new Request.Snapshot(from.getLong());
      case 7 -> new Request.Restore(from.getLong());
      case 8 -> new Request.Describe();
      case 9 -> new Request.Leave();
      default -> throw new IOException("a request of kind " + kind);
    };
  }

  static Response response(ByteBuffer from) throws IOException {
    try {
      byte kind = from.get();
      return switch (kind) {
        case 1 ->
            new Response.Attached(from.getLong(), from.getLong(), from.getLong(), from.getLong());
        case 2 -> rows(from);
        case 3 -> new Response.Done(from.getLong(), from.getLong());
        case 4 -> new Response.Account(longs(from));
        case 5 -> {
          byte[] text = new byte[count(from, 1)];
          from.get(text);
          yield new Response.Refused(new String(text, StandardCharsets.UTF_8));
        }
        default -> throw new IOException("a response of kind " + kind);
      };
    } catch (BufferUnderflowException e) {
      throw new IOException("a response that ends too early", e);
    }
  }

  private static Response rows(ByteBuffer from) throws IOException {
    long slowest = from.getLong();
    return new Response.Rows(floats(from), slowest);
  }
}
