package ai.cresset.parallel.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Collectives on tensors of any dimension and device. Nothing is recorded for gradients. */
public final class RankTensors {
  /** Elements that are sent together. */
  private static final long TOGETHER = 4 << 20;

  private RankTensors() {}

  /** Replaces a contiguous tensor by the combination of those of all ranks. */
  public static void allReduce(Tensor tensor, ReduceOp op, ProcessGroup group) {
    try (HostMirror mirror = new HostMirror(tensor)) {
      group.allReduce(mirror.fetch(), op);
      mirror.putBack();
    }
    tensor.storage().changed();
  }

  /** The sum of the tensors of all ranks, a new tensor. */
  public static Tensor sum(Tensor tensor, ProcessGroup group) {
    Tensor sum = tensor.detachedClone();
    allReduce(sum, ReduceOp.SUM, group);
    return sum;
  }

  /** Makes the random numbers of all ranks go on where those of the first one stand. */
  public static void shareRandomState(ProcessGroup group) {
    Generator.Key mine = Generator.current().state();
    byte[] bytes =
        ByteBuffer.allocate(2 * Long.BYTES).putLong(mine.seed()).putLong(mine.offset()).array();
    ByteBuffer first = ByteBuffer.wrap(group.broadcastBytes(bytes, 0));
    Generator.current().state(new Generator.Key(first.getLong(), first.getLong()));
  }

  /** Adds contiguous tensors over all ranks, in place, many with one collective. */
  public static void allReduceTogether(List<? extends Tensor> tensors, ProcessGroup group) {
    Map<DType, List<Tensor>> waiting = new EnumMap<>(DType.class);
    Map<DType, Long> elements = new EnumMap<>(DType.class);
    for (Tensor tensor : tensors) {
      DType type = tensor.dtype();
      waiting.computeIfAbsent(type, missing -> new ArrayList<>()).add(tensor);
      if (elements.merge(type, tensor.numel(), Long::sum) >= TOGETHER) {
        addUp(waiting.getOrDefault(type, List.of()), group);
        waiting.remove(type);
        elements.remove(type);
      }
    }
    waiting.values().forEach(rest -> addUp(rest, group));
  }

  private static void addUp(List<Tensor> tensors, ProcessGroup group) {
    if (tensors.size() == 1) {
      allReduce(tensors.get(0), ReduceOp.SUM, group);
      return;
    }
    long total = tensors.stream().mapToLong(Tensor::numel).sum();
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("sum over ranks")) {
      Tensor flat = Tensor.empty(tensors.get(0).spec().withShape(Shape.of(total)));
      long at = 0;
      for (Tensor tensor : tensors) {
        flat.narrow(0, at, tensor.numel()).copy_(tensor.reshape(-1));
        at += tensor.numel();
      }
      allReduce(flat, ReduceOp.SUM, group);
      at = 0;
      for (Tensor tensor : tensors) {
        tensor.copy_(flat.narrow(0, at, tensor.numel()).reshape(tensor.shape()));
        at += tensor.numel();
      }
    }
  }

  /**
   * The parts of all ranks beside each other along a dimension, a new tensor.
   *
   * @param whole places of all parts together, cut as {@link ShardSpec} cuts them
   */
  static Tensor gather(Tensor part, int dim, long whole, ProcessGroup group) {
    int size = group.size();
    long row = part.numel() / Math.max(1, part.size(dim));
    long[] counts = new long[size];
    for (int rank = 0; rank < size; rank++) {
      counts[rank] = row * length(whole, size, rank);
    }
    checkPart(part, dim, length(whole, size, group.rank()));
    try (Scope scope = Scope.open("gather")) {
      Tensor mine = part.detach().contiguous();
      Tensor all = Tensor.empty(part.spec().withShape(Shape.of(row * whole)));
      try (HostMirror from = new HostMirror(mine);
          HostMirror to = new HostMirror(all)) {
        group.allGather(from.fetch(), to.fetch(), counts);
        to.putBack();
      }
      all.storage().changed();
      if (dim == 0) {
        return scope.keep(all.reshape(part.shape().with(0, whole)));
      }
      Tensor result = Tensor.empty(part.spec().withShape(part.shape().with(dim, whole)));
      long at = 0;
      for (int rank = 0; rank < size; rank++) {
        long length = length(whole, size, rank);
        Tensor theirs = all.narrow(0, at, counts[rank]).reshape(part.shape().with(dim, length));
        result.narrow(dim, ShardSpec.start(whole, size, rank), length).copy_(theirs);
        at += counts[rank];
      }
      return scope.keep(result);
    }
  }

  /** This rank's part along a dimension of the sum of the tensors of all ranks, a new tensor. */
  static Tensor reduceScatter(Tensor tensor, int dim, ProcessGroup group) {
    int size = group.size();
    long whole = tensor.size(dim);
    Shape mine = tensor.shape().with(dim, length(whole, size, group.rank()));
    long row = tensor.numel() / Math.max(1, whole);
    long[] counts = new long[size];
    Tensor result = Tensor.empty(tensor.spec().withShape(mine));
    try (Scope scope = Scope.open("reduce and scatter")) {
      List<Tensor> parts = new ArrayList<>();
      for (int rank = 0; rank < size; rank++) {
        counts[rank] = row * length(whole, size, rank);
        parts.add(split(tensor, dim, size, rank));
      }
      Tensor ordered = dim == 0 ? tensor.detach().contiguous() : together(parts, tensor);
      try (HostMirror from = new HostMirror(ordered);
          HostMirror to = new HostMirror(result)) {
        group.reduceScatter(
            from.fetch(), to.fetch(), counts, ReduceOp.SUM, group.options().order());
        to.putBack();
      }
      result.storage().changed();
    }
    return result;
  }

  private static Tensor together(List<Tensor> parts, Tensor like) {
    Tensor all = Tensor.empty(like.spec().withShape(Shape.of(like.numel())));
    long at = 0;
    for (Tensor part : parts) {
      all.narrow(0, at, part.numel()).copy_(part.reshape(-1));
      at += part.numel();
    }
    return all;
  }

  /** A view of a rank's part along a dimension. */
  static Tensor split(Tensor tensor, int dim, int size, int rank) {
    long whole = tensor.size(dim);
    return tensor
        .detach()
        .narrow(dim, ShardSpec.start(whole, size, rank), length(whole, size, rank));
  }

  static long length(long whole, int size, int rank) {
    return ShardSpec.start(whole, size, rank + 1) - ShardSpec.start(whole, size, rank);
  }

  private static void checkPart(Tensor part, int dim, long expected) {
    if (part.size(dim) != expected) {
      throw ShapeException.mismatch(
          "gathering over ranks", expected + " places along dim " + dim, part.shape());
    }
  }
}
