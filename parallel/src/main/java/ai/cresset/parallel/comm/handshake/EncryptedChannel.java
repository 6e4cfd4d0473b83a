package ai.cresset.parallel.comm.handshake;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Poller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Records of AES-256-GCM over another channel, each direction with its own key. The nonce is the
 * number of the record, so a record that is missing, repeated or out of order fails to open. Keys
 * live as long as the channel; a channel would have to carry 2^64 records to repeat a nonce.
 */
final class EncryptedChannel implements Channel {
  private static final int TAG_BYTES = 16;
  private static final int RECORD_BYTES = 1 << 16;
  private static final int LENGTH_BYTES = 4;

  private final Channel channel;
  private final Direction sending;
  private final Direction receiving;
  private final ByteBuffer plainOut = ByteBuffer.allocate(RECORD_BYTES);
  private final ByteBuffer sealed = wire().flip();
  private final ByteBuffer incoming = wire().limit(LENGTH_BYTES);
  private final ByteBuffer plainIn = ByteBuffer.allocate(RECORD_BYTES + TAG_BYTES).flip();

  EncryptedChannel(Channel channel, byte[] sendingKey, byte[] receivingKey) {
    this.channel = channel;
    this.sending = new Direction(Cipher.ENCRYPT_MODE, sendingKey);
    this.receiving = new Direction(Cipher.DECRYPT_MODE, receivingKey);
  }

  private static ByteBuffer wire() {
    return ByteBuffer.allocate(LENGTH_BYTES + RECORD_BYTES + TAG_BYTES);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int taken = 0;
    while (source.hasRemaining() && flush()) {
      int count = Math.min(RECORD_BYTES, source.remaining());
      sealed.clear();
      sealed.putInt(count + TAG_BYTES);
      sending.apply(plainOut.clear().put(source.slice(source.position(), count)).flip(), sealed);
      source.position(source.position() + count);
      sealed.flip();
      taken += count;
    }
    flush();
    return taken;
  }

  @Override
  public boolean flush() throws IOException {
    if (sealed.hasRemaining()) {
      channel.write(sealed);
    }
    return !sealed.hasRemaining();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (!plainIn.hasRemaining() && !open()) {
      return 0;
    }
    int count = Math.min(target.remaining(), plainIn.remaining());
    ByteBuffer part = plainIn.duplicate().limit(plainIn.position() + count);
    target.put(part);
    plainIn.position(part.position());
    return count;
  }

  /** Opens the next record if all of it has come. */
  private boolean open() throws IOException {
    channel.read(incoming);
    if (incoming.position() == LENGTH_BYTES && incoming.limit() == LENGTH_BYTES) {
      int length = incoming.getInt(0);
      if (length <= TAG_BYTES || length > RECORD_BYTES + TAG_BYTES) {
        throw new IOException(description() + " sent a record of " + length + " bytes");
      }
      incoming.limit(LENGTH_BYTES + length);
      channel.read(incoming);
    }
    if (incoming.hasRemaining()) {
      return false;
    }
    plainIn.clear();
    receiving.apply(incoming.flip().position(LENGTH_BYTES), plainIn);
    plainIn.flip();
    incoming.clear().limit(LENGTH_BYTES);
    return true;
  }

  @Override
  public void attach(Poller poller) throws IOException {
    channel.attach(poller);
  }

  @Override
  public void want(int interest) throws IOException {
    channel.want(sealed.hasRemaining() ? interest | WRITE : interest);
  }

  @Override
  public void finishOutput() throws IOException {
    flush();
    channel.finishOutput();
  }

  @Override
  public String description() {
    return channel.description() + " (encrypted)";
  }

  @Override
  public void close() {
    channel.close();
  }

  @Override
  public String toString() {
    return description();
  }

  /** One key and its record counter. */
  private static final class Direction {
    private final Cipher cipher;
    private final SecretKeySpec key;
    private final int mode;
    private long records;

    Direction(int mode, byte[] key) {
      this.mode = mode;
      this.key = new SecretKeySpec(key, "AES");
      try {
        this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java runtime has no AES-GCM", e);
      }
    }

    void apply(ByteBuffer from, ByteBuffer to) throws IOException {
      byte[] nonce = ByteBuffer.allocate(12).putInt(0).putLong(records++).array();
      try {
        cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
        cipher.doFinal(from, to);
      } catch (GeneralSecurityException e) {
        throw new IOException("a record was damaged or forged", e);
      }
    }
  }
}
