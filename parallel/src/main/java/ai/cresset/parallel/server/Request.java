package ai.cresset.parallel.server;

import java.nio.ByteBuffer;

/** What a worker asks of a server. A frame is a byte of kind, a sequence number and the fields. */
sealed interface Request {
  int HEADER_BYTES = 1 + Long.BYTES;

  /** Whether it changes rows or clocks: such a request is done once, however often it is sent. */
  default boolean changes() {
    return false;
  }

  /** The kind, as it is sent. */
  byte kind();

  /** Bytes of the fields. */
  int bytes();

  /** Writes the fields. */
  void write(ByteBuffer to);

  /**
   * A worker that begins to speak.
   *
   * @param clock steps that it has ended; -1 for a new process, which asks for it
   * @param acknowledged the last of its changes that was confirmed
   */
  record Attach(long clock, long acknowledged) implements Request {
    @Override
    public byte kind() {
      return 1;
    }

    @Override
    public int bytes() {
      return 2 * Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(clock).putLong(acknowledged);
    }
  }

  /**
   * Values of rows.
   *
   * @param step that they are for
   * @param makes whether absent rows are made
   * @param ids none for all rows that the server has of a dense table
   */
  record Pull(int table, long step, boolean makes, long[] ids) implements Request {
    @Override
    public byte kind() {
      return 2;
    }

    @Override
    public int bytes() {
      return Integer.BYTES + Long.BYTES + 1 + Integer.BYTES + ids.length * Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putInt(table).putLong(step).put((byte) (makes ? 1 : 0));
      Frames.put(to, ids);
    }
  }

  /**
   * Gradients of different rows.
   *
   * @param ids none for all rows that the server has of a dense table
   */
  record Push(int table, long step, long[] ids, float[] gradients) implements Request {
    @Override
    public boolean changes() {
      return true;
    }

    @Override
    public byte kind() {
      return 3;
    }

    @Override
    public int bytes() {
      return Integer.BYTES
          + Long.BYTES
          + 2 * Integer.BYTES
          + ids.length * Long.BYTES
          + gradients.length * Float.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putInt(table).putLong(step);
      Frames.put(to, ids);
      Frames.put(to, gradients);
    }
  }

  /**
   * A worker has pushed all gradients of a step.
   *
   * @param weight what the sum of its losses is to be divided by
   */
  record EndStep(long step, double weight) implements Request {
    @Override
    public boolean changes() {
      return true;
    }

    @Override
    public byte kind() {
      return 4;
    }

    @Override
    public int bytes() {
      return Long.BYTES + Double.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(step).putDouble(weight);
    }
  }

  /** Removes rows that no step of the last {@code idleSteps} used. */
  record Evict(int table, long idleSteps) implements Request {
    @Override
    public boolean changes() {
      return true;
    }

    @Override
    public byte kind() {
      return 5;
    }

    @Override
    public int bytes() {
      return Integer.BYTES + Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putInt(table).putLong(idleSteps);
    }
  }

  /** Stores all rows under the number of a step that every worker has ended. */
  record Snapshot(long step) implements Request {
    @Override
    public byte kind() {
      return 6;
    }

    @Override
    public int bytes() {
      return Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(step);
    }
  }

  /** Replaces all rows by those of a snapshot; every worker goes on from its step. */
  record Restore(long step) implements Request {
    @Override
    public boolean changes() {
      return true;
    }

    @Override
    public byte kind() {
      return 7;
    }

    @Override
    public int bytes() {
      return Long.BYTES;
    }

    @Override
    public void write(ByteBuffer to) {
      to.putLong(step);
    }
  }

  /** Asks for the account of a server. */
  record Describe() implements Request {
    @Override
    public byte kind() {
      return 8;
    }

    @Override
    public int bytes() {
      return 0;
    }

    @Override
    public void write(ByteBuffer to) {
      // There is nothing to say.
    }
  }

  /** The worker has ended well; nobody waits for it any more. */
  record Leave() implements Request {
    @Override
    public boolean changes() {
      return true;
    }

    @Override
    public byte kind() {
      return 9;
    }

    @Override
    public int bytes() {
      return 0;
    }

    @Override
    public void write(ByteBuffer to) {
      // There is nothing to say.
    }
  }
}
