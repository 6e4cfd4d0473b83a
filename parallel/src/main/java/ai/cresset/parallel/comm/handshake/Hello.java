package ai.cresset.parallel.comm.handshake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the dialling side says about itself.
 *
 * @param purpose what the channel is for
 * @param group the process group it belongs to; empty for none
 * @param rank who dials
 * @param peer who is expected to answer
 * @param worldSize ranks of the job
 * @param attempt the attempt of the job
 * @param encrypt whether what follows is encrypted
 */
@SuppressWarnings("EnumOrdinal") // Their order is part of the protocol, which has a version.
public record Hello(
    Purpose purpose,
    String group,
    int rank,
    int peer,
    int worldSize,
    int attempt,
    boolean encrypt) {
  /** What a channel is for. */
  public enum Purpose {
    CONTROL,
    DATA,
    STORE
  }

  static final int MAX_GROUP_BYTES = 255;
  static final int MAX_BYTES = 19 + MAX_GROUP_BYTES;

  byte[] encode() {
    byte[] name = group.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(19 + name.length)
        .put((byte) purpose.ordinal())
        .put((byte) (encrypt ? 1 : 0))
        .putInt(rank)
        .putInt(peer)
        .putInt(worldSize)
        .putInt(attempt)
        .put((byte) name.length)
        .put(name)
        .array();
  }

  /** Null-free parse of what a stranger may have sent. */
  static Hello decode(ByteBuffer bytes) throws MalformedHelloException {
    if (bytes.remaining() < 19) {
      throw new MalformedHelloException("a greeting of " + bytes.remaining() + " bytes");
    }
    int purpose = bytes.get();
    int encrypt = bytes.get();
    int rank = bytes.getInt();
    int peer = bytes.getInt();
    int worldSize = bytes.getInt();
    int attempt = bytes.getInt();
    int nameLength = bytes.get() & 0xff;
    if (purpose < 0
        || purpose >= Purpose.values().length
        || encrypt < 0
        || encrypt > 1
        || nameLength != bytes.remaining()) {
      throw new MalformedHelloException("a greeting with fields out of range");
    }
    byte[] name = new byte[nameLength];
    bytes.get(name);
    return new Hello(
        Purpose.values()[purpose],
        new String(name, StandardCharsets.UTF_8),
        rank,
        peer,
        worldSize,
        attempt,
        encrypt == 1);
  }
}
