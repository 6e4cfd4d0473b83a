package ai.cresset.parallel.checkpoint;

import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CheckpointException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work of one rank or of each, whose failure is thrown by all of them. */
final class JointWork {
  private static final String DONE = "+";
  private static final String FAILED = "-";

  private JointWork() {}

  /** Runs {@code body} on the first rank and returns its result on all. */
  static String coordinated(CheckpointPeers peers, Supplier<String> body) {
    RuntimeException mine = null;
    String outcome = "";
    if (peers.isCoordinator()) {
      try {
        outcome = DONE + body.get();
      } catch (RuntimeException e) {
        mine = e;
        outcome = FAILED + e.getMessage();
      }
    }
    String all = text(peers.broadcast(bytes(outcome)));
    if (mine != null) {
      throw mine;
    }
    if (all.startsWith(FAILED)) {
      throw CheckpointException.because(all.substring(FAILED.length()));
    }
    return all.substring(DONE.length());
  }

  /** Runs {@code body} on every rank; gives the file of each, in order of rank. */
  static List<TrainingState.@Nullable StoredFile> each(
      CheckpointPeers peers, Supplier<TrainingState.@Nullable StoredFile> body) {
    RuntimeException mine = null;
    String outcome;
    try {
      TrainingState.StoredFile file = body.get();
      outcome = file == null ? DONE : DONE + file.bytes() + " " + file.sha256();
    } catch (RuntimeException e) {
      mine = e;
      outcome = FAILED + e.getMessage();
    }
    List<byte[]> all = peers.gather(bytes(outcome));
    if (mine != null) {
      throw mine;
    }
    List<TrainingState.@Nullable StoredFile> files = new ArrayList<>();
    for (int rank = 0; rank < all.size(); rank++) {
      String text = text(all.get(rank));
      if (text.startsWith(FAILED)) {
        throw CheckpointException.because("rank " + rank + ": " + text.substring(FAILED.length()));
      }
      int space = text.indexOf(' ');
      files.add(
          space < 0
              ? null
              : new TrainingState.StoredFile(
                  Long.parseLong(text, DONE.length(), space, 10), text.substring(space + 1)));
    }
    return files;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
