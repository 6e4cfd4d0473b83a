package ai.cresset.parallel.comm.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * Large socket buffers, so that a rank whose peer is not scheduled right now can go on.
 *
 * <p>A fixed size ends the system's own tuning, and is cut to the system's limit without a word. So
 * a first socket tries whether the system allows all of it; if not, its tuning does better.
 */
final class SocketBuffers {
  private static final int BYTES = 4 << 20;
  private static final boolean ALLOWED = allowed();

  private SocketBuffers() {}

  private static boolean allowed() {
    try (SocketChannel probe = SocketChannel.open()) {
      set(probe);
      return probe.getOption(StandardSocketOptions.SO_SNDBUF) >= BYTES
          && probe.getOption(StandardSocketOptions.SO_RCVBUF) >= BYTES;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void set(SocketChannel socket) throws IOException {
    socket.setOption(StandardSocketOptions.SO_SNDBUF, BYTES);
    socket.setOption(StandardSocketOptions.SO_RCVBUF, BYTES);
  }

  static void enlarge(SocketChannel socket) throws IOException {
    if (ALLOWED) {
      set(socket);
    }
  }
}
