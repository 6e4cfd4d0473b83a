package ai.cresset.parallel.server;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What of one worker's changes was lost with a server, which went on from a snapshot.
 *
 * @param server which one
 * @param worker whose changes
 * @param step how many steps this worker had ended
 * @param snapshotStep the snapshot that it went on from; -1 if it began empty
 * @param firstStep the first step of which something is lost
 * @param lastStep the last one
 * @param pushes how many confirmed pushes are lost
 * @param rows how many gradients of rows, by table
 */
public record LostUpdates(
    int server,
    int worker,
    long step,
    long snapshotStep,
    long firstStep,
    long lastStep,
    long pushes,
    Map<String, Long> rows)
    implements Serializable {
  public LostUpdates {
    rows = new TreeMap<>(rows);
  }

  /** Whether the server had all that this worker has done. */
  public boolean isNothing() {
    return pushes == 0 && Math.max(0, snapshotStep) >= step;
  }

  @Override
  public String toString() {
    String from = snapshotStep < 0 ? "empty" : "from its snapshot of step " + snapshotStep;
    return pushes == 0
        ? "server "
            + server
            + " was lost and went on "
            + from
            + "; worker "
            + worker
            + " lost nothing"
        : "server "
            + server
            + " was lost and went on "
            + from
            + "; of worker "
            + worker
            + " it lost "
            + pushes
            + " pushes of steps "
            + firstStep
            + " to "
            + lastStep
            + ", gradients of rows by table: "
            + rows;
  }
}
