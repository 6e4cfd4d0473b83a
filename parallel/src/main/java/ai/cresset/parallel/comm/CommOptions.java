package ai.cresset.parallel.comm;

import ai.cresset.error.ConfigException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Settings of process groups. Alike on every rank of a job.
 *
 * @param operationTimeout the deadline of each operation, from its start; a peer that computes for
 *     longer than this between two collectives fails the group
 * @param connectTimeout the deadline for all peers to come and prove themselves
 * @param heartbeatTimeout a peer that gives no sign of life for this long is lost, as when its
 *     process is stopped or its machine is gone; a peer that just computes still gives signs
 * @param encrypt AES-GCM on every channel that leaves the host: memory that two processes share is
 *     open to their user only, as their own memory is
 * @param inJvm ranks in one process talk through memory; off: through TCP like all others
 * @param firstPort the first port to listen on; 0 lets the system choose
 * @param lastPort the last port to try
 * @param segmentBytes large slices are cut into segments of this size: one is reduced while the
 *     next is on the wire
 * @param link the cost model that chooses between algorithms
 * @param order the order of reductions when a call names none
 * @param recordedOperations how many operations the recorder remembers
 * @param spin how long a waiting thread looks again before it sleeps; 8 times as long once bytes
 *     have moved, 40 times where ranks meet in common memory
 * @param transport shared memory and connections
 */
public record CommOptions(
    Duration operationTimeout,
    Duration connectTimeout,
    Duration heartbeatTimeout,
    boolean encrypt,
    boolean inJvm,
    int firstPort,
    int lastPort,
    int segmentBytes,
    LinkModel link,
    ReduceOrder order,
    int recordedOperations,
    Duration spin,
    TransportOptions transport) {
  private static final int MAX_SEGMENT_BYTES = 1 << 20;

  public CommOptions {
    positive("comm.operationTimeout", operationTimeout);
    positive("comm.connectTimeout", connectTimeout);
    positive("comm.heartbeatTimeout", heartbeatTimeout);
    if (firstPort < 0 || lastPort < firstPort || lastPort > 65_535) {
      throw ConfigException.value(
          "comm.firstPort, comm.lastPort",
          firstPort + ", " + lastPort,
          "0 <= first <= last <= 65535");
    }
    if (segmentBytes < 64 || segmentBytes > MAX_SEGMENT_BYTES || segmentBytes % 64 != 0) {
      throw ConfigException.value(
          "comm.segmentBytes", segmentBytes, "a multiple of 64 up to " + MAX_SEGMENT_BYTES);
    }
    if (recordedOperations < 1) {
      throw ConfigException.value("comm.recordedOperations", recordedOperations, "at least 1");
    }
    if (spin.isNegative()) {
      throw ConfigException.value("comm.spin", spin, "zero or more");
    }
  }

  /** The defaults: deadlines of 5 minutes, 1 minute and 5 seconds, no encryption, any port. */
  public static CommOptions defaults() {
    return new CommOptions(
        Duration.ofMinutes(5),
        Duration.ofMinutes(1),
        Duration.ofSeconds(5),
        false,
        true,
        0,
        0,
        1 << 19,
        LinkModel.LOOPBACK,
        ReduceOrder.FASTEST,
        256,
        Duration.ofNanos(50_000),
        TransportOptions.DEFAULT);
  }

  private static void positive(String key, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw ConfigException.value(key, value, "more than zero");
    }
  }

  public CommOptions withOperationTimeout(Duration timeout) {
    return with(draft -> draft.operationTimeout = timeout);
  }

  public CommOptions withConnectTimeout(Duration timeout) {
    return with(draft -> draft.connectTimeout = timeout);
  }

  public CommOptions withHeartbeatTimeout(Duration timeout) {
    return with(draft -> draft.heartbeatTimeout = timeout);
  }

  public CommOptions withEncrypt(boolean on) {
    return with(draft -> draft.encrypt = on);
  }

  public CommOptions withInJvm(boolean on) {
    return with(draft -> draft.inJvm = on);
  }

  public CommOptions withPorts(int first, int last) {
    return with(
        draft -> {
          draft.firstPort = first;
          draft.lastPort = last;
        });
  }

  public CommOptions withSegmentBytes(int bytes) {
    return with(draft -> draft.segmentBytes = bytes);
  }

  public CommOptions withLink(LinkModel model) {
    return with(draft -> draft.link = model);
  }

  public CommOptions withOrder(ReduceOrder reduceOrder) {
    return with(draft -> draft.order = reduceOrder);
  }

  public CommOptions withRecordedOperations(int count) {
    return with(draft -> draft.recordedOperations = count);
  }

  public CommOptions withSpin(Duration time) {
    return with(draft -> draft.spin = time);
  }

  public CommOptions withTransport(TransportOptions how) {
    return with(draft -> draft.transport = how);
  }

  public CommOptions withSharedMemory(SharedMemoryUse use) {
    return withTransport(transport.withSharedMemory(use));
  }

  public CommOptions withConnections(int count) {
    return withTransport(transport.withConnections(count));
  }

  /** The same with a change. */
  private CommOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options that are being changed. */
  private static final class Draft {
    private Duration operationTimeout;
    private Duration connectTimeout;
    private Duration heartbeatTimeout;
    private boolean encrypt;
    private boolean inJvm;
    private int firstPort;
    private int lastPort;
    private int segmentBytes;
    private LinkModel link;
    private ReduceOrder order;
    private int recordedOperations;
    private Duration spin;
    private TransportOptions transport;

    Draft(CommOptions of) {
      operationTimeout = of.operationTimeout;
      connectTimeout = of.connectTimeout;
      heartbeatTimeout = of.heartbeatTimeout;
      encrypt = of.encrypt;
      inJvm = of.inJvm;
      firstPort = of.firstPort;
      lastPort = of.lastPort;
      segmentBytes = of.segmentBytes;
      link = of.link;
      order = of.order;
      recordedOperations = of.recordedOperations;
      spin = of.spin;
      transport = of.transport;
    }

    CommOptions options() {
      return new CommOptions(
          operationTimeout,
          connectTimeout,
          heartbeatTimeout,
          encrypt,
          inJvm,
          firstPort,
          lastPort,
          segmentBytes,
          link,
          order,
          recordedOperations,
          spin,
          transport);
    }
  }
}
