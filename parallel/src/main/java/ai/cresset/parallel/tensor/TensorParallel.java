package ai.cresset.parallel.tensor;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.InitialState;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model whose layers are divided over the ranks of the mesh axis {@code tensor}. Its modules and
 * names stay; its parameters hold this rank's parts, which {@link #layout} describes:
 *
 * <pre>{@code
 * TensorParallel parallel = TensorParallel.apply(gpt, TensorPlan.gpt(), mesh);
 * Optimizer optimizer = new AdamW(gpt.namedParameters(), 1e-3);
 * Loss loss = gpt.loss(tokens, targets);  // the same on all ranks of the axis
 * loss.sum().backward();
 * parallel.synchronize();
 * double norm = GradientNorm.of(gpt.namedParameters(), parallel.layout(), mesh);
 * }</pre>
 *
 * <p>Ranks of the axis work on the same samples, in the same order of calls, and draw the same
 * random numbers; what they compute alike has the same bits on all of them. Confined to the rank's
 * thread.
 */
public final class TensorParallel implements AutoCloseable {
  private final DeviceMesh mesh;
  private final ProcessGroup group;
  private final ParameterCut cut;
  private final List<HookHandle> hooks;
  private final WholeScores scores;
  private final Map<String, Parameter> partial;

  private TensorParallel(
      DeviceMesh mesh,
      ParameterCut cut,
      List<HookHandle> hooks,
      WholeScores scores,
      Map<String, Parameter> partial) {
    this.mesh = mesh;
    this.group = mesh.group(MeshAxis.TENSOR);
    this.cut = cut;
    this.hooks = hooks;
    this.scores = scores;
    this.partial = partial;
  }

  /**
   * Divides a model, after making all ranks of the axis start from its first rank's parameters,
   * buffers and random numbers. An axis of size 1 changes nothing. Comes before whatever keeps hold
   * of parameters or gradients: optimizers, data parallelism, ZeRO.
   *
   * @throws ConfigException if the plan does not fit the model, or a size is not divisible; nothing
   *     was changed
   * @throws ai.cresset.error.CommunicationException if ranks hold different shapes
   */
  public static TensorParallel apply(Module model, TensorPlan plan, DeviceMesh mesh) {
    return apply(model, plan, mesh, null);
  }

  /**
   * The same for a model that was built without elements, so that no rank ever holds all of them.
   *
   * @param deferred has built the model, on all ranks from the same random numbers; gives it its
   *     elements afterwards
   * @throws ai.cresset.error.CommunicationException if ranks drew different random numbers
   */
  public static TensorParallel apply(
      Module model, TensorPlan plan, DeviceMesh mesh, @Nullable DeferredInit deferred) {
    ProcessGroup group = mesh.group(MeshAxis.TENSOR);
    Map<String, TensorPlan.Entry> entries = plan.match(model);
    ParameterCut cut = new ParameterCut(model, mesh);
    WholeScores scores = new WholeScores(group);
    ModuleDivision division = new ModuleDivision(plan.sequenceParallel(), group, cut, scores);
    entries.forEach((name, entry) -> division.plan(name, entry.module(), entry.style()));
    if (group.size() == 1) {
      return new TensorParallel(mesh, cut, List.of(), scores, Map.of());
    }
    List<Tensor> state = new ArrayList<>(model.parameters());
    state.addAll(model.namedBuffers().values());
    InitialState.check("tensor parallelism", state, group);
    model.namedBuffers().values().forEach(buffer -> InitialState.broadcast(buffer, group));
    if (deferred != null) {
      InitialState.check("tensor parallelism", deferred.fingerprint(model), group);
    }
    RankTensors.shareRandomState(group);
    cut.run(deferred);
    List<HookHandle> hooks = new ArrayList<>();
    entries.forEach((name, entry) -> hooks.addAll(division.divide(entry.module(), entry.style())));
    Map<String, Parameter> partial = new LinkedHashMap<>(model.namedParameters());
    partial.values().removeIf(each -> !division.hasPartialGradient(each));
    return new TensorParallel(mesh, cut, hooks, scores, partial);
  }

  /** How the parameters are cut, and the state of an optimizer over them. */
  public ShardLayout layout() {
    return new ShardLayout(mesh.dims(), cut.specs());
  }

  /** How one parameter is cut, by its name. */
  public ShardSpec spec(String name) {
    return layout().spec(name);
  }

  /**
   * Adds up gradients of which each rank of the axis has computed a part, with sequence
   * parallelism; otherwise does nothing. Called by all ranks once a step, after its last backward
   * and before gradients are looked at. Whether other sums, such as over samples, come before or
   * after makes no difference.
   */
  public void synchronize() {
    synchronize(partial);
  }

  /**
   * The same where gradients are kept with other leaves, such as parts of the parameters.
   *
   * @param leaves by the names of the parameters; those that need nothing are passed over
   */
  public void synchronize(Map<String, ? extends Tensor> leaves) {
    List<Tensor> gradients = new ArrayList<>();
    for (String name : partial.keySet()) {
      Tensor leaf = leaves.get(name);
      Tensor gradient = leaf == null ? null : leaf.grad();
      if (gradient != null) {
        gradients.add(gradient);
      }
    }
    RankTensors.allReduceTogether(gradients, group);
  }

  /** Makes the scores whole on every rank, for generation, until the result is closed. */
  public HookHandle wholeLogits() {
    scores.wanted(true);
    return () -> scores.wanted(false);
  }

  /**
   * Refuses an optimizer that cannot work on parts.
   *
   * @throws ConfigException naming it
   */
  public void check(Optimizer optimizer) {
    if (group.size() > 1 && !optimizer.isElementwise()) {
      throw ConfigException.because(
          optimizer.getClass().getSimpleName()
              + " looks at whole tensors and cannot work on parts of them; use an optimizer that"
              + " changes each element by itself (Adam, AdamW, Sgd, ...), or set parallel.tensor to"
              + " 1");
    }
  }

  /** Ends the hooks. Parameters stay cut, so the model cannot be used by itself afterwards. */
  @Override
  public void close() {
    hooks.forEach(HookHandle::close);
  }

  /** What is divided, one parameter in a line. */
  @Override
  public String toString() {
    return cut.toString();
  }
}
