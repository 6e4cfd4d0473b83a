package ai.cresset.nn;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A part of a model: parameters, buffers and child modules, each under a name, in order of
 * registration. Names of the whole tree are joined with dots, as PyTorch does.
 *
 * <p>A subclass registers what it has in its constructor with {@link #parameter}, {@link #buffer}
 * and {@link #child}, and offers a typed call that runs its forward pass in {@link #scoped}: what
 * the pass makes on the way is released when it ends. State lives in parameters and buffers only.
 *
 * <p>A parameter registered in several places is tied: it appears once, under its first name, in
 * {@link #namedParameters()}, and under each name in the {@linkplain #stateDict() state}. Closing a
 * module frees all below it. Confined to one thread at a time.
 */
@SuppressWarnings("JavaLangClash")
public abstract class Module implements AutoCloseable {
  private static final String MASKED = "_orig";
  private static final String MASK = "_mask";

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final Map<String, Module> children = new LinkedHashMap<>();
  private final Map<Parameter, Parametrization> parametrizations = new IdentityHashMap<>();
  private final Map<Parameter, Tensor> masks = new IdentityHashMap<>();
  private Map<Parameter, Tensor> standIns = Map.of();
  private boolean training = true;
  private @Nullable ModuleHooks hooks;
  private final Set<String> replaced = new TreeSet<>();

  private record Buffer(Tensor tensor, boolean persistent) {}

  /** The parametrizations of a module, by the names of its parameters. */
  private static final class Parametrizations extends Module {}

  // ---- registration, for subclasses ----

  /**
   * Registers a parameter. The memory of {@code initial} becomes the parameter's and the handle is
   * closed; a {@link Parameter} is registered as it is, which ties it to where it was before.
   */
  protected final Parameter parameter(String name, Tensor initial) {
    checkName("parameter", name);
    Parameter made;
    if (initial instanceof Parameter tied) {
      made = tied;
    } else {
      made = new Parameter(initial);
      initial.close();
    }
    parameters.put(name, made);
    return made;
  }

  /**
   * Registers a tensor that is state but not trained. The module owns it from now on; change it in
   * place.
   *
   * @param persistent whether it belongs to the {@linkplain #stateDict() state}
   */
  protected final Tensor buffer(String name, Tensor tensor, boolean persistent) {
    checkName("buffer", name);
    buffers.put(name, new Buffer(Scope.detach(tensor), persistent));
    return tensor;
  }

  /** Registers a module inside of this one, which closes it. */
  protected final <M extends Module> M child(String name, M module) {
    checkName("child", name);
    children.put(name, module);
    return module;
  }

  /**
   * Registers a module that stands for this one from now on: it appears in the tree under this
   * one's name, and its parameters as this one's. For modules that are made at the first call.
   */
  protected final <M extends Module> M become(M module) {
    module.train(training);
    children.put("", module);
    return module;
  }

  /** Whether parameters of this module itself are still to be made, by the first call. */
  protected boolean isUninitialized() {
    return false;
  }

  /**
   * Makes what is still to be made in the sizes that a state has; called before it is loaded.
   *
   * @param prefix this module's name in the state
   */
  protected void initialize(StateDict state, String prefix) {
    // Modules have what they need, except for lazy ones.
  }

  private void checkInitialized(String name) {
    if (isUninitialized()) {
      throw ConfigException.because(
          typeName()
              + (name.isEmpty() ? "" : " '" + name + "'")
              + ": its parameters do not exist yet; call the model on a batch, or load a state that"
              + " has them, before they are counted, saved or given to an optimizer");
    }
  }

  /**
   * Puts another module in the place of a child, which is closed: {@code model.fc = Linear(...)}.
   * The subclass changes its own field.
   *
   * @throws ConfigException if there is no child of this name
   */
  protected final <M extends Module> M replaceChild(String name, M module) {
    Module before = children.get(name);
    if (before == null) {
      throw ConfigException.value(typeName() + " child", name, "one of " + children.keySet());
    }
    children.put(name, module);
    replaced.add(name);
    if (before != module) {
      before.close();
    }
    module.train(training);
    return module;
  }

  /** Frees and forgets all that is registered here. */
  final void removeAll() {
    close();
    parameters.clear();
    buffers.clear();
    children.clear();
    parametrizations.clear();
    masks.clear();
  }

  /**
   * Puts another module in the place of a child, by name ({@code setattr(model, "fc", ...)}). Where
   * a class has no way of its own for that, a layer takes the place of a layer by running whenever
   * that one is called; whoever reads the replaced layer's parameters finds them closed.
   *
   * @throws ConfigException if this child cannot be replaced
   */
  public void replace(String name, Module module) {
    if (children.get(name) instanceof Layer before && module instanceof Layer layer) {
      before.giveWay(layer);
      replaced.add(name);
      return;
    }
    throw ConfigException.because(
        typeName()
            + ": its child '"
            + name
            + "' cannot be replaced; override replace(name, module), with replaceChild and the field"
            + " that holds it");
  }

  /** Names of the children that took the place of those that the constructor made. */
  public final Set<String> replacedChildren() {
    return Collections.unmodifiableSet(replaced);
  }

  /**
   * What a parameter registered here stands for in a forward pass: itself, or what its {@link
   * #parametrize parametrization} makes of it. Layers read their parameters through this.
   */
  protected final Tensor value(Parameter parameter) {
    Parametrization computed = parametrizations.get(parameter);
    if (computed != null) {
      return computed.call();
    }
    Tensor source = standIns.getOrDefault(parameter, parameter);
    Tensor mask = masks.get(parameter);
    return mask == null ? source : source.mul(mask);
  }

  /**
   * Puts a computed tensor in the place of a parameter of this module ({@code
   * torch.nn.utils.parametrize}). What it is computed from appears in the state under {@code
   * parametrizations.<name>}.
   *
   * @param how makes the parametrization, which takes the parameter over
   * @throws ConfigException if there is no such parameter
   */
  public final void parametrize(String name, Function<Parameter, ? extends Parametrization> how) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw ConfigException.because(
          typeName() + ": there is no parameter '" + name + "'; there are " + parameters.keySet());
    }
    Parametrization made = how.apply(parameter);
    parameters.remove(name);
    Module all = children.computeIfAbsent("parametrizations", key -> new Parametrizations());
    all.child(name, made);
    all.training = training;
    made.train(training);
    parametrizations.put(parameter, made);
  }

  /**
   * Multiplies a parameter of this module by a mask in each forward pass, as {@code
   * torch.nn.utils.prune} does: the parameter is named {@code <name>_orig} from now on, and the
   * mask is a buffer {@code <name>_mask}. A mask that was there is replaced.
   *
   * @param mask of the parameter's shape; its elements are copied
   * @throws ConfigException if there is no such parameter, or it is parametrized
   */
  public final void mask(String name, Tensor mask) {
    Parameter parameter = maskable(name);
    if (!mask.shape().equals(parameter.shape())) {
      throw ShapeException.mismatch(
          typeName() + " mask of " + name, parameter.shape().toString(), mask.shape());
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("mask")) {
      Tensor known = masks.get(parameter);
      if (known != null) {
        known.copy_(mask);
        return;
      }
      parameters.remove(name);
      parameters.put(name + MASKED, parameter);
      Tensor like = mask.to(parameter.dtype()).to(parameter.device());
      masks.put(parameter, buffer(name + MASK, like.detachedClone(), true));
    }
  }

  /** The mask of a parameter, this module's own; null if it has none. */
  public final @Nullable Tensor mask(String name) {
    Parameter masked = parameters.get(name + MASKED);
    return masked == null ? null : masks.get(masked);
  }

  /**
   * Makes a mask part of the parameter, which gets its name back ({@code prune.remove}).
   *
   * @throws ConfigException if there is no mask
   */
  public final void removeMask(String name) {
    Parameter parameter = parameters.get(name + MASKED);
    Tensor mask = parameter == null ? null : masks.remove(parameter);
    if (parameter == null || mask == null) {
      throw ConfigException.because(
          typeName() + ": the parameter '" + name + "' has no mask to remove");
    }
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("mask")) {
      parameter.detach().mul_(mask);
    }
    parameters.remove(name + MASKED);
    parameters.put(name, parameter);
    buffers.remove(name + MASK);
    mask.close();
  }

  /** Whether a parameter of this module has a mask. */
  public final boolean isMasked() {
    return !masks.isEmpty();
  }

  /** The parameter that a name stands for, masked or not. */
  public final Parameter maskable(String name) {
    Parameter parameter = parameters.getOrDefault(name, parameters.get(name + MASKED));
    if (parameter == null) {
      throw ConfigException.because(
          typeName()
              + ": there is no parameter '"
              + name
              + "' of its own to mask; there are "
              + parameters.keySet());
    }
    return parameter;
  }

  /**
   * Makes the modules of this tree read these tensors instead of their parameters, as replicas do;
   * an empty map ends it.
   */
  public final void standIns(Map<Parameter, Tensor> tensors) {
    namedModules().values().forEach(module -> module.standIns = tensors);
  }

  private void checkName(String kind, String name) {
    if (name.isEmpty() || name.indexOf('.') >= 0) {
      throw ConfigException.because(
          typeName() + ": a " + kind + " needs a name without dots, got '" + name + "'");
    }
    if (parameters.containsKey(name) || buffers.containsKey(name) || children.containsKey(name)) {
      throw ConfigException.because(
          typeName() + ": the name '" + name + "' is taken; give this " + kind + " another");
    }
  }

  // ---- calling ----

  /**
   * Runs a forward pass in a scope of its own and hands its result to the caller's scope. Gradients
   * flow through: what backward needs was saved apart.
   */
  protected final Tensor scoped(Supplier<Tensor> forward) {
    return scoped(List.of(), inputs -> forward.get());
  }

  /**
   * The same for a pass over inputs that hooks may see and replace, and that recomputation may keep
   * to run the pass again.
   */
  protected final Tensor scoped(List<Tensor> inputs, Function<List<Tensor>, Tensor> forward) {
    try (Scope scope = Scope.open(typeName())) {
      return scope.keep(hooks == null ? forward.apply(inputs) : hooks.run(inputs, forward));
    }
  }

  /** The same for a forward pass with several results. */
  protected final <T extends TensorTree> T scopedTree(Supplier<T> forward) {
    try (Scope scope = Scope.open(typeName())) {
      if (hooks != null) {
        hooks.beforeTree();
      }
      T result = guarded(forward);
      if (hooks != null) {
        hooks.afterTree(result.tensors());
      }
      result.tensors().forEach(scope::keep);
      return result;
    }
  }

  /** The same for a loss. */
  protected final Loss scopedLoss(Supplier<Loss> forward) {
    try (Scope scope = Scope.open(typeName())) {
      if (hooks != null) {
        hooks.beforeTree();
      }
      Loss loss = guarded(forward);
      if (hooks != null) {
        hooks.afterTree(List.of(loss.sum()));
      }
      scope.keep(loss.sum());
      return loss;
    }
  }

  private <T> T guarded(Supplier<T> forward) {
    if (hooks == null) {
      return forward.get();
    }
    try (HookHandle guard = hooks.guard()) {
      return forward.get();
    }
  }

  // ---- hooks ----

  /** Whether something looks at the passes of this module, or takes part in them. */
  final boolean hasHooks() {
    return hooks != null;
  }

  private ModuleHooks hooks() {
    if (hooks == null) {
      hooks = new ModuleHooks(this);
    }
    return hooks;
  }

  /** Calls {@code hook} before each forward pass, until the result is closed. */
  public final HookHandle registerForwardPreHook(ForwardPreHook hook) {
    return hooks().addBefore(hook);
  }

  /** Calls {@code hook} after each forward pass, until the result is closed. */
  public final HookHandle registerForwardHook(ForwardHook hook) {
    return hooks().addAfter(hook);
  }

  /**
   * Calls {@code hook} in each backward pass through this module, until the result is closed;
   * passes of graphs that were made before are not seen. Only modules with one result have such
   * hooks.
   */
  public final HookHandle registerFullBackwardHook(BackwardHook hook) {
    return hooks().addBackward(hook);
  }

  /**
   * Calls {@code guard} around each computation of this module, until the result is closed: inside
   * of all hooks, and again when recomputation runs it again.
   */
  public final HookHandle registerForwardGuard(ForwardGuard guard) {
    return hooks().addGuard(guard);
  }

  /**
   * Makes {@code around} run the forward passes of this module, until the result is closed. Hooks
   * see the passes as before.
   *
   * @throws ConfigException if there is one already
   */
  public final HookHandle runForward(ForwardAround around) {
    return hooks().around(around);
  }

  // ---- the tree ----

  /** Child modules by their name here, in order. */
  public final Map<String, Module> namedChildren() {
    return Collections.unmodifiableMap(children);
  }

  /** This module under the name "" and every module below, parents first; each module once. */
  public final Map<String, Module> namedModules() {
    Map<String, Module> found = new LinkedHashMap<>();
    collect("", found, Collections.newSetFromMap(new IdentityHashMap<>()));
    return found;
  }

  private void collect(String name, Map<String, Module> found, Set<Module> seen) {
    if (seen.add(this)) {
      found.put(name, this);
      children.forEach((child, module) -> module.collect(join(name, child), found, seen));
    }
  }

  /** Calls {@code visit} with this module and every module below, children first. */
  public final void apply(Consumer<Module> visit) {
    List<Module> modules = new ArrayList<>(namedModules().values());
    Collections.reverse(modules);
    modules.forEach(visit);
  }

  /** Every parameter by its dotted name; a tied one once, under its first name. */
  public final Map<String, Parameter> namedParameters() {
    Map<String, Parameter> found = new LinkedHashMap<>();
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    namedModules()
        .forEach(
            (prefix, module) -> {
              module.checkInitialized(prefix);
              module.parameters.forEach(
                  (name, parameter) -> {
                    if (seen.add(parameter)) {
                      found.put(join(prefix, name), parameter);
                    }
                  });
            });
    return found;
  }

  /** The parameters of this module itself ({@code named_parameters(recurse=False)}). */
  public final Map<String, Parameter> ownParameters() {
    return Collections.unmodifiableMap(parameters);
  }

  /** Every parameter once. */
  public final List<Parameter> parameters() {
    return List.copyOf(namedParameters().values());
  }

  /** Every buffer by its dotted name, persistent or not. */
  public final Map<String, Tensor> namedBuffers() {
    Map<String, Tensor> found = new LinkedHashMap<>();
    namedModules()
        .forEach(
            (prefix, module) ->
                module.buffers.forEach(
                    (name, buffer) -> found.put(join(prefix, name), buffer.tensor())));
    return found;
  }

  /**
   * Everything that a module holds in memory: parameters and buffers, persistent or not, under each
   * name that they have. The tensors themselves, still the module's.
   */
  public final Map<String, Tensor> namedTensors() {
    Map<String, Tensor> found = new LinkedHashMap<>();
    eachState("", found::put);
    namedBuffers().forEach(found::putIfAbsent);
    return found;
  }

  /** Elements of all parameters, tied ones counted once. */
  public final long numParameters() {
    return parameters().stream().mapToLong(Parameter::numel).sum();
  }

  /** Elements of the parameters that are trained. */
  public final long numTrainableParameters() {
    return parameters().stream().filter(Tensor::requiresGrad).mapToLong(Parameter::numel).sum();
  }

  private static String join(String prefix, String name) {
    if (name.isEmpty()) {
      return prefix;
    }
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  // ---- modes ----

  /** Whether layers like dropout behave as in training; true at first. */
  public final boolean isTraining() {
    return training;
  }

  /** Sets the mode of this module and all below. */
  public final void train(boolean mode) {
    namedModules().values().forEach(module -> module.training = mode);
  }

  /** Training mode. */
  public final void train() {
    train(true);
  }

  /** Evaluation mode. */
  public final void eval() {
    train(false);
  }

  /**
   * Whether the parameters here and below are trained ({@code Module.requires_grad_}); no gradients
   * are computed for those that are not.
   */
  public final void requiresGrad(boolean wanted) {
    parameters().forEach(parameter -> parameter.requiresGrad(wanted));
  }

  /** Stops training of every parameter here and below. */
  public final void freeze() {
    requiresGrad(false);
  }

  /** Ends a {@link #freeze}. */
  public final void unfreeze() {
    requiresGrad(true);
  }

  /**
   * Moves every parameter, gradient and buffer here and below to a device. Parameters stay the same
   * objects; make optimizers afterwards, because their states stay where they were.
   */
  public final void to(Device device) {
    convert(tensor -> tensor.to(device));
  }

  /**
   * Casts every floating parameter, gradient and buffer here and below. Parameters stay the same
   * objects; make optimizers afterwards, because their states keep their type.
   *
   * @param type a floating type
   */
  public final void to(DType type) {
    if (!type.isFloating()) {
      throw DTypeException.unsupported(typeName() + ".to", type, "the floating types");
    }
    convert(tensor -> tensor.dtype().isFloating() ? tensor.to(type) : tensor);
  }

  private void convert(UnaryOperator<Tensor> how) {
    Set<Tensor> all = Collections.newSetFromMap(new IdentityHashMap<>());
    all.addAll(parameters());
    all.addAll(namedBuffers().values());
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open(typeName() + ".to")) {
      for (Tensor tensor : all) {
        Tensor gradient = tensor.grad();
        Tensor moved = gradient == null ? null : how.apply(gradient.detach());
        tensor.data(how.apply(tensor.detach()));
        if (moved != null) {
          tensor.grad(moved);
        }
      }
    }
  }

  /** Forgets all gradients. */
  public final void zeroGrad() {
    parameters().forEach(Tensor::zeroGrad);
  }

  // ---- state ----

  /**
   * Parameters and persistent buffers by name, sharing this module's memory: later training shows
   * in them. The caller closes the result.
   */
  public final StateDict stateDict() {
    StateDict state = new StateDict();
    eachState("", state::share);
    return state;
  }

  /**
   * Copies a state into this module; element types are cast.
   *
   * @throws CheckpointException if a name is missing, unexpected or of another shape; it lists all
   *     of them, and nothing was changed
   */
  public final void loadStateDict(StateDict state) {
    StateReport report = compare(state);
    if (!report.isExact()) {
      throw CheckpointException.stateMismatch(
          typeName(), report.missing(), report.unexpected(), report.misshaped());
    }
    copyFrom(state);
  }

  /**
   * Copies what fits by name and reports the rest ({@code strict=False}).
   *
   * @throws CheckpointException if a name is there with another shape; nothing was changed
   */
  public final StateReport loadMatching(StateDict state) {
    StateReport report = compare(state);
    if (!report.misshaped().isEmpty()) {
      throw CheckpointException.stateMismatch(typeName(), List.of(), List.of(), report.misshaped());
    }
    copyFrom(state);
    return report;
  }

  private StateReport compare(StateDict state) {
    namedModules().forEach((name, module) -> module.initialize(state, name));
    Map<String, Tensor> own = new LinkedHashMap<>();
    eachState("", own::put);
    return StateReport.compare(own, state.tensors());
  }

  private void copyFrom(StateDict state) {
    eachState(
        "",
        (name, target) -> {
          if (state.contains(name)) {
            try (Tensor plain = target.detach()) {
              plain.copy_(state.get(name));
            }
          }
        });
  }

  /** Parameters by every name that they have in the {@linkplain #stateDict() state}. */
  public final Map<String, Parameter> stateParameters() {
    Map<String, Parameter> found = new LinkedHashMap<>();
    eachState(
        "",
        (name, tensor) -> {
          if (tensor instanceof Parameter parameter) {
            found.put(name, parameter);
          }
        });
    return found;
  }

  /** Buffers by their names in the {@linkplain #stateDict() state}. */
  public final Map<String, Tensor> stateBuffers() {
    Map<String, Tensor> found = new LinkedHashMap<>();
    eachState(
        "",
        (name, tensor) -> {
          if (!(tensor instanceof Parameter)) {
            found.put(name, tensor);
          }
        });
    return found;
  }

  private void eachState(String prefix, BiConsumer<String, Tensor> visit) {
    checkInitialized(prefix);
    parameters.forEach((name, parameter) -> visit.accept(join(prefix, name), parameter));
    buffers.forEach(
        (name, buffer) -> {
          if (buffer.persistent()) {
            visit.accept(join(prefix, name), buffer.tensor());
          }
        });
    children.forEach((name, child) -> child.eachState(join(prefix, name), visit));
  }

  /** Frees every parameter and buffer here and below. Closing twice is harmless. */
  @Override
  public void close() {
    children.values().forEach(Module::close);
    parameters.values().forEach(Tensor::close);
    buffers.values().forEach(buffer -> buffer.tensor().close());
  }

  // ---- text ----

  /**
   * Says what this module is made from, so that a file can make it again: the values that its
   * constructor needs, not its tensors. A module without settings says nothing.
   */
  public void describe(ModuleDescription description) {
    // Nothing to say.
  }

  /** The settings to show behind the name, such as {@code 784 -> 512}; empty for none. */
  protected String settings() {
    return "";
  }

  final String typeName() {
    return getClass().getSimpleName();
  }

  /**
   * The tree as PyTorch prints it, each module with its settings and the parameters of its own;
   * last the number of all parameters and of those that are trained.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    print("", text);
    if (namedModules().values().stream().anyMatch(Module::isUninitialized)) {
      return text.append("\nparameters are counted after the first call").toString();
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "\n%,d parameters, %,d trainable",
                numParameters(),
                numTrainableParameters()))
        .toString();
  }

  private void print(String indent, StringBuilder text) {
    Module instead = children.get("");
    if (instead != null) {
      instead.print(indent, text);
      return;
    }
    text.append(typeName()).append('(').append(settings());
    if (!children.isEmpty()) {
      children.forEach(
          (name, module) -> {
            text.append('\n').append(indent).append("  (").append(name).append("): ");
            module.print(indent + "  ", text);
          });
      text.append('\n').append(indent);
    }
    text.append(')');
    long own = parameters.values().stream().mapToLong(Parameter::numel).sum();
    if (isUninitialized()) {
      text.append("  # uninitialized");
    } else if (own > 0) {
      text.append(String.format(Locale.ROOT, "  # %,d", own));
    }
  }
}
