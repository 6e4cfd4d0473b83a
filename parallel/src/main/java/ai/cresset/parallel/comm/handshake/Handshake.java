package ai.cresset.parallel.comm.handshake;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Conversation;
import ai.cresset.parallel.comm.channel.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.function.Function;

/**
 * Proves on a new channel, in both directions, that both ends know the job secret and belong
 * together.
 *
 * <pre>
 *   dialler                                     listener
 *   magic, version, greeting, nonce  ------->
 *                                    <-------   version, greeting, nonce, proof(listener)
 *   verdict, proof(dialler)          ------->
 *                                    <-------   verdict, proof(verdict)
 * </pre>
 *
 * <p>A proof is a keyed hash of everything said before, with the name of the role: it cannot be
 * replayed, or sent back to its maker. Comparisons take constant time.
 */
@SuppressWarnings("EnumOrdinal") // Their order is part of the protocol, which has a version.
public final class Handshake {
  static final int MAGIC = 0x43525354;
  static final short VERSION = 2;

  private static final int PREAMBLE_BYTES = 6;
  private static final int NONCE_BYTES = 32;
  private static final int PROOF_BYTES = 32;

  private Handshake() {}

  /** A channel whose peer has proved itself. */
  public record Accepted(Channel channel, Hello peer) {}

  /**
   * The dialling side.
   *
   * @return the channel to use from now on, encrypted if asked for
   * @throws CommunicationException when the two ends do not belong together; trying again is of no
   *     use
   * @throws ListenerClosingException when they fit but the listening side is about to end
   * @throws IOException when the connection broke
   */
  public static Channel dial(Channel channel, Hello hello, JobSecret secret, Deadline deadline)
      throws IOException {
    try (Conversation talk = new Conversation(channel)) {
      byte[] opening = opening(hello);
      talk.send(ByteBuffer.wrap(preamble()), deadline);
      talk.sendFrame(opening, deadline);
      short version = talk.receive(Short.BYTES, deadline).getShort();
      if (version != VERSION) {
        throw refusedVersion(channel, version);
      }
      byte[] answer = array(talk.receiveFrame(Hello.MAX_BYTES + NONCE_BYTES, deadline));
      byte[] proof = array(talk.receive(PROOF_BYTES, deadline));
      Hello listener = greeting(answer);
      if (!MessageDigest.isEqual(proof, secret.sign("listener", opening, answer))) {
        talk.send(verdict(Verdict.WRONG_SECRET, new byte[PROOF_BYTES]), deadline);
        throw refusal(channel, Verdict.WRONG_SECRET, hello, listener);
      }
      talk.send(verdict(Verdict.WELCOME, secret.sign("dialler", opening, answer)), deadline);
      int code = talk.receive(1, deadline).get();
      byte[] seal = array(talk.receive(PROOF_BYTES, deadline));
      if (code < 0
          || code >= Verdict.values().length
          || !MessageDigest.isEqual(
              seal, secret.sign("verdict", opening, answer, new byte[] {(byte) code}))) {
        throw new IOException(channel.description() + " ended the handshake with garbage");
      }
      Verdict verdict = Verdict.values()[code];
      if (verdict == Verdict.CLOSED) {
        throw new ListenerClosingException(refusalText(channel, verdict, hello, listener));
      }
      if (verdict != Verdict.WELCOME) {
        throw refusal(channel, verdict, hello, listener);
      }
      return hello.encrypt() ? encrypted(channel, secret, opening, answer, true) : channel;
    }
  }

