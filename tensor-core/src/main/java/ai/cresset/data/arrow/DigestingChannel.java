package ai.cresset.data.arrow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes to a stream, counts the bytes and hashes them with SHA-256. */
final class DigestingChannel implements WritableByteChannel {
  private final OutputStream out;
  private final MessageDigest digest = sha256();
  private final byte[] chunk = new byte[1 << 16];
  private long bytes;
  private boolean open = true;

  DigestingChannel(OutputStream out) {
    this.out = out;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int total = source.remaining();
    while (source.hasRemaining()) {
      int count = Math.min(chunk.length, source.remaining());
      source.get(chunk, 0, count);
      digest.update(chunk, 0, count);
      out.write(chunk, 0, count);
    }
    bytes += total;
    return total;
  }

  long bytes() {
    return bytes;
  }

  /** The hash of all that was written. Once. */
  String digest() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      out.close();
    }
  }
}
