package ai.cresset.parallel.launch;

import java.io.Serializable;

/**
 * What a worker process reads from its standard input: nothing of it may be seen in a list of
 * processes.
 *
 * @param worker the serialized {@link Worker}
 */
record WorkerAssignment(
    int rank,
    int worldSize,
    int attempt,
    int cores,
    String deviceKind,
    int deviceIndex,
    String host,
    String store,
    byte[] secret,
    long rendezvousMillis,
    byte[] worker)
    implements Serializable {
  @Override
  public String toString() {
    return "rank " + rank + " of " + worldSize + ", attempt " + attempt;
  }
}
