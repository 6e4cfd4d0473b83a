package ai.cresset.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Passes bytes on to another channel and keeps their number and SHA-256. */
final class DigestChannel implements WritableByteChannel {
  private static final int BUFFER_BYTES = 1 << 18;

  private final WritableByteChannel channel;
  private final MessageDigest digest = sha256();
  private long bytes;

  DigestChannel(WritableByteChannel channel) {
    this.channel = channel;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    ByteBuffer all = from.duplicate();
    int written = channel.write(from);
    all.limit(all.position() + written);
    digest.update(all);
    bytes += written;
    return written;
  }

  /** Size and digest of what was written. */
  TrainingState.StoredFile result() {
    return new TrainingState.StoredFile(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /** The digest of these bytes. */
  static String of(byte[] content, int start, int count) {
    MessageDigest digest = sha256();
    digest.update(content, start, count);
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Size and digest of what a channel holds. */
  static TrainingState.StoredFile of(ReadableByteChannel channel) throws IOException {
    MessageDigest digest = sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    long bytes = 0;
    while (channel.read(buffer) >= 0) {
      buffer.flip();
      bytes += buffer.remaining();
      digest.update(buffer);
      buffer.clear();
    }
    return new TrainingState.StoredFile(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
