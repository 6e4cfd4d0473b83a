package ai.cresset.parallel.comm.handshake;

import ai.cresset.error.ConfigException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the workers of a job share. It never leaves the process: connections prove that they know
 * it, and keys are derived from it, by HMAC-SHA256.
 */
public final class JobSecret {
  /** The fewest bytes a secret may have: fewer could be guessed from a recorded handshake. */
  public static final int MIN_BYTES = 16;

  private static final String HMAC = "HmacSHA256";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;

  public JobSecret(byte[] bytes) {
    if (bytes.length < MIN_BYTES) {
      throw ConfigException.because(
          "the job secret has "
              + bytes.length
              + " bytes, at least "
              + MIN_BYTES
              + " random bytes are needed");
    }
    this.bytes = bytes.clone();
  }

  /** A new random secret of 32 bytes. */
  public static byte[] random() {
    return nonce();
  }

  static byte[] nonce() {
    byte[] nonce = new byte[32];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  /** The keyed hash of {@code parts} for one purpose; 32 bytes. */
  byte[] sign(String purpose, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(bytes, HMAC));
      // The key of a purpose is itself a hash, so that no signature is ever a key.
      byte[] key = mac.doFinal(("cresset " + purpose).getBytes(StandardCharsets.UTF_8));
      mac.init(new SecretKeySpec(key, HMAC));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no " + HMAC, e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JobSecret that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "job secret of " + bytes.length + " bytes";
  }
}