  /**
   * The listening side, for a channel from friend or stranger.
   *
   * @param self what this side is; its purpose and group are not looked at
   * @param judge says whether a dialler that knows the secret and fits is expected
   * @throws CommunicationException when the dialler was refused, with the reason it was told
   * @throws IOException when what came was no handshake, or broke
   */
  public static Accepted accept(
      Channel channel,
      Hello self,
      JobSecret secret,
      Function<Hello, Verdict> judge,
      Deadline deadline)
      throws IOException {
    try (Conversation talk = new Conversation(channel)) {
      ByteBuffer preamble = talk.receive(PREAMBLE_BYTES, deadline);
      if (preamble.getInt() != MAGIC) {
        throw new MalformedHelloException(channel.description() + " does not speak our protocol");
      }
      short version = preamble.getShort();
      talk.send(ByteBuffer.allocate(Short.BYTES).putShort(VERSION).flip(), deadline);
      if (version != VERSION) {
        throw refusedVersion(channel, version);
      }
      byte[] opening = array(talk.receiveFrame(Hello.MAX_BYTES + NONCE_BYTES, deadline));
      Hello dialler = greeting(opening);
      byte[] answer = opening(self);
      talk.sendFrame(answer, deadline);
      talk.send(ByteBuffer.wrap(secret.sign("listener", opening, answer)), deadline);
      boolean trusted = talk.receive(1, deadline).get() == Verdict.WELCOME.ordinal();
      byte[] proof = array(talk.receive(PROOF_BYTES, deadline));
      if (!trusted || !MessageDigest.isEqual(proof, secret.sign("dialler", opening, answer))) {
        throw refusal(channel, Verdict.WRONG_SECRET, dialler, self);
      }
      Verdict verdict = compare(dialler, self);
      if (verdict == Verdict.WELCOME) {
        verdict = judge.apply(dialler);
      }
      byte[] code = {(byte) verdict.ordinal()};
      talk.send(verdict(verdict, secret.sign("verdict", opening, answer, code)), deadline);
      if (verdict != Verdict.WELCOME) {
        throw refusal(channel, verdict, dialler, self);
      }
      Channel agreed =
          self.encrypt() ? encrypted(channel, secret, opening, answer, false) : channel;
      return new Accepted(agreed, dialler);
    }
  }

  private static Verdict compare(Hello dialler, Hello self) {
    // Servers may outlive an attempt; they judge newer ones themselves.
    boolean mayBeNewer = dialler.purpose() == Hello.Purpose.SERVER;
    if (mayBeNewer ? dialler.attempt() < self.attempt() : dialler.attempt() != self.attempt()) {
      return Verdict.OTHER_ATTEMPT;
    }
    if (dialler.worldSize() != self.worldSize()) {
      return Verdict.OTHER_WORLD_SIZE;
    }
    if (dialler.encrypt() != self.encrypt()) {
      return Verdict.OTHER_ENCRYPTION;
    }
    return dialler.peer() == self.rank() ? Verdict.WELCOME : Verdict.UNKNOWN_PEER;
  }

  private static Channel encrypted(
      Channel channel, JobSecret secret, byte[] opening, byte[] answer, boolean dialler) {
    byte[] there = secret.sign("key dialler to listener", opening, answer);
    byte[] back = secret.sign("key listener to dialler", opening, answer);
    return new EncryptedChannel(channel, dialler ? there : back, dialler ? back : there);
  }

  private static byte[] preamble() {
    return ByteBuffer.allocate(PREAMBLE_BYTES).putInt(MAGIC).putShort(VERSION).array();
  }

  private static byte[] opening(Hello hello) {
    byte[] greeting = hello.encode();
    return ByteBuffer.allocate(greeting.length + NONCE_BYTES)
        .put(greeting)
        .put(JobSecret.nonce())
        .array();
  }

  private static Hello greeting(byte[] opening) throws MalformedHelloException {
    return Hello.decode(ByteBuffer.wrap(opening, 0, Math.max(0, opening.length - NONCE_BYTES)));
  }

  private static ByteBuffer verdict(Verdict verdict, byte[] proof) {
    return ByteBuffer.allocate(1 + PROOF_BYTES).put((byte) verdict.ordinal()).put(proof).flip();
  }

  private static byte[] array(ByteBuffer bytes) {
    byte[] array = new byte[bytes.remaining()];
    bytes.get(array);
    return array;
  }

  private static CommunicationException refusedVersion(Channel channel, short version) {
    return CommunicationException.because(
        "handshake with "
            + channel.description()
            + " refused: it speaks protocol version "
            + version
            + ", this worker version "
            + VERSION
            + "; use the same Cresset version everywhere");
  }

  private static CommunicationException refusal(
      Channel channel, Verdict verdict, Hello dialler, Hello listener) {
    return CommunicationException.because(refusalText(channel, verdict, dialler, listener));
  }

  private static String refusalText(
      Channel channel, Verdict verdict, Hello dialler, Hello listener) {
    return "handshake with "
        + channel.description()
        + " refused: "
        + verdict.explain(dialler, listener);
  }
}
