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
 * @param sharesMemory whether an offer of shared memory follows
 * @param stripe which of several connections of a group this is, from 0
 */
@SuppressWarnings("EnumOrdinal") // Their order is part of the protocol, which has a version.
public record Hello(
    Purpose purpose,
    String group,
    int rank,
    int peer,
    int worldSize,
    int attempt,
    boolean encrypt,
    boolean sharesMemory,
    int stripe) {
  /** What a channel is for. */
  public enum Purpose {
    CONTROL,
    DATA,
    STORE,
    SERVER
  }

  static final int MAX_GROUP_BYTES = 255;
  private static final int FIXED_BYTES = 23;
  private static final int ENCRYPT = 1;
  private static final int SHARE = 2;
  static final int MAX_BYTES = FIXED_BYTES + MAX_GROUP_BYTES;

  byte[] encode() {
    byte[] name = group.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(FIXED_BYTES + name.length)
        .put((byte) purpose.ordinal())
        .put((byte) ((encrypt ? ENCRYPT : 0) | (sharesMemory ? SHARE : 0)))
        .putInt(rank)
        .putInt(peer)
        .putInt(worldSize)
        .putInt(attempt)
        .putInt(stripe)
        .put((byte) name.length)
        .put(name)
        .array();
  }

  /** Null-free parse of what a stranger may have sent. */
  static Hello decode(ByteBuffer bytes) throws MalformedHelloException {
    if (bytes.remaining() < FIXED_BYTES) {
      throw new MalformedHelloException("a greeting of " + bytes.remaining() + " bytes");
    }
    int purpose = bytes.get();
    int flags = bytes.get();
    int rank = bytes.getInt();
    int peer = bytes.getInt();
    int worldSize = bytes.getInt();
    int attempt = bytes.getInt();
    int stripe = bytes.getInt();
    int nameLength = bytes.get() & 0xff;
    if (purpose < 0
        || purpose >= Purpose.values().length
        || (flags & ~(ENCRYPT | SHARE)) != 0
        || stripe < 0
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
        (flags & ENCRYPT) != 0,
        (flags & SHARE) != 0,
        stripe);
  }
}
