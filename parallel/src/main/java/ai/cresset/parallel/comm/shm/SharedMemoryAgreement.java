package ai.cresset.parallel.comm.shm;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Conversation;
import ai.cresset.parallel.comm.channel.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * How two ranks come to share memory, over a channel on which both have proved themselves.
 *
 * <pre>
 *   maker                                            guest
 *   writes its token into a new file
 *   name, size of a ring                   ------->
 *                                                    maps the file, writes its token
 *                                          <-------  both tokens, or why not
 *   finds both tokens in the file: yes     ------->
 *   removes the name
 * </pre>
 *
 * <p>Each end thus reads what the other has written into memory, which no name of a host could
 * show. The file has a name for a few milliseconds only, so a killed process leaves none.
 */
public final class SharedMemoryAgreement {
  /** The smallest ring; with less memory than this, sockets do better. */
  public static final int MIN_RING_BYTES = 1 << 16;

  private static final int MAX_TEXT = 4096;
  private static final byte YES = 1;
  private static final byte NO = 0;
  private static final SecureRandom RANDOM = new SecureRandom();

  private SharedMemoryAgreement() {}

  /**
   * What came of it.
   *
   * @param channel to use from now on: the rings, or the channel that was there before
   * @param refusal why it is not the rings; null if it is
   */
  public record Result(Channel channel, @Nullable String refusal) {}

  /** The dialling end. */
  public static Result offer(Channel channel, int ringBytes, Deadline deadline) throws IOException {
    try (Conversation talk = new Conversation(channel)) {
      Path file;
      try {
        file = SharedSegment.create(ringBytes);
      } catch (IOException e) {
        String why = String.valueOf(e.getMessage());
        sendText(talk, NO, why, deadline);
        return new Result(channel, why);
      }
      @Nullable SharedSegment segment = null;
      boolean kept = false;
      try {
        segment = SharedSegment.map(file, ringBytes);
        byte[] token = token();
        segment.putToken(true, token);
        String name = String.valueOf(file.getFileName());
        sendText(talk, YES, ringBytes + " " + name, deadline);
        ByteBuffer answer = talk.receiveFrame(MAX_TEXT, deadline);
        if (!answer.hasRemaining() || answer.get() != YES) {
          return new Result(channel, StandardCharsets.UTF_8.decode(answer).toString());
        }
        kept = proves(answer, token, segment);
        talk.send(ByteBuffer.wrap(new byte[] {kept ? YES : NO}), deadline);
        return kept
            ? new Result(new SharedMemoryChannel(segment, true, channel), null)
            : new Result(channel, "the two ends do not see the same memory");
      } finally {
        Files.deleteIfExists(file);
        if (segment != null && !kept) {
          segment.close();
        }
      }
    }
  }

  private static boolean proves(ByteBuffer answer, byte[] token, SharedSegment segment) {
    byte[] read = new byte[SharedSegment.TOKEN_BYTES];
    byte[] written = new byte[SharedSegment.TOKEN_BYTES];
    if (answer.remaining() != read.length + written.length) {
      return false;
    }
    answer.get(read).get(written);
    return MessageDigest.isEqual(read, token)
        && MessageDigest.isEqual(written, segment.token(false));
  }

  /**
   * The listening end.
   *
   * @param forbidden why this end wants none; null if it does
   */
  public static Result answer(Channel channel, @Nullable String forbidden, Deadline deadline)
      throws IOException {
    try (Conversation talk = new Conversation(channel)) {
      ByteBuffer offer = talk.receiveFrame(MAX_TEXT, deadline);
      boolean offered = offer.hasRemaining() && offer.get() == YES;
      String text = StandardCharsets.UTF_8.decode(offer).toString();
      if (!offered) {
        return new Result(channel, text);
      }
      if (forbidden != null) {
        sendText(talk, NO, forbidden, deadline);
        return new Result(channel, forbidden);
      }
      SharedSegment segment;
      try {
        segment = segment(text);
      } catch (IOException e) {
        String why = String.valueOf(e.getMessage());
        sendText(talk, NO, why, deadline);
        return new Result(channel, why);
      }
      boolean kept = false;
      try {
        byte[] token = token();
        segment.putToken(false, token);
        talk.sendFrame(
            ByteBuffer.allocate(1 + 2 * token.length)
                .put(YES)
                .put(segment.token(true))
                .put(token)
                .array(),
            deadline);
        kept = talk.receive(1, deadline).get() == YES;
        return kept
            ? new Result(new SharedMemoryChannel(segment, false, channel), null)
            : new Result(channel, "the two ends do not see the same memory");
      } finally {
        if (!kept) {
          segment.close();
        }
      }
    }
  }

  private static SharedSegment segment(String offer) throws IOException {
    String[] fields = offer.split(" ", -1);
    if (fields.length != 2
        || !fields[0].matches("[1-9][0-9]{0,8}")
        || !fields[1].matches("[A-Za-z0-9-]+")) {
      throw new IOException("an offer of shared memory that makes no sense");
    }
    return SharedSegment.map(
        SharedMemoryPlace.DIRECTORY.resolve(fields[1]), Integer.parseInt(fields[0]));
  }

  private static byte[] token() {
    byte[] token = new byte[SharedSegment.TOKEN_BYTES];
    RANDOM.nextBytes(token);
    return token;
  }

  private static void sendText(Conversation talk, byte verdict, String text, Deadline deadline)
      throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int count = Math.min(bytes.length, MAX_TEXT - 1);
    byte[] frame = new byte[1 + count];
    frame[0] = verdict;
    System.arraycopy(bytes, 0, frame, 1, count);
    talk.sendFrame(frame, deadline);
  }
}
