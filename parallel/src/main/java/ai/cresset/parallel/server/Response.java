package ai.cresset.parallel.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a server answers. */
sealed interface Response {
  /** The kind, as it is sent. */
  byte kind();

  /** Bytes of the fields. */
  int bytes();

  /** Writes the fields. */
  void write(ByteBuffer to);

  /**
   * Where a worker stands at a server.
   *
   * @param incarnation another number after each start of the server
   * @param clock steps that the worker has ended
   * @param sequence the last of its changes that the server knows of
   * @param snapshotStep the snapshot that the server began with; -1 for none
   */
  record Attached(long incarnation, long clock, long sequence, long snapshotStep)
      implements Response {
    @Override
    public byte kind() {
      return 1;
    }

    @Override
    public int bytes() {
      return 4 * Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(incarnation).putLong(clock).putLong(sequence).putLong(snapshotStep);
    }
  }

  /**
   * Rows in the order in which they were asked for.
   *
   * @param slowest steps that every worker has ended
   */
  record Rows(float[] values, long slowest) implements Response {
    @Override
    public byte kind() {
      return 2;
    }

    @Override
    public int bytes() {
      return Long.BYTES + Integer.BYTES + values.length * Float.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(slowest);
      Frames.put(to, values);
    }
  }

  /**
   * Done.
   *
   * @param count rows, where the request counts some
   * @param stored the last change of this worker that is in a snapshot
   */
  record Done(long count, long stored) implements Response {
    @Override
    public byte kind() {
      return 3;
    }

    @Override
    public int bytes() {
      return 2 * Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(count).putLong(stored);
    }
  }

  /** The figures of an account. */
  record Account(long[] figures) implements Response {
    @Override
    public byte kind() {
      return 4;
    }

    @Override
    public int bytes() {
      return Integer.BYTES + figures.length * Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      Frames.put(to, figures);
    }
  }

  /** Refused; nothing was changed. */
  record Refused(String why) implements Response {
    @Override
    public byte kind() {
      return 5;
    }

    @Override
    public int bytes() {
      return Integer.BYTES + why.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void write(ByteBuffer to) {
      byte[] text = why.getBytes(StandardCharsets.UTF_8);
      to.putInt(text.length).put(text);
    }
  }
}
