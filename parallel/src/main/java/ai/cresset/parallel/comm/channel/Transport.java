package ai.cresset.parallel.comm.channel;

import java.io.IOException;
import java.util.function.Consumer;

/** One way to open channels: sockets, or pipes inside of the JVM. */
public interface Transport {
  /** For messages, such as {@code tcp}. */
  String name();

  /**
   * Starts to listen. Every channel that comes in, from friend or stranger, is given to {@code
   * onChannel} on a thread that must not be kept for long.
   */
  Listener listen(Consumer<Channel> onChannel) throws IOException;

  /** Opens a channel to a listener, within the deadline. */
  Channel dial(String address, Deadline deadline) throws IOException;

  /** An open ear. */
  interface Listener extends AutoCloseable {
    /** What peers give to {@link Transport#dial}. */
    String address();

    @Override
    void close();
  }
}
