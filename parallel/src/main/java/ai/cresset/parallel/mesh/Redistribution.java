package ai.cresset.parallel.mesh;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Transfer;
import ai.cresset.parallel.mesh.Placement.Partial;
import ai.cresset.parallel.mesh.Placement.Replicate;
import ai.cresset.parallel.mesh.Placement.Shard;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves a tensor from one layout to another. Called by all ranks of the group in the same order.
 * Nothing is recorded for gradients.
 */
public final class Redistribution {
  private Redistribution() {}

  /**
   * What a rank holds before.
   *
   * @param boxes its pieces
   * @param gives whether it is the one to give it: the first of those that hold the same, so that
   *     each element comes once
   */
  private record Part(List<Box> boxes, boolean gives) {}

  /**
   * From any cut over a mesh to any other: each part goes from the first rank that holds it to
   * every rank that wants it, in one exchange.
   *
   * @param local this rank's part under {@code from}
   * @return this rank's part under {@code to}, a new tensor on the device of {@code local}
   */
  public static Tensor redistribute(Tensor local, ShardSpec from, ShardSpec to, DeviceMesh mesh) {
    if (!from.global().equals(to.global())) {
      throw ShapeException.mismatch("redistribute", "the same whole, " + from.global(), to);
    }
    ParallelDims dims = mesh.dims();
    List<Part> before = new ArrayList<>();
    List<List<Box>> after = new ArrayList<>();
    for (int rank = 0; rank < dims.worldSize(); rank++) {
      MeshCoordinates there = dims.coordinates(rank);
      before.add(new Part(from.boxes(dims, there), from.writes(dims, there)));
      after.add(to.boxes(dims, there));
    }
    return exchange(local, before, after, mesh.world());
  }

  /**
   * From one placement to another along one axis.
   *
   * @param local what this rank holds
   * @param whole the shape of what the ranks along the axis hold together
   * @return what this rank holds afterwards, a new tensor
   */
  public static Tensor along(
      MeshAxis axis, DeviceMesh mesh, Tensor local, Shape whole, Placement from, Placement to) {
    ProcessGroup group = mesh.group(axis);
    if (from instanceof Partial partial) {
      return combine(axis, mesh, local, whole, partial.op(), to);
    }
    if (to instanceof Partial partial) {
      return divide(axis, mesh, local, whole, from, partial.op());
    }
    ParallelDims dims = ParallelDims.SINGLE.with(axis, group.size());
    ShardSpec source = spec(axis, whole, from);
    ShardSpec target = spec(axis, whole, to);
    List<Part> before = new ArrayList<>();
    List<List<Box>> after = new ArrayList<>();
    for (int place = 0; place < group.size(); place++) {
      MeshCoordinates there = MeshCoordinates.ORIGIN.with(axis, place);
      before.add(new Part(source.boxes(dims, there), source.writes(dims, there)));
      after.add(target.boxes(dims, there));
    }
    return exchange(local, before, after, group);
  }

  private static ShardSpec spec(MeshAxis axis, Shape whole, Placement placement) {
    return placement instanceof Shard shard
        ? ShardSpec.split(whole, shard.dim(), axis)
        : ShardSpec.replicated(whole);
  }

  /** Replaces partial values by what they are together. */
  private static Tensor combine(
      MeshAxis axis, DeviceMesh mesh, Tensor local, Shape whole, ReduceOp op, Placement to) {
    if (to instanceof Partial partial && partial.op() == op) {
      return local.detachedClone();
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("redistribute")) {
      Tensor sum = local.detachedClone();
      try (HostMirror mirror = new HostMirror(sum)) {
        mesh.group(axis).allReduce(mirror.fetch(), op);
        mirror.putBack();
      }
      sum.storage().changed();
      Tensor result = along(axis, mesh, sum, whole, new Replicate(), to);
      return scope.keep(result);
    }
  }

  /** Makes partial values of a whole: the first rank holds it, the others what changes nothing. */
  private static Tensor divide(
      MeshAxis axis, DeviceMesh mesh, Tensor local, Shape whole, Placement from, ReduceOp op) {
    if (op != ReduceOp.SUM && op != ReduceOp.PRODUCT) {
      throw ConfigException.value("redistribution to partial values", op, "sum or product");
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("redistribute")) {
      Tensor all = along(axis, mesh, local, whole, from, new Replicate());
      if (mesh.group(axis).rank() != 0) {
        all.fill_(op == ReduceOp.SUM ? 0 : 1);
      }
      return scope.keep(all);
    }
  }

  private static Tensor exchange(
      Tensor local, List<Part> before, List<List<Box>> after, ProcessGroup group) {
    Part mine = before.get(group.rank());
    List<Box> wanted = after.get(group.rank());
    if (!local.shape().equals(shape(mine.boxes()))) {
      throw ShapeException.mismatch("redistribute", "this rank's part, " + mine, local.shape());
    }
    List<HostMirror> mirrors = new ArrayList<>();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("redistribute")) {
      Tensor held = local.detach().to(Device.CPU);
      Tensor result = Tensor.empty(new Spec(shape(wanted), local.dtype(), Device.CPU));
      List<Tensor> sources = Box.views(mine.boxes(), held);
      List<Tensor> targets = Box.views(wanted, result);
      List<Transfer> transfers = new ArrayList<>();
      List<Runnable> arrivals = new ArrayList<>();
      for (int peer = 0; peer < group.size(); peer++) {
        for (int i = 0; mine.gives() && i < sources.size(); i++) {
          Box source = mine.boxes().get(i);
          for (Box target : after.get(peer)) {
            Box sent = source.intersect(target);
            if (peer != group.rank() && !sent.isEmpty()) {
              Tensor part = sent.within(source).of(sources.get(i)).detachedClone();
              HostMirror mirror = new HostMirror(part);
              mirrors.add(mirror);
              transfers.add(new Transfer.Send(mirror.fetch(), peer));
            }
          }
        }
        Part theirs = before.get(peer);
        for (int i = 0; theirs.gives() && i < theirs.boxes().size(); i++) {
          for (int j = 0; j < targets.size(); j++) {
            Box source = theirs.boxes().get(i);
            Box received = source.intersect(wanted.get(j));
            if (received.isEmpty()) {
              continue;
            }
            Tensor place = received.within(wanted.get(j)).of(targets.get(j));
            if (peer == group.rank()) {
              place.copy_(received.within(source).of(sources.get(i)));
              continue;
            }
            Tensor part = Tensor.empty(new Spec(received.shape(), local.dtype(), Device.CPU));
            HostMirror mirror = new HostMirror(part);
            mirrors.add(mirror);
            transfers.add(new Transfer.Receive(mirror.fetch(), peer));
            arrivals.add(() -> place.copy_(part));
          }
        }
      }
      group.exchange(transfers);
      arrivals.forEach(Runnable::run);
      return scope.keep(result.to(local.device()));
    } finally {
      mirrors.forEach(HostMirror::close);
    }
  }

  /** The shape of pieces below each other. */
  private static Shape shape(List<Box> pieces) {
    Shape first = pieces.get(0).shape();
    return pieces.size() == 1
        ? first
        : first.with(0, pieces.stream().mapToLong(piece -> piece.shape().size(0)).sum());
  }
}
