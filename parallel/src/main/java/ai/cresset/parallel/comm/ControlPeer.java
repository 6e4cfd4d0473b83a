package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Poller;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** One peer as the control thread sees it. Used by that thread only, after its start. */
final class ControlPeer {
  private static final int MAX_PAYLOAD = 1 << 16;
  private static final int MAX_TEXT = 8_000;
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private static final byte BEAT = 1;
  private static final byte FAILURE = 2;
  private static final byte LEAVE = 3;
  private static final byte OPERATIONS = 4;

  private final int rank;
  private final String text;
  private final Channel channel;
  private final ByteBuffer in = ByteBuffer.allocate(HEADER_BYTES + MAX_PAYLOAD);
  private final Deque<ByteBuffer> out = new ArrayDeque<>();
  private long heardNanos = System.nanoTime();
  private boolean ending;
  private boolean outputFinished;
  private boolean heardEnd;
  private boolean open = true;

  /**
   * @param rank of the peer in the job
   * @param text what the peer is, for messages
   */
  ControlPeer(int rank, String text, Channel channel) {
    this.rank = rank;
    this.text = text;
    this.channel = channel;
  }

  void attach(Poller poller) throws IOException {
    channel.attach(poller);
    channel.want(Channel.READ);
  }

  /** In the job. */
  int rank() {
    return rank;
  }

  boolean isOpen() {
    return open;
  }

  void beat() {
    if (out.isEmpty()) {
      send(BEAT, new byte[0]);
    }
  }

  /** The last frame: the reason of the failure, or just leave. */
  void end(@Nullable Failure failure, String lastOperations) {
    if (failure == null) {
      send(LEAVE, new byte[0]);
    } else {
      String shown =
          lastOperations.length() > MAX_TEXT
              ? lastOperations.substring(0, MAX_TEXT) + "..."
              : lastOperations;
      send(OPERATIONS, shown.getBytes(StandardCharsets.UTF_8));
      send(FAILURE, failure.encode());
    }
    ending = true;
  }

  private void send(byte type, byte[] payload) {
    if (open && !ending) {
      out.add(
          ByteBuffer.allocate(HEADER_BYTES + payload.length)
              .put(type)
              .putInt(payload.length)
              .put(payload)
              .flip());
    }
  }

  void read(ControlPlane.Listener listener) {
    try {
      while (open && !heardEnd && channel.read(in) > 0) {
        heardNanos = System.nanoTime();
        in.flip();
        while (open && !heardEnd && in.remaining() >= HEADER_BYTES) {
          int length = in.getInt(in.position() + 1);
          if (length < 0 || length > MAX_PAYLOAD) {
            throw new IOException("a control frame of " + length + " bytes");
          }
          if (in.remaining() < HEADER_BYTES + length) {
            break;
          }
          byte type = in.get();
          in.getInt();
          handle(type, in.slice(in.position(), length), listener);
          in.position(in.position() + length);
        }
        in.compact();
      }
    } catch (IOException e) {
      lost(e, listener);
    }
  }

  private void handle(byte type, ByteBuffer payload, ControlPlane.Listener listener)
      throws IOException {
    switch (type) {
      case BEAT -> {}
      case OPERATIONS -> listener.heard(rank, StandardCharsets.UTF_8.decode(payload).toString());
      case FAILURE -> {
        // It stays open until this rank's last words are out, too.
        heardEnd = true;
        listener.failed(Failure.decode(payload));
      }
      case LEAVE -> {
        listener.left(rank);
        close();
      }
      default -> throw new IOException("a control frame of type " + type);
    }
  }

  void write(ControlPlane.Listener listener) {
    try {
      while (open && !out.isEmpty()) {
        channel.write(out.peek());
        if (out.peek().hasRemaining()) {
          break;
        }
        out.remove();
      }
      if (!open) {
        return;
      }
      boolean flushed = channel.flush() && out.isEmpty();
      if (flushed && ending && !outputFinished) {
        outputFinished = true;
        channel.finishOutput();
      }
      if (heardEnd && outputFinished) {
        close();
        return;
      }
      // The peer's last word is followed by the end of its stream, which must not wake us forever.
      channel.want((heardEnd ? 0 : Channel.READ) | (flushed ? 0 : Channel.WRITE));
    } catch (IOException e) {
      lost(e, listener);
    }
  }

  void checkSilence(long now, boolean paused, Duration timeout, ControlPlane.Listener listener) {
    if (paused) {
      heardNanos = now;
    }
    if (open && !heardEnd && now - heardNanos > timeout.toNanos()) {
      close();
      listener.failed(
          new Failure(
              rank,
              text
                  + " gave no sign of life for "
                  + Deadline.text(timeout)
                  + ": it is stopped or its machine cannot be reached",
              null));
    }
  }

  private void lost(IOException e, ControlPlane.Listener listener) {
    boolean expected = ending || heardEnd;
    close();
    if (!expected) {
      listener.failed(
          new Failure(
              rank,
              text
                  + " closed its connection without taking leave: it has ended ("
                  + e.getMessage()
                  + ")",
              null));
    }
  }

  void close() {
    open = false;
    channel.close();
  }
}
