package ai.cresset.parallel.comm;

import ai.cresset.error.ConfigException;
import ai.cresset.parallel.comm.shm.SharedMemoryAgreement;

/**
 * How bytes travel between two ranks.
 *
 * @param sharedMemory whether processes of one host share memory
 * @param ringBytes the memory of each direction between two of them; less is taken when {@code
 *     /dev/shm} is small
 * @param connections TCP connections between two ranks; large messages are spread over all of them,
 *     which fills networks that one connection does not
 */
public record TransportOptions(SharedMemoryUse sharedMemory, int ringBytes, int connections) {
  /** Shared memory where it works, 1 MiB in each direction; one connection otherwise. */
  public static final TransportOptions DEFAULT =
      new TransportOptions(SharedMemoryUse.AUTOMATIC, 1 << 20, 1);

  private static final int MAX_RING_BYTES = 1 << 26;
  private static final int MAX_CONNECTIONS = 64;

  public TransportOptions {
    if (ringBytes < SharedMemoryAgreement.MIN_RING_BYTES
        || ringBytes > MAX_RING_BYTES
        || ringBytes % 64 != 0) {
      throw ConfigException.value(
          "comm.ringBytes",
          ringBytes,
          "a multiple of 64 from "
              + SharedMemoryAgreement.MIN_RING_BYTES
              + " to "
              + MAX_RING_BYTES);
    }
    if (connections < 1 || connections > MAX_CONNECTIONS) {
      throw ConfigException.value("comm.connections", connections, "1 to " + MAX_CONNECTIONS);
    }
  }

  public TransportOptions withSharedMemory(SharedMemoryUse use) {
    return new TransportOptions(use, ringBytes, connections);
  }

  public TransportOptions withRingBytes(int bytes) {
    return new TransportOptions(sharedMemory, bytes, connections);
  }

  public TransportOptions withConnections(int count) {
    return new TransportOptions(sharedMemory, ringBytes, count);
  }
}
