package ai.cresset.data;

import ai.cresset.memory.NativeMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over texts, numbers and native memory. */
public final class Fingerprint {
  private static final int SEGMENT_BYTES = 1 << 20;

  private final MessageDigest digest;

  /** Of nothing yet. */
  public Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Goes on with a text. */
  public Fingerprint add(String text) {
    digest.update((text.length() + ":" + text + "\n").getBytes(StandardCharsets.UTF_8));
    return this;
  }

  Fingerprint add(long[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * numbers.length);
    bytes.asLongBuffer().put(numbers);
    digest.update(bytes);
    return this;
  }

  Fingerprint add(long address, long bytes) {
    for (long done = 0; done < bytes; done += SEGMENT_BYTES) {
      int part = (int) Math.min(SEGMENT_BYTES, bytes - done);
      digest.update(NativeMemory.buffer(address + done, part));
    }
    return this;
  }

  /** 64 hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
