package ai.cresset.optim;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/**
 * Changes parameters by their gradients. A subclass gives the option defaults, the names of its
 * slots and {@link #update}; everything else is here. State is kept by parameter name.
 *
 * <p>Closing frees the state, not the parameters. Confined to one thread at a time.
 */
public abstract class Optimizer implements AutoCloseable {
  private final List<ParameterGroup> groups;
  private final Map<String, ParameterState> states = new LinkedHashMap<>();
  private final List<Runnable> afterStep = new CopyOnWriteArrayList<>();

  /**
   * An optimizer over these groups.
   *
   * @param defaults every option this optimizer knows, with the value for groups that do not set it
   * @throws ConfigException if a parameter or a name stands in two places, or a group has an option
   *     that is not among the defaults
   */
  protected Optimizer(List<ParameterGroup> groups, Map<String, Double> defaults) {
    this.groups = List.copyOf(groups);
    if (groups.stream().allMatch(group -> group.parameters().isEmpty())) {
      throw ConfigException.because(
          getClass().getSimpleName()
              + ": expected at least one parameter, got none; pass a model's namedParameters(), after"
              + " its layers were made");
    }
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<String> groupNames = new HashSet<>();
    for (ParameterGroup group : groups) {
      if (!groupNames.add(group.name())) {
        throw ConfigException.because("two parameter groups are named '" + group.name() + "'");
      }
      group.complete(getClass().getSimpleName(), defaults);
      group
          .parameters()
          .forEach(
              (name, parameter) -> {
                if (!parameter.isLeaf()) {
                  throw ConfigException.because(
                      getClass().getSimpleName()
                          + ": expected leaves, got the parameter '"
                          + name
                          + "', "
                          + parameter.spec()
                          + ", which is the result of an operation; pass the leaf it was made of, or"
                          + " detach() it");
                }
                if (!seen.add(parameter)
                    || states.put(name, new ParameterState(parameter)) != null) {
                  throw ConfigException.because(
                      "the parameter '" + name + "' stands in two places of the parameter groups");
                }
              });
    }
  }

  /** Names of the tensors kept for each parameter of a group. */
  protected abstract List<String> slots(ParameterGroup group);

  /**
   * Settings that are no numbers, by PyTorch's names, such as {@code amsgrad}: they decide what the
   * state means, so a state of other ones does not fit.
   */
  public Map<String, Boolean> flags() {
    return Map.of();
  }

  /**
   * Whether each element changes by itself, whatever the others of its tensor: then this optimizer
   * can work on parts of parameters. No for one that looks at norms of tensors, at rows, or at all
   * gradients at once.
   */
  public boolean isElementwise() {
    return false;
  }

  /**
   * Calls {@code hook} after each step ({@code register_step_post_hook}), until the result is
   * closed.
   */
  public final HookHandle registerStepPostHook(Runnable hook) {
    Runnable own = () -> hook.run(); // one of its own, to be found again
    afterStep.add(own);
    return () -> afterStep.remove(own);
  }

