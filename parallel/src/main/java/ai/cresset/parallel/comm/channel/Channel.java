package ai.cresset.parallel.comm.channel;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A two-way stream of bytes to one peer that never blocks: reading and writing move what can be
 * moved now, and a {@link Poller} waits for more. One thread at a time; {@link #close} is safe from
 * any thread.
 */
public interface Channel extends AutoCloseable {
  /** {@link #want}: wake the poller when bytes can be read. */
  int READ = 1;

  /** {@link #want}: wake the poller when bytes can be written. */
  int WRITE = 2;

  /**
   * Reads what has come, at most what {@code target} takes.
   *
   * @return bytes read, 0 if nothing is there now
   * @throws java.io.EOFException when the peer has closed its side
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Takes what can be taken now.
   *
   * @return bytes taken from {@code source}, possibly 0
   */
  int write(ByteBuffer source) throws IOException;

  /** Hands on what was taken but is still held here; true when nothing is held. */
  boolean flush() throws IOException;

  /** The poller that waits for this channel from now on. */
  void attach(Poller poller) throws IOException;

  /** What the poller wakes up for: {@link #READ}, {@link #WRITE}, both or 0. */
  void want(int interest) throws IOException;

  /** Says that nothing more will be written. Reading goes on. */
  void finishOutput() throws IOException;

  /** For messages, such as {@code tcp 10.0.0.7:43211}. */
  String description();

  @Override
  void close();
}
