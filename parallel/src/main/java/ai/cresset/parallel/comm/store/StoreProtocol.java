package ai.cresset.parallel.comm.store;

import ai.cresset.parallel.comm.handshake.Hello;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What {@link TcpStore} and {@link TcpStoreServer} say to each other: one frame there, one back.
 */
final class StoreProtocol {
  /** The longest frame; longer ones are refused before they are read. */
  static final int MAX_FRAME = 1 << 26;

  static final byte SET = 1;
  static final byte GET = 2;
  static final byte ADD = 3;
  static final byte COMPARE_AND_SET = 4;
  static final byte AWAIT = 5;
  static final byte DELETE = 6;

  static final byte DONE = 0;
  static final byte FAILED = 1;

  /** A store belongs to no rank and no attempt. */
  private static final int NOBODY = -1;

  private StoreProtocol() {}

  static Hello hello(boolean encrypt) {
    return new Hello(Hello.Purpose.STORE, "", NOBODY, NOBODY, 0, 0, encrypt, false, 0);
  }

  /** Writes a frame. */
  interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  static byte[] frame(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writer.write(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void writeBytes(DataOutputStream out, byte @Nullable [] value) throws IOException {
    out.writeInt(value == null ? -1 : value.length);
    if (value != null) {
      out.write(value);
    }
  }

  static byte @Nullable [] readOptionalBytes(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < -1 || length > in.available()) {
      throw new IOException("a value of " + length + " bytes in a frame that holds less");
    }
    return length < 0 ? null : in.readNBytes(length);
  }

  static byte[] readBytes(DataInputStream in) throws IOException {
    byte[] value = readOptionalBytes(in);
    if (value == null) {
      throw new IOException("a frame without its value");
    }
    return value;
  }
}
