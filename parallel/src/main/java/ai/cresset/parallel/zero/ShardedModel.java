package ai.cresset.parallel.zero;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DivergenceException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Storage;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Optimizer;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.comm.Slice;
import ai.cresset.parallel.comm.Work;
import ai.cresset.parallel.mesh.Absent;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.GradientNorm;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.parallel.mesh.InitialState;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.tensor.autograd.SavedTensorHooks;
import ai.cresset.tensor.autograd.SavedTensorHooks.Packed;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import ai.cresset.type.Strides;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model whose training state is cut over the ranks of the mesh axis {@code shard}; ranks along
 * {@code data} hold the same parts and other samples. The model's modules, names and parameters
 * stay what they are; the optimizer works on the parts:
 *
 * <pre>{@code
 * ShardedModel sharded = new ShardedModel(model, mesh, ZeroOptions.of(ZeroStage.PARAMETERS));
 * Optimizer optimizer = new AdamW(sharded.parameters(), 1e-3);
 * sharded.attach(optimizer);
 * sharded.beginStep();
 * Loss loss = model.loss(tokens, targets);
 * sharded.backward(loss.sum(), true);
 * sharded.finishStep(loss.sum().item(), loss.weight());
 * optimizer.step();
 * }</pre>
 *
 * <p>Ranks may run the model on any number of micro-batches, also on none: in {@link #finishStep}
 * and {@link #synchronize} they take part in what the others still do. Buffers are those of each
 * rank, equal at first. Confined to the rank's thread.
 */
public final class ShardedModel implements AutoCloseable {
  private final ZeroOptions options;
  private final DeviceMesh mesh;
  private final ProcessGroup group;
  private final List<ShardUnit> units;
  private final Map<String, ShardedParameter> members = new LinkedHashMap<>();
  private final Map<Storage, ShardUnit> elements = new IdentityHashMap<>();
  private final List<HookHandle> hooks = new ArrayList<>();
  private final Passes passes;
  private final Absent absent;
  private final Set<ShardUnit> complete = new HashSet<>();
  private final boolean[] everyone;
  private @Nullable Optimizer optimizer;
  private GradMode.@Nullable Restore saving;
  private @Nullable Reduction reduction;
  private int calls;
  private int nextToReduce;
  private boolean backward;
  private boolean last = true;
  private boolean ran;

  /**
   * Makes all ranks start from rank 0's parameters and buffers, and cuts them.
   *
   * @throws ai.cresset.error.CommunicationException if ranks hold different shapes
   */
  public ShardedModel(Module model, DeviceMesh mesh, ZeroOptions options) {
    this.options = options;
    this.mesh = mesh;
    this.group = mesh.group(MeshAxis.SHARD);
    this.everyone = new boolean[group.size()];
    Arrays.fill(everyone, true);
    Map<String, Parameter> parameters = model.namedParameters();
    List<Tensor> state = new ArrayList<>(parameters.values());
    state.addAll(model.namedBuffers().values());
    InitialState.check("ZeRO", state, mesh.world());
    model.namedBuffers().values().forEach(each -> InitialState.broadcast(each, mesh.world()));
    absent = new Absent(state.isEmpty() ? Device.CPU : state.get(0).device());
    units = divide(model, parameters);
    passes = new Passes(units, group, options);
    if (options.cutsParameters()) {
      Map<String, Module> modules = model.namedModules();
      for (ShardUnit unit : units) {
        Module module = unit.isRoot() ? model : modules.get(unit.name());
        if (module == null) {
          throw ConfigException.because("ZeRO units: the model has no module " + unit.name());
        }
        hooks.add(module.registerForwardGuard(owner -> enter(unit)));
      }
      hooks.add(model.registerForwardPreHook((owner, inputs) -> cast(inputs)));
    }
  }

  private List<ShardUnit> divide(Module model, Map<String, Parameter> parameters) {
    Map<Parameter, String> places = UnitPlan.of(model, options.units());
    Map<String, List<ShardedParameter>> groups = new LinkedHashMap<>();
    groups.put("", new ArrayList<>());
    parameters.forEach(
        (name, parameter) -> {
          if (parameter.isContiguous()) {
            InitialState.broadcast(parameter, mesh.world());
          } else {
            try (GradMode.Restore off = GradMode.disable();
                Tensor copy = parameter.detachedClone()) {
              InitialState.broadcast(copy, mesh.world());
              parameter.data(copy);
            }
          }
          ShardedParameter member = new ShardedParameter(name, parameter, options, absent, group);
          members.put(name, member);
          groups
              .computeIfAbsent(places.getOrDefault(parameter, ""), missing -> new ArrayList<>())
              .add(member);
        });
    List<ShardUnit> made = new ArrayList<>();
    groups.forEach(
        (name, list) -> {
          ShardUnit unit = new ShardUnit(name, made.size(), list);
          made.add(unit);
          for (ShardedParameter member : list) {
            if (member.isTrained()) {
              hooks.add(member.parameter().afterAccumulate(leaf -> arrived(member, unit)));
            }
          }
        });
    return List.copyOf(made);
  }

  // ---- what the optimizer and checkpoints see ----

  /** This rank's parts of the trained parameters, by name: what the optimizer works on. */
  public Map<String, Tensor> parameters() {
    Map<String, Tensor> found = new LinkedHashMap<>();
    members.forEach(
        (name, member) -> {
          if (member.isTrained()) {
            found.put(name, member.local());
          }
        });
    return Collections.unmodifiableMap(found);
  }

  /** This rank's parts of all parameters, cut as {@link #layout} says. */
  public Map<String, Tensor> parts() {
    Map<String, Tensor> found = new LinkedHashMap<>();
    members.forEach((name, member) -> found.put(name, member.local()));
    return Collections.unmodifiableMap(found);
  }

  /** How {@link #parts} and the state of the optimizer are cut. */
  public ShardLayout layout() {
    Map<String, ShardSpec> specs = new LinkedHashMap<>();
    members.forEach((name, member) -> specs.put(name, member.spec()));
    return new ShardLayout(mesh.dims(), specs);
  }

  /**
   * Takes an optimizer over {@link #parameters}: after its steps the model sees the new elements.
   *
   * @throws ConfigException if it needs whole tensors
   */
  public void attach(Optimizer made) {
    if (!made.isElementwise()) {
      throw ConfigException.because(
          made.getClass().getSimpleName()
              + " looks at whole tensors and cannot work on parts of them; use an optimizer that"
              + " changes each element by itself (Adam, AdamW, Sgd, ...), or set parallel.zero to 0");
    }
    optimizer = made;
    if (!options.cutsParameters()) {
      hooks.add(made.registerStepPostHook(() -> refresh(true)));
    }
  }

  /**
   * Says that {@link #parts} have new elements, on all ranks: those of the model follow. An
   * attached optimizer does so by itself.
   */
  public void partsChanged() {
    if (!options.cutsParameters()) {
      refresh(false);
    }
  }

  /** Brings the parts of the other ranks into the parameters. */
  private void refresh(boolean trainedOnly) {
    for (ShardUnit unit : units) {
      List<ShardedParameter> changed =
          unit.members().stream().filter(each -> each.isTrained() || !trainedOnly).toList();
      new Gathering(changed, group, everyone).finish();
    }
  }

  // ---- a step ----

  /** Forgets the gradients of the step before. */
  public void beginStep() {
    if (optimizer == null) {
      throw new IllegalStateException("attach(optimizer) comes before the first step");
    }
    calls = 0;
    ran = false;
    endSaving();
    units.forEach(ShardUnit::forgetCalls);
    settle();
    finishReduction();
    members.values().forEach(ShardedParameter::forgetGradients);
    complete.clear();
    nextToReduce = units.size() - 1;
  }

  /**
   * Back-propagates the sum of a micro-batch's losses; gradients add up.
   *
   * @param isLast whether it is this rank's last of the step
   */
  public void backward(Tensor sum, boolean isLast) {
    last = isLast;
    ran = true;
    if (options.cutsParameters() && passes.running() != Passes.Kind.TRAINING) {
      throw new IllegalStateException(
          "backward comes after a forward pass of the model with gradients");
    }
    if (!options.cutsParameters()) {
      if (options.sendsEachPass()) {
        passes.begin(Passes.Kind.TRAINING);
      } else {
        units.forEach(ShardUnit::beginPass);
      }
    }
    backward = true;
    try {
      sum.backward();
    } finally {
      backward = false;
    }
    settle();
  }

  /**
   * Says that somebody else runs this step's backward passes, such as a pipeline: gradients are
   * added up and sent in {@link #finishStep}. For the first stage only, which keeps whole gradients
   * until then.
   *
   * @throws ConfigException if gradients or parameters are cut
   */
  public void accumulate() {
    if (options.stage() != ZeroStage.OPTIMIZER) {
      throw ConfigException.value(
          "parallel.zero", options.stage().number(), "0 or 1 where others run backward");
    }
    last = false;
    ran = true;
    units.forEach(ShardUnit::beginPass);
  }

  /**
   * The gradient of a whole parameter so far, of a rank that has one; after {@link #accumulate}.
   */
  public Tensor wholeGradient(String name) {
    ShardedParameter member = members.get(name);
    if (member == null) {
      throw ConfigException.value("parameter", name, "one of " + members.keySet());
    }
    return member.pending();
  }

  /** Ends a pass that is open, and takes apart what is whole. */
  private void settle() {
    if (passes.running() != Passes.Kind.REST) {
      passes.end();
    }
    if (options.cutsParameters()) {
      units.forEach(this::takeApart);
    }
  }

  private void arrived(ShardedParameter member, ShardUnit unit) {
    member.takeGradient();
    if (!unit.arrived()) {
      return;
    }
    if (options.sendsEachPass()) {
      passes.reduce(unit);
    } else if (last && !options.cutsParameters()) {
      complete.add(unit);
      while (nextToReduce >= 0 && isComplete(units.get(nextToReduce))) {
        reduceNext();
      }
    }
  }

  private boolean isComplete(ShardUnit unit) {
    return !unit.isTrained() || complete.contains(unit);
  }

  /** Units are sent in one order on all ranks: the last one of the model first. */
  private void reduceNext() {
    ShardUnit unit = units.get(nextToReduce);
    nextToReduce--;
    if (unit.isTrained()) {
      finishReduction();
      reduction = new Reduction(unit.members(), group, everyone);
    }
  }

  private void finishReduction() {
    Reduction running = reduction;
    reduction = null;
    if (running != null) {
      running.finish();
    }
  }

  /**
   * Ends a step: adds what is left over all ranks, and divides the gradients of this rank's parts
   * by the weight of the whole step.
   *
   * @param sum this rank's sum of losses
   * @param weight this rank's weight: samples, tokens
   * @return sum and weight over all ranks
   * @throws DivergenceException if the weight of the whole step is 0
   * @throws ConfigException if trained parameters had no part in this rank's losses
   */
  public double[] finishStep(double sum, double weight) {
    synchronize();
    refuseUnused();
    if (!options.sendsEachPass()) {
      while (nextToReduce >= 0) {
        reduceNext();
      }
      finishReduction();
      complete.clear();
    }
    addReplicas();
    double[] total = add(sum, weight);
    if (total[1] == 0) {
      throw DivergenceException.noWeight();
    }
    try (GradMode.Restore off = GradMode.disable()) {
      for (ShardedParameter member : members.values()) {
        if (member.isTrained()) {
          member.publish(total[1]);
        }
      }
    }
    return total;
  }

  private void refuseUnused() {
    List<String> unused =
        members.values().stream()
            .filter(member -> member.isTrained() && !member.isUsed())
            .map(ShardedParameter::name)
            .toList();
    if (ran && !unused.isEmpty()) {
      ConfigException refused =
          ConfigException.because(
              "ZeRO: the loss of rank "
                  + mesh.rank()
                  + " does not depend on "
                  + unused
                  + "; freeze what is not trained (requiresGrad(false)) before the model is sharded");
      mesh.world().abort(refused);
      throw refused;
    }
    ran = false;
  }

  /** Adds the parts over the ranks that hold the same. */
  private void addReplicas() {
    ProcessGroup replicas = mesh.group(MeshAxis.DATA, MeshAxis.SEQUENCE);
    if (replicas.size() == 1) {
      return;
    }
    List<HostMirror> mirrors = new ArrayList<>();
    List<Work> works = new ArrayList<>();
    for (ShardedParameter member : members.values()) {
      if (member.isTrained() && member.sum().numel() > 0) {
        HostMirror mirror = new HostMirror(member.sum());
        mirrors.add(mirror);
        works.add(replicas.allReduceAsync(mirror.fetch(), ReduceOp.SUM));
      }
    }
    try {
      for (int i = 0; i < works.size(); i++) {
        works.get(i).await();
        mirrors.get(i).putBack();
      }
    } finally {
      mirrors.forEach(HostMirror::close);
    }
  }

  private double[] add(double... values) {
    Storage storage = Allocator.current().allocate(8L * values.length);
    try {
      NativeMemory.write(values, 0, storage.address(), values.length);
      mesh.world().allReduce(new Slice(storage, 0, values.length, DType.FLOAT64), ReduceOp.SUM);
      double[] total = new double[values.length];
      NativeMemory.read(storage.address(), total, 0, values.length);
      return total;
    } finally {
      storage.release();
    }
  }

  /**
   * Takes part in the passes that other ranks still run. Every rank calls it before a collective of
   * its own; {@link #finishStep} does.
   */
  public void synchronize() {
    settle();
    boolean passing = options.cutsParameters() || options.sendsEachPass();
    if (passing && group.size() > 1) {
      passes.follow();
    }
  }

  /** The Euclidean norm of all gradients of the model, the same on every rank. */
  public double gradientNorm() {
    List<Tensor> counted = new ArrayList<>();
    for (ShardedParameter member : members.values()) {
      Tensor gradient = member.local().grad();
      if (gradient != null && (member.isCut() || group.rank() == 0)) {
        counted.add(gradient);
      }
    }
    return GradientNorm.of(counted, group);
  }

  /** Forgets the order in which units ran, when the model changes. Called by all ranks. */
  public void forgetOrder() {
    passes.forget();
  }

  // ---- calls of units ----

  private HookHandle enter(ShardUnit unit) {
    if (calls == 0 && !backward) {
      boolean training = GradMode.isEnabled();
      if (passes.running() == Passes.Kind.REST) {
        passes.begin(training ? Passes.Kind.TRAINING : Passes.Kind.FORWARD);
      }
      if (training) {
        endSaving();
        SavedTensorHooks outer = SavedTensorHooks.current();
        saving = SavedTensorHooks.use(tensor -> pack(tensor, outer));
      }
    }
    calls++;
    unit.enter();
    putTogether(unit);
    return () -> leave(unit);
  }

  private @Nullable List<Tensor> cast(List<Tensor> inputs) {
    DType type = options.precision().parameters();
    if (type == null || inputs.stream().noneMatch(each -> isOther(each, type))) {
      return null;
    }
    return inputs.stream().map(each -> isOther(each, type) ? each.to(type) : each).toList();
  }

  private static boolean isOther(Tensor tensor, DType type) {
    return tensor.dtype().isFloating() && tensor.dtype() != type;
  }

  private void leave(ShardUnit unit) {
    calls--;
    unit.exit();
    boolean stays = backward ? unit.isPinned() : staysForBackward(unit);
    if (!unit.isRunning() && !stays) {
      takeApart(unit);
    }
    if (calls == 0 && !backward) {
      endSaving();
      if (passes.running() == Passes.Kind.FORWARD) {
        settle();
      }
    }
  }

  private boolean staysForBackward(ShardUnit unit) {
    return unit.isPinned() && (unit.isRoot() || !options.reshardAfterForward());
  }

  private void endSaving() {
    if (saving != null) {
      saving.close();
      saving = null;
    }
  }

  private void putTogether(ShardUnit unit) {
    if (!unit.isGathered()) {
      passes.need(unit);
      for (ShardedParameter member : unit.members()) {
        elements.put(member.whole().storage(), unit);
      }
    }
  }

  private void takeApart(ShardUnit unit) {
    if (unit.isGathered()) {
      for (ShardedParameter member : unit.members()) {
        elements.remove(member.whole().storage());
      }
      unit.scatter();
    }
  }

  /** What backward needs of a parameter is a reference to it: its elements are gathered again. */
  private @Nullable Packed pack(Tensor tensor, @Nullable SavedTensorHooks outer) {
    Packed packed = outer == null ? null : outer.pack(tensor);
    ShardUnit unit = elements.get(tensor.storage());
    if (packed != null || unit == null) {
      return packed;
    }
    for (ShardedParameter member : unit.members()) {
      if (member.whole().storage() == tensor.storage()) {
        unit.pin();
        return new Pin(unit, member, tensor);
      }
    }
    return null;
  }

  /** A parameter that backward needs, seen in the way that the operation saw it. */
  private final class Pin implements Packed {
    private final ShardUnit unit;
    private final ShardedParameter member;
    private final Shape shape;
    private final Strides strides;
    private final DType type;
    private final long offset;

    Pin(ShardUnit unit, ShardedParameter member, Tensor seen) {
      this.unit = unit;
      this.member = member;
      this.shape = seen.shape();
      this.strides = seen.strides();
      this.type = seen.dtype();
      this.offset = seen.storageOffset();
    }

    @Override
    public Tensor unpack() {
      putTogether(unit);
      return Tensor.view(member.whole().storage(), offset, shape, strides, type);
    }

    @Override
    public void release() {
      unit.unpin();
      if (!unit.isPinned() && !unit.isRunning()) {
        takeApart(unit);
      }
    }
  }

  /** Ends the hooks. A cut parameter holds no elements afterwards; the group stays open. */
  @Override
  public void close() {
    endSaving();
    hooks.forEach(HookHandle::close);
    hooks.clear();
    finishReduction();
    units.forEach(this::takeApart);
    members.values().forEach(ShardedParameter::close);
    absent.close();
  }

  /** The units with the sizes of their parameters, one in a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("ZeRO ").append(options.stage().number()).append(" over ").append(mesh.dims());
    for (ShardUnit unit : units) {
      long whole = unit.members().stream().mapToLong(ShardedParameter::wholeBytes).sum();
      long mine = unit.members().stream().mapToLong(ShardedParameter::localBytes).sum();
      text.append(
          String.format(
              Locale.ROOT,
              "%n  %s: %d parameters, %,d bytes, %,d of them here",
              unit.name(),
              unit.members().size(),
              whole,
              mine));
    }
    return text.toString();
  }
}
