package ai.cresset.parallel.zero;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.Absent;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.MeshCoordinates;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of a model, of which this rank keeps a part. The optimizer changes the part; the
 * model reads the parameter, which holds all elements while it must.
 */
final class ShardedParameter implements AutoCloseable {
  private final String name;
  private final Parameter parameter;
  private final ShardSpec spec;
  private final DType own;
  private final DType computed;
  private final DType reduced;
  private final boolean trained;
  private final Absent absent;
  private final List<Box> boxes = new ArrayList<>();
  private final int rank;
  private final Tensor local;
  private @Nullable Tensor whole;
  private @Nullable Tensor gradient;
  private @Nullable Tensor sum;
  private boolean used;

  /**
   * Cuts a parameter that has the same elements on every rank.
   *
   * @param absent what the parameter holds while its elements are not here
   * @param group the ranks that share it
   */
  ShardedParameter(
      String name, Parameter parameter, ZeroOptions options, Absent absent, ProcessGroup group) {
    this.name = name;
    this.parameter = parameter;
    this.absent = absent;
    this.rank = group.rank();
    this.own = parameter.dtype();
    this.computed = options.precision().parameters(own);
    this.reduced = options.precision().reduction(own);
    this.trained = parameter.requiresGrad();
    this.spec = ShardSpec.rows(parameter.shape(), MeshAxis.SHARD);
    ParallelDims dims = ParallelDims.of(1, group.size());
    for (int each = 0; each < group.size(); each++) {
      boxes.add(spec.box(dims, MeshCoordinates.ORIGIN.with(MeshAxis.SHARD, each)));
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("shard " + name)) {
      if (!parameter.isContiguous()) {
        parameter.data(parameter.detachedClone());
      }
      Tensor mine = boxes.get(rank).of(parameter.detach());
      boolean shares = !options.cutsParameters() && computed == own;
      Tensor kept = shares ? mine : mine.detachedClone();
      local = trained ? new Parameter(kept) : Scope.detach(kept.handle());
      if (options.cutsParameters()) {
        parameter.data(absent.like(parameter.shape(), own));
      } else {
        whole = Scope.detach(parameter.detach().to(computed).handle());
        parameter.data(parameter.detach().to(computed));
      }
    }
  }

  String name() {
    return name;
  }

  Parameter parameter() {
    return parameter;
  }

  ShardSpec spec() {
    return spec;
  }

  boolean isTrained() {
    return trained;
  }

  /** Whether ranks hold different parts of it. */
  boolean isCut() {
    return boxes.size() > 1 && !spec.axes().isEmpty();
  }

  /** The part of a rank. */
  Box box(int of) {
    return boxes.get(of);
  }

  /** This rank's part: a leaf if it is trained. */
  Tensor local() {
    return local;
  }

  DType reduced() {
    return reduced;
  }

  /** Bytes of this rank's part. */
  long localBytes() {
    return local.numel() * own.bytes();
  }

  /** Bytes of all elements while the model runs. */
  long wholeBytes() {
    return parameter.numel() * computed.bytes();
  }

  // ---- elements ----

  /** This rank's part in the type that the model computes in; the caller closes it. */
  Tensor source() {
    return Scope.detach(local.detach().to(computed).handle());
  }

  /** All elements, made if there were none; this rank's own are in place. */
  Tensor gathering(Tensor source) {
    Tensor all = whole;
    if (all == null) {
      all = Scope.detach(Tensor.empty(new Spec(parameter.shape(), computed, parameter.device())));
      whole = all;
    }
    if (source.storage() != all.storage()) {
      boxes.get(rank).of(all).copy_(source);
    }
    return all;
  }

  /** All elements have come: the parameter holds them. */
  void gathered() {
    Tensor all = whole();
    all.storage().changed();
    parameter.data(all);
  }

  /** All elements, which are here. */
  Tensor whole() {
    Tensor all = whole;
    if (all == null) {
      throw new IllegalStateException(name + " is not gathered");
    }
    return all;
  }

  /** Gives up the elements of other ranks. */
  void scatter() {
    if (whole != null) {
      try (Scope scope = Scope.open("reshard")) {
        parameter.data(absent.like(parameter.shape(), own));
      }
      whole.close();
      whole = null;
    }
  }

  // ---- gradients ----

  /** Takes over the gradient that a backward pass left in the parameter. */
  void takeGradient() {
    Tensor incoming = parameter.grad();
    if (incoming == null) {
      return;
    }
    used = true;
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("gradient of " + name)) {
      Tensor added = incoming.to(reduced);
      if (gradient == null) {
        gradient = Scope.detach(added.isContiguous() ? added.handle() : added.detachedClone());
      } else {
        gradient.add_(added);
      }
    }
    parameter.zeroGrad();
  }

  /** Whether a gradient came in this step. */
  boolean isUsed() {
    return used;
  }

  /** The gradient of the whole parameter, which has come. */
  Tensor pending() {
    if (gradient == null) {
      throw new IllegalStateException(name + " has no gradient yet");
    }
    return gradient;
  }

  /** Hands out the gradient of the whole parameter; zeros if none came. The caller closes it. */
  Tensor giveGradient() {
    Tensor given = gradient;
    gradient = null;
    return given != null
        ? given
        : Scope.detach(Tensor.zeros(new Spec(parameter.shape(), reduced, parameter.device())));
  }

  /** Room for what another rank adds to this rank's part of the gradient; the caller closes it. */
  Tensor newPart() {
    return Scope.detach(
        Tensor.empty(new Spec(boxes.get(rank).shape(), reduced, parameter.device())));
  }

  /** Adds to this rank's part of the gradient, and takes it over. */
  void add(Tensor part) {
    if (sum == null) {
      sum = part;
    } else {
      sum.add_(part);
      part.close();
    }
  }

  /** This rank's part of the gradient, summed over ranks and micro-batches. */
  Tensor sum() {
    if (sum == null) {
      sum = Scope.detach(Tensor.zeros(new Spec(local.shape(), reduced, parameter.device())));
    }
    return sum;
  }

  /** Gives the part of the gradient, divided by the weight of the step, to the optimizer. */
  void publish(double weight) {
    Tensor part = sum();
    sum = null;
    try (Scope scope = Scope.open("gradient of " + name)) {
      part.mul_(1 / weight);
      local.grad(Scope.detach(part.to(own).handle()));
    }
    part.close();
  }

  /** Forgets all gradients. */
  void forgetGradients() {
    used = false;
    parameter.zeroGrad();
    local.zeroGrad();
    if (gradient != null) {
      gradient.close();
      gradient = null;
    }
    if (sum != null) {
      sum.close();
      sum = null;
    }
  }

  /** The parameter keeps what it holds now. */
  @Override
  public void close() {
    forgetGradients();
    if (whole != null) {
      whole.close();
      whole = null;
    }
    local.close();
  }
}
