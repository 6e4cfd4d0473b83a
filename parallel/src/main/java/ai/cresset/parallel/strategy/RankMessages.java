package ai.cresset.parallel.strategy;

import ai.cresset.parallel.comm.ProcessGroup;
import java.nio.ByteBuffer;
import java.util.List;

/** The small things that the training loop lets ranks say to each other. Rank 0 coordinates. */
record RankMessages(ProcessGroup group) {
  private static final int COORDINATOR = 0;

  /** Adds numbers in the order of the ranks. */
  double[] sum(double... values) {
    ByteBuffer mine = ByteBuffer.allocate(Double.BYTES * values.length);
    for (double value : values) {
      mine.putDouble(value);
    }
    double[] total = new double[values.length];
    for (byte[] each : group.allGatherBytes(mine.array())) {
      ByteBuffer theirs = ByteBuffer.wrap(each);
      for (int i = 0; i < total.length; i++) {
        total[i] += theirs.getDouble();
      }
    }
    return total;
  }

  byte[] broadcast(byte[] bytes) {
    return group.broadcastBytes(bytes, COORDINATOR);
  }

  List<byte[]> gather(byte[] bytes) {
    return group.allGatherBytes(bytes);
  }
}