  /**
   * Changes one parameter in place. Called without gradient mode, once a step for each parameter
   * that has a gradient, in the order of the groups.
   *
   * @param state what is remembered of this parameter; {@code state.step()} is 1 at the first call
   */
  protected abstract void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient);

  /**
   * A parameter whose turn it is, and that has a gradient.
   *
   * @param state what is remembered of it; {@code state.step()} is 1 at the first step
   */
  protected record Change(ParameterState state, Tensor parameter) {
    /** The gradient. */
    Tensor gradient() {
      return Objects.requireNonNull(parameter.grad(), "a gradient");
    }

    /** The gradient before it is multiplied by {@link #factor}, which saves a pass over it. */
    Tensor gradientWithoutFactor() {
      return Objects.requireNonNull(parameter.accumulator().withoutFactor(), "a gradient");
    }

    /** What a gradient that is read as it stands must be multiplied by. */
    double factor() {
      return parameter.accumulator().factor();
    }
  }

  /**
   * Changes the parameters of one group in place. An optimizer that can do many at once does so
   * here.
   *
   * @param changes those that have a gradient, in the order of the group
   */
  protected void update(ParameterGroup group, List<Change> changes) {
    for (Change change : changes) {
      update(group, change.state(), change.parameter(), change.gradient());
    }
  }

  /** Updates every parameter that has a gradient. */
  public final void step() {
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("optimizer step")) {
      for (ParameterGroup group : groups) {
        List<Change> changes = new ArrayList<>();
        for (Map.Entry<String, Tensor> entry : group.parameters().entrySet()) {
          Tensor parameter = entry.getValue();
          if (parameter.accumulator().withoutFactor() != null) {
            ParameterState state = stateOf(entry.getKey());
            state.beginStep();
            changes.add(new Change(state, parameter));
          }
        }
        update(group, changes);
      }
    }
    afterStep.forEach(Runnable::run);
  }

  /**
   * Makes new slots of the state with {@code maker} instead of in memory of the parameter's kind:
   * in a mapped file, for one. Slots that are there stay where they are.
   *
   * @param maker gives a tensor of the specification, of any content, which this optimizer closes
   */
  public final void stateIn(Function<Spec, Tensor> maker) {
    states.values().forEach(state -> state.maker(maker));
  }

  /**
   * Computes the loss and updates every parameter that has a gradient. Optimizers that look at the
   * loss more than once a step, such as {@link Lbfgs}, do so here.
   *
   * @param closure clears the gradients, computes the loss and the gradients, and returns the loss
   * @return the loss before the update
   */
  public double step(DoubleSupplier closure) {
    double loss = closure.getAsDouble();
    step();
    return loss;
  }

  /** Forgets the gradients of all parameters. */
  public final void zeroGrad() {
    groups.forEach(group -> group.parameters().values().forEach(Tensor::zeroGrad));
  }

  public final List<ParameterGroup> groups() {
    return groups;
  }

  /** All parameters by name, in the order of the groups. */
  public final Map<String, Tensor> parameters() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    groups.forEach(group -> all.putAll(group.parameters()));
    return all;
  }

  /** What is remembered of a parameter. */
  protected final ParameterState stateOf(String name) {
    ParameterState state = states.get(name);
    if (state == null) {
      throw ConfigException.because("no parameter is named '" + name + "'");
    }
    return state;
  }

  /** The state, sharing memory with this optimizer. The caller closes it. */
  public final OptimizerState stateDict() {
    OptimizerState result = new OptimizerState();
    states.forEach(
        (name, state) -> {
          result.put("step/" + name, (double) state.step());
          state.numbers().forEach((kind, number) -> result.put(kind + "/" + name, number));
          state.slots().forEach((slot, tensor) -> result.put(slot + "/" + name, tensor.detach()));
        });
    groups.forEach(group -> result.put("lr/" + group.name(), group.learningRate()));
    return result;
  }

  /**
   * Copies a state into this optimizer. The learning rate of a group is restored where the state
   * has a group of the same name; all other options stay as configured.
   *
   * @throws CheckpointException if a parameter or slot is missing, unknown or of another shape; it
   *     lists all of them, and nothing was changed
   */
  public final void loadStateDict(OptimizerState saved) {
    List<String> missing = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    compare(saved, missing, unexpected, misshaped);
    if (!missing.isEmpty() || !unexpected.isEmpty() || !misshaped.isEmpty()) {
      throw CheckpointException.stateMismatch(
          getClass().getSimpleName(), missing, unexpected, misshaped);
    }
    try (GradMode.Restore off = GradMode.disable()) {
      states.values().forEach(ParameterState::clear);
      saved.tensors().forEach((key, tensor) -> stateOf(owner(key)).slot(kind(key)).copy_(tensor));
      saved.numbers().forEach(this::restoreNumber);
    }
  }

  private void compare(
      OptimizerState saved, List<String> missing, List<String> unexpected, List<String> misshaped) {
    Map<String, Tensor> expected = new LinkedHashMap<>();
    for (ParameterGroup group : groups) {
      group
          .parameters()
          .forEach(
              (name, parameter) -> {
                slots(group).forEach(slot -> expected.put(slot + "/" + name, parameter));
                Double steps = saved.numbers().get("step/" + name);
                if (steps == null) {
                  missing.add("step/" + name);
                }
                for (String slot : slots(group)) {
                  String key = slot + "/" + name;
                  if (steps != null && steps > 0 && !saved.tensors().containsKey(key)) {
                    missing.add(key);
                  }
                }
              });
    }
    saved
        .tensors()
        .forEach(
            (key, tensor) -> {
              Tensor parameter = expected.get(key);
              if (parameter == null) {
                unexpected.add(key);
              } else if (!parameter.shape().equals(tensor.shape())) {
                misshaped.add(
                    key + " (expected " + parameter.spec() + ", got " + tensor.spec() + ")");
              }
            });
    for (String key : saved.numbers().keySet()) {
      if (!kind(key).equals("lr") && !states.containsKey(owner(key))) {
        unexpected.add(key);
      }
    }
  }

  private void restoreNumber(String key, double number) {
    switch (kind(key)) {
      case "lr" ->
          groups.stream()
              .filter(group -> group.name().equals(owner(key)))
              .forEach(group -> group.learningRate(number));
      case "step" -> stateOf(owner(key)).step((long) number);
      default -> stateOf(owner(key)).remember(kind(key), number);
    }
  }

  private static String kind(String key) {
    return key.substring(0, Math.max(0, key.indexOf('/')));
  }

  private static String owner(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  @Override
  public void close() {
    states.values().forEach(ParameterState::clear);
  }
}
