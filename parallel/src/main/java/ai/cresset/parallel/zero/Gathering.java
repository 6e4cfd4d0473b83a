package ai.cresset.parallel.zero;

import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.Transfer;
import ai.cresset.parallel.comm.Work;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Parameters on their way to be whole. Parts of any size, also empty ones, go straight from the
 * rank that keeps them to their places: nothing is padded or staged.
 */
final class Gathering {
  private final List<ShardedParameter> members;
  private final boolean receives;
  private final List<Tensor> views = new ArrayList<>();
  private final List<HostMirror> sent = new ArrayList<>();
  private final List<HostMirror> received = new ArrayList<>();
  private final Work work;

  /**
   * Begins.
   *
   * @param receivers which ranks want the whole; the others only give
   */
  Gathering(List<ShardedParameter> members, ProcessGroup group, boolean[] receivers) {
    this.members = members;
    int rank = group.rank();
    this.receives = receivers[rank];
    List<Transfer> transfers = new ArrayList<>();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("gather")) {
      for (ShardedParameter member : members) {
        Tensor source = member.source();
        views.add(source);
        Tensor whole = receives ? member.gathering(source) : source;
        for (int peer = 0; member.isCut() && peer < group.size(); peer++) {
          if (peer == rank) {
            continue;
          }
          if (receivers[peer] && source.numel() > 0) {
            HostMirror mirror = new HostMirror(source);
            sent.add(mirror);
            transfers.add(new Transfer.Send(mirror.fetch(), peer));
          }
          if (receives && !member.box(peer).isEmpty()) {
            HostMirror mirror = new HostMirror(view(member.box(peer), whole));
            received.add(mirror);
            transfers.add(new Transfer.Receive(mirror.fetch(), peer));
          }
        }
      }
    }
    this.work = group.exchangeAsync(transfers);
  }

  private Tensor view(Box box, Tensor whole) {
    Tensor view = Scope.detach(box.of(whole).handle());
    views.add(view);
    return view;
  }

  /** Waits until all parts have come. */
  void finish() {
    try {
      work.await();
      received.forEach(HostMirror::putBack);
      if (receives) {
        members.forEach(ShardedParameter::gathered);
      }
    } finally {
      sent.forEach(HostMirror::close);
      received.forEach(HostMirror::close);
      views.forEach(Tensor::close);
    }
  }
}
