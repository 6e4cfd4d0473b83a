package ai.cresset.parallel.mesh;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes the ranks of a group begin with the same numbers. */
public final class InitialState {
  private static final int FIRST = 0;

  private InitialState() {}

  /**
   * Refuses tensors that differ in shape or type between ranks.
   *
   * @param what speaks, such as {@code data parallelism}
   * @throws CommunicationException that names the first difference
   */
  public static void check(String what, List<? extends Tensor> state, ProcessGroup group) {
    StringBuilder text = new StringBuilder();
    state.forEach(tensor -> text.append(tensor.spec()).append('\n'));
    check(what, text.toString(), group);
  }

  /**
   * Refuses descriptions of what ranks begin with that differ.
   *
   * @param text a line for each tensor
   * @throws CommunicationException that names the first difference
   */
  public static void check(String what, String text, ProcessGroup group) {
    byte[] mine = text.getBytes(StandardCharsets.UTF_8);
    List<byte[]> all = group.allGatherBytes(mine);
    for (int rank = 0; rank < all.size(); rank++) {
      String theirs = new String(all.get(rank), StandardCharsets.UTF_8);
      if (!theirs.contentEquals(text)) {
        throw CommunicationException.because(
            what
                + ": rank "
                + rank
                + " holds other parameters than rank "
                + group.rank()
                + "; "
                + firstDifference(text, theirs)
                + "; build the same model on every rank");
      }
    }
  }

  /** Copies a contiguous tensor of the first rank to all. */
  public static void broadcast(Tensor tensor, ProcessGroup group) {
    try (HostMirror mirror = new HostMirror(tensor)) {
      group.broadcast(mirror.fetch(), FIRST);
      mirror.putBack();
    }
    tensor.storage().changed();
  }

  private static String firstDifference(String mine, String theirs) {
    List<String> left = mine.lines().toList();
    List<String> right = theirs.lines().toList();
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!left.get(i).equals(right.get(i))) {
        return "number " + i + " is " + left.get(i) + " here and " + right.get(i) + " there";
      }
    }
    return left.size() + " here and " + right.size() + " there";
  }
}
