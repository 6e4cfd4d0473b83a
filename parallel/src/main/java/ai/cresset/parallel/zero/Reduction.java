package ai.cresset.parallel.zero;

import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Transfer;
import ai.cresset.parallel.comm.Work;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gradients on their way to the ranks that keep their parts. Each rank gets its part of every other
 * rank's gradient and adds them in the order of the ranks, as {@link
 * ai.cresset.parallel.comm.ReduceOrder#RANK_ORDER} does.
 */
final class Reduction {
  private final int rank;
  private final List<Sum> sums = new ArrayList<>();
  private final List<Tensor> views = new ArrayList<>();
  private final List<HostMirror> sent = new ArrayList<>();
  private final List<HostMirror> received = new ArrayList<>();
  private final Work work;

  /**
   * One parameter's gradient.
   *
   * @param whole this rank's; null if it has none to add
   * @param parts what each rank adds to this rank's part; null where a rank adds nothing, and for
   *     this rank
   */
  private record Sum(
      ShardedParameter member, @Nullable Tensor whole, List<@Nullable Tensor> parts) {}

  /**
   * Begins, and takes the gradients of the members.
   *
   * @param givers which ranks have gradients
   */
  Reduction(List<ShardedParameter> members, ProcessGroup group, boolean[] givers) {
    this.rank = group.rank();
    List<Transfer> transfers = new ArrayList<>();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("reduce")) {
      for (ShardedParameter member : members) {
        if (!member.isTrained()) {
          continue;
        }
        Tensor whole = givers[rank] ? member.giveGradient() : null;
        List<@Nullable Tensor> parts = new ArrayList<>();
        for (int peer = 0; peer < group.size(); peer++) {
          boolean other = peer != rank;
          if (other && whole != null && !member.box(peer).isEmpty()) {
            Tensor view = Scope.detach(member.box(peer).of(whole).handle());
            views.add(view);
            HostMirror mirror = new HostMirror(view);
            sent.add(mirror);
            transfers.add(new Transfer.Send(mirror.fetch(), peer));
          }
          Tensor part = null;
          if (other && givers[peer] && !member.box(rank).isEmpty()) {
            part = member.newPart();
            HostMirror mirror = new HostMirror(part);
            received.add(mirror);
            transfers.add(new Transfer.Receive(mirror.fetch(), peer));
          }
          parts.add(part);
        }
        sums.add(new Sum(member, whole, parts));
      }
    }
    this.work = group.exchangeAsync(transfers);
  }

  /** Waits, and adds to the parts that this rank keeps. */
  void finish() {
    try {
      work.await();
      received.forEach(HostMirror::putBack);
    } finally {
      sent.forEach(HostMirror::close);
      received.forEach(HostMirror::close);
      views.forEach(Tensor::close);
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("reduce")) {
      for (Sum sum : sums) {
        Tensor total = total(sum);
        if (total != null) {
          sum.member().add(total);
        }
        if (sum.whole() != null) {
          sum.whole().close();
        }
      }
    }
  }

  private @Nullable Tensor total(Sum sum) {
    Tensor total = null;
    for (int giver = 0; giver < sum.parts().size(); giver++) {
      Tensor part = sum.parts().get(giver);
      Tensor whole = sum.whole();
      if (giver == rank && whole != null) {
        Tensor mine = sum.member().box(rank).of(whole);
        if (total == null) {
          total = Scope.detach(mine.detachedClone());
        } else {
          total.add_(mine);
        }
      } else if (part != null) {
        if (total == null) {
          total = part;
        } else {
          total.add_(part);
          part.close();
        }
      }
    }
    return total;
  }
}
