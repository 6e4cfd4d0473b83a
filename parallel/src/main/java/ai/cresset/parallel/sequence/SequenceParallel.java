package ai.cresset.parallel.sequence;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.attention.CausalSelfAttention;
import ai.cresset.nn.attention.MultiheadAttention;
import ai.cresset.nn.functional.TensorPart;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.InitialState;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.tensor.RankTensors;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model of which each rank of the mesh axis {@code sequence} computes some positions, for
 * contexts that are longer than one rank holds. Every rank has all parameters (or the same part of
 * them):
 *
 * <pre>{@code
 * SequenceParallel parallel = SequenceParallel.apply(gpt, SequencePlan.gpt(RING), mesh);
 * Loss loss = gpt.loss(parallel.part(tokens), parallel.part(targets));
 * loss.sum().backward();
 * parallel.synchronize();
 * double[] total = parallel.sum(loss.sum().item(), loss.weight());
 * }</pre>
 *
 * <p>Losses and gradients of a rank are those of its positions, to be added over the axis as over
 * samples. Ranks of the axis begin with the same sequences and draw the same random numbers.
 * Confined to the rank's thread.
 */
public final class SequenceParallel implements AutoCloseable {
  /** Of tokens {@code [batch, length]} and activations {@code [batch, length, features]}. */
  private static final int POSITIONS = 1;

  private final Module model;
  private final ProcessGroup group;
  private final boolean zigZag;
  private final List<HookHandle> hooks = new ArrayList<>();

  private SequenceParallel(Module model, ProcessGroup group, boolean zigZag) {
    this.model = model;
    this.group = group;
    this.zigZag = zigZag;
  }

  /**
   * Makes a model work on this rank's positions, after making all ranks of the axis start from its
   * first rank's parameters, buffers and random numbers. Comes before tensor parallelism, which
   * divides further. An axis of size 1 changes nothing.
   *
   * @throws ConfigException if the model has other attention than {@link CausalSelfAttention}, or
   *     the plan does not fit it
   */
  public static SequenceParallel apply(Module model, SequencePlan plan, DeviceMesh mesh) {
    return apply(model, plan, mesh, null);
  }

  /**
   * The same for a model that was built without elements.
   *
   * @param deferred has built the model, on all ranks from the same random numbers; gives it its
   *     elements afterwards
   * @throws ai.cresset.error.CommunicationException if ranks drew different random numbers
   */
  public static SequenceParallel apply(
      Module model, SequencePlan plan, DeviceMesh mesh, @Nullable DeferredInit deferred) {
    ProcessGroup group = mesh.group(MeshAxis.SEQUENCE);
    boolean ring = plan.attention() == AttentionKind.RING;
    SequenceParallel made = new SequenceParallel(model, group, ring);
    Map<String, Module> modules = model.namedModules();
    List<Embedding> positions = new ArrayList<>();
    for (String name : plan.positions()) {
      if (!(modules.get(name) instanceof Embedding embedding)) {
        throw ConfigException.because(
            "sequence plan: there is no embedding '" + name + "'; there are " + modules.keySet());
      }
      positions.add(embedding);
    }
    if (group.size() == 1) {
      return made;
    }
    refuse(modules);
    List<Tensor> state = new ArrayList<>(model.parameters());
    state.addAll(model.namedBuffers().values());
    InitialState.check("sequence parallelism", state, group);
    if (deferred != null) {
      InitialState.check("sequence parallelism", deferred.fingerprint(model), group);
    }
    for (Tensor each : state) {
      if (deferred != null && each instanceof Parameter waiting && deferred.isWaiting(waiting)) {
        continue;
      }
      if (each instanceof Parameter parameter && !each.isContiguous()) {
        parameter.data(each.detachedClone());
      }
      InitialState.broadcast(each, group);
    }
    RankTensors.shareRandomState(group);
    positions.forEach(
        each -> made.hooks.add(each.registerForwardPreHook((owner, in) -> made.numbers(each, in))));
    for (Module module : modules.values()) {
      if (module instanceof CausalSelfAttention attention) {
        made.hooks.add(
            attention.attendWith(ring ? new RingAttention(group) : new HeadExchange(group)));
      } else if (module instanceof Dropout dropout) {
        made.hooks.add(dropout.partOf(made::place));
      }
    }
    return made;
  }

  private static void refuse(Map<String, Module> modules) {
    int count = 0;
    for (Map.Entry<String, Module> each : modules.entrySet()) {
      if (each.getValue() instanceof MultiheadAttention) {
        throw ConfigException.because(
            "sequence parallelism: '"
                + each.getKey()
                + "' is MultiheadAttention, which sees this rank's positions only; use"
                + " CausalSelfAttention, or set parallel.sequence to 1");
      }
      if (each.getValue() instanceof CausalSelfAttention attention) {
        count++;
        if (attention.isDivided()) {
          throw ConfigException.because(
              "sequence parallelism: the heads of '"
                  + each.getKey()
                  + "' are divided already; apply SequenceParallel before TensorParallel");
        }
      }
    }
    if (count == 0) {
      throw ConfigException.because(
          "sequence parallelism: the model has no CausalSelfAttention, so its positions do not see"
              + " each other; use data parallelism");
    }
  }

  private List<Tensor> numbers(Embedding embedding, List<Tensor> inputs) {
    Tensor own = inputs.get(0);
    SequenceLayout layout = layout(own.size(0) * group.size());
    if (layout.length() > embedding.weight().size(0)) {
      throw ConfigException.because(
          "sequence parallelism: the sequence has "
              + layout.length()
              + " positions over all ranks, but the model has "
              + embedding.weight().size(0));
    }
    return List.of(layout.positions(group.rank(), own.device()));
  }

  private TensorPart place(TensorPart part) {
    SequenceLayout layout = layout(part.whole().size(POSITIONS) * group.size());
    return part.within(POSITIONS, layout.length(), layout.runs(group.rank()));
  }

  /** How sequences of this many positions are divided. */
  public SequenceLayout layout(long length) {
    return new SequenceLayout(length, group.size(), zigZag && group.size() > 1);
  }

  /** This rank's part of tokens or targets {@code [batch, length, ...]}. */
  public Tensor part(Tensor whole) {
    return layout(whole.size(POSITIONS)).part(whole, POSITIONS, group.rank());
  }

  /** Adds the gradients of all parameters over the axis. Called by all ranks, once a step. */
  public void synchronize() {
    synchronize(model.namedParameters());
  }

  /** The same where gradients are kept with other leaves. */
  public void synchronize(Map<String, ? extends Tensor> leaves) {
    if (group.size() == 1) {
      return;
    }
    List<Tensor> gradients = new ArrayList<>();
    for (Tensor leaf : leaves.values()) {
      Tensor gradient = leaf.grad();
      if (gradient != null) {
        gradients.add(gradient);
      }
    }
    RankTensors.allReduceTogether(gradients, group);
  }

  /** Adds numbers over the axis, such as sums and weights of losses. */
  public double[] sum(double... values) {
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("sum")) {
      Tensor total = Tensor.of(values, values.length);
      RankTensors.allReduce(total, ReduceOp.SUM, group);
      return total.toDoubleArray();
    }
  }

  /** The model works on whole sequences again. */
  @Override
  public void close() {
    hooks.forEach(HookHandle::close);
    hooks.clear();
  }
}
