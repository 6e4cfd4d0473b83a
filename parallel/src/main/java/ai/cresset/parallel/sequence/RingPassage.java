package ai.cresset.parallel.sequence;

import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Transfer;
import ai.cresset.parallel.comm.Work;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tensor of each rank on its way around a ring: what is here goes to the next rank while that of
 * the rank before comes in. Two buffers, whatever the number of ranks.
 */
final class RingPassage implements AutoCloseable {
  private final ProcessGroup group;
  private Tensor current;
  private @Nullable Tensor other;
  private final Tensor given;
  private @Nullable Work work;
  private @Nullable HostMirror leaving;
  private @Nullable HostMirror coming;

  /**
   * Begins with this rank's own.
   *
   * @param own contiguous; stays as it is, unless it is changed through {@link #current}
   */
  RingPassage(Tensor own, ProcessGroup group) {
    this.group = group;
    this.current = own;
    this.given = own;
  }

  /** What is here. */
  Tensor current() {
    return current;
  }

  /** Begins to move what is here, which is not changed any more. */
  void start() {
    Tensor place = other;
    if (place == null) {
      place = Scope.detach(Tensor.empty(current.spec()));
    }
    other = place;
    HostMirror out = new HostMirror(current);
    HostMirror in = new HostMirror(place);
    leaving = out;
    coming = in;
    int next = (group.rank() + 1) % group.size();
    int before = Math.floorMod(group.rank() - 1, group.size());
    work =
        group.exchangeAsync(
            List.of(
                new Transfer.Send(out.fetch(), next), new Transfer.Receive(in.fetch(), before)));
  }

  /** Waits until what was here is gone and the next has come. */
  void finish() {
    Work moving = work;
    HostMirror in = coming;
    Tensor arrived = other;
    if (moving == null || in == null || arrived == null) {
      throw new IllegalStateException("nothing is on its way");
    }
    moving.await();
    work = null;
    in.putBack();
    closeMirrors();
    arrived.storage().changed();
    // The caller's own tensor is never written to: the second buffer is made when it is free.
    other = current == given ? null : current;
    current = arrived;
  }

  private void closeMirrors() {
    if (leaving != null) {
      leaving.close();
      leaving = null;
    }
    if (coming != null) {
      coming.close();
      coming = null;
    }
  }

  /** Waits for what is on its way, and frees the buffers. */
  @Override
  public void close() {
    try {
      Work moving = work;
      if (moving != null) {
        work = null;
        moving.await();
      }
    } finally {
      closeMirrors();
      if (current != given) {
        current.close();
      }
      if (other != null && other != given) {
        other.close();
      }
    }
  }
}
