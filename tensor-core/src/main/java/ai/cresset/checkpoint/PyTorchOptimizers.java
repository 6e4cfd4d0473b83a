package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.optim.Lbfgs;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Optimizer states as {@code torch.optim.Optimizer.state_dict()} gives them. PyTorch numbers the
 * parameters in the order of its groups; here they have names, so parameter {@code i} of the file
 * is the {@code i}-th of the optimizer's groups, unless the file has names too ({@code
 * param_names}).
 */
public final class PyTorchOptimizers {
  private static final String STEP = "step";

  /** State that is one number for each parameter, a 0-d tensor in PyTorch. */
  private static final Set<String> NUMBERS = Set.of("eta", "mu", "mu_product");

  /** Pairs of PyTorch's options, with our names for their parts. */
  private static final Map<String, List<String>> PAIRS =
      Map.of(
          "betas", List.of("beta1", "beta2"),
          "etas", List.of("eta_minus", "eta_plus"),
          "step_sizes", List.of("step_size_min", "step_size_max"));

  /** Entries of a group that are about PyTorch's ways of computing, or kept by its schedules. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "params",
          "param_names",
          "foreach",
          "capturable",
          "differentiable",
          "fused",
          "initial_lr",
          "max_lr",
          "min_lr",
          "base_momentum",
          "max_momentum",
          "swa_lr");

  private PyTorchOptimizers() {}

  /**
   * Takes over a state: what is remembered of each parameter, and the options of the groups.
   *
   * @param state {@code optimizer.state_dict()} of a file
   * @throws CheckpointException if groups, parameters, shapes or the kind of optimizer do not fit;
   *     nothing was changed
   */
  public static void load(Optimizer optimizer, PyTorchValue state) {
    refuseLbfgs(optimizer);
    List<PyTorchValue> groups = state.get("param_groups").items();
    if (groups.size() != optimizer.groups().size()) {
      throw doesNotFit(
          optimizer, groups.size() + " parameter groups", "" + optimizer.groups().size());
    }
    Map<Long, String> names = new LinkedHashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      ParameterGroup group = optimizer.groups().get(i);
      checkOptions(optimizer, group, groups.get(i).dict());
      name(optimizer, group, groups.get(i).dict(), names);
    }
    try (OptimizerState converted = new OptimizerState()) {
      Map<PyTorchValue, PyTorchValue> entries = state.get("state").dict().entries();
      names.forEach(
          (index, name) -> {
            PyTorchValue entry = entries.get(PyTorchValue.of(index));
            convert(name, entry == null ? new PyTorchDict() : entry.dict(), converted);
          });
      for (PyTorchValue index : entries.keySet()) {
        if (!names.containsKey(index.whole())) {
          throw doesNotFit(optimizer, "a state of parameter " + index.whole(), "none of it");
        }
      }
      optimizer.loadStateDict(converted);
    }
    for (int i = 0; i < groups.size(); i++) {
      setOptions(optimizer.groups().get(i), groups.get(i).dict());
    }
  }

  private static void refuseLbfgs(Optimizer optimizer) {
    if (optimizer instanceof Lbfgs) {
      throw CheckpointException.because(
          "PyTorch keeps the history of LBFGS in another form, which cannot be exchanged; start it"
              + " anew from the model's weights");
    }
  }

  private static CheckpointException doesNotFit(Optimizer optimizer, String got, String expected) {
    return CheckpointException.because(
        "the file's optimizer state has "
            + got
            + ", this "
            + optimizer.getClass().getSimpleName()
            + " has "
            + expected
            + "; build the optimizer as it was built in Python");
  }

  private static void checkOptions(Optimizer optimizer, ParameterGroup group, PyTorchDict saved) {
    saved
        .entries()
        .forEach(
            (key, value) -> {
              String option = key.text();
              Boolean flag = optimizer.flags().get(option);
              if (flag != null && !value.isNone() && value.truth() != flag) {
                throw doesNotFit(
                    optimizer, option + "=" + python(value.truth()), option + "=" + python(flag));
              }
              boolean known =
                  flag != null
                      || WITHOUT_MEANING.contains(option)
                      || PAIRS.getOrDefault(option, List.of(option)).stream().allMatch(group::has);
              if (!known) {
                throw doesNotFit(optimizer, "the option '" + option + "'", "no such option");
              }
            });
  }

  private static String python(boolean flag) {
    return flag ? "True" : "False";
  }

  private static void name(
      Optimizer optimizer, ParameterGroup group, PyTorchDict saved, Map<Long, String> names) {
    List<PyTorchValue> indices = saved.get("params").items();
    List<String> own = List.copyOf(group.parameters().keySet());
    if (indices.size() != own.size()) {
      throw doesNotFit(
          optimizer,
          indices.size() + " parameters in a group",
          own.size() + " in '" + group.name() + "'");
    }
    List<String> order = own;
    if (saved.has("param_names")) {
      List<String> given =
          saved.get("param_names").items().stream().map(PyTorchValue::text).toList();
      if (new HashSet<>(given).equals(new HashSet<>(own))) {
        order = given;
      }
    }
    for (int i = 0; i < order.size(); i++) {
      if (names.put(indices.get(i).whole(), order.get(i)) != null) {
        throw CheckpointException.because(
            "parameter " + indices.get(i).whole() + " stands twice in the file's groups");
      }
    }
  }

  private static void convert(String name, PyTorchDict saved, OptimizerState converted) {
    boolean started = false;
    double step = -1;
    for (Map.Entry<PyTorchValue, PyTorchValue> entry : saved.entries().entrySet()) {
      String slot = entry.getKey().text();
      PyTorchValue value = entry.getValue();
      if (slot.equals(STEP)) {
        step = value.number();
      } else if (NUMBERS.contains(slot)) {
        converted.put(slot + "/" + name, value.number());
      } else if (!value.isNone()) {
        started = true;
        converted.put(slot + "/" + name, value.tensor().value().detach());
      }
    }
    // SGD does not count its steps: a velocity tells that there was one.
    converted.put(STEP + "/" + name, step < 0 ? started ? 1 : 0 : step);
  }

  private static void setOptions(ParameterGroup group, PyTorchDict saved) {
    saved
        .entries()
        .forEach(
            (key, value) -> {
              List<String> parts = PAIRS.getOrDefault(key.text(), List.of(key.text()));
              for (int i = 0; i < parts.size(); i++) {
                if (group.has(parts.get(i))) {
                  PyTorchValue part = parts.size() == 1 ? value : value.items().get(i);
                  group.with(parts.get(i), part.number());
                }
              }
            });
  }

  /**
   * The state of an optimizer as PyTorch's takes it: {@code optimizer.load_state_dict}. Its tensors
   * share the optimizer's memory and belong to the scope that is open.
   */
  public static PyTorchDict state(Optimizer optimizer) {
    refuseLbfgs(optimizer);
    PyTorchDict states = new PyTorchDict();
    List<PyTorchValue> groups = new ArrayList<>();
    try (OptimizerState saved = optimizer.stateDict()) {
      Map<String, PyTorchDict> byName = byParameter(saved);
      long index = 0;
      for (ParameterGroup group : optimizer.groups()) {
        List<PyTorchValue> indices = new ArrayList<>();
        List<PyTorchValue> names = new ArrayList<>();
        for (String name : group.parameters().keySet()) {
          PyTorchDict state = byName.get(name);
          if (state != null) {
            states.put(PyTorchValue.of(index), state);
          }
          indices.add(PyTorchValue.of(index));
          names.add(PyTorchValue.of(name));
          index++;
        }
        PyTorchDict options = options(optimizer, group);
        options.put("params", PyTorchSequence.list(indices));
        options.put("param_names", PyTorchSequence.list(names));
        groups.add(options);
      }
    }
    return new PyTorchDict().put("state", states).put("param_groups", PyTorchSequence.list(groups));
  }

  /** Of the parameters that were updated at least once. */
  private static Map<String, PyTorchDict> byParameter(OptimizerState saved) {
    Map<String, PyTorchDict> states = new LinkedHashMap<>();
    saved
        .numbers()
        .forEach(
            (key, number) -> {
              String kind = key.substring(0, key.indexOf('/'));
              String name = key.substring(key.indexOf('/') + 1);
              if (!kind.equals("lr") && steps(saved, name) > 0) {
                states
                    .computeIfAbsent(name, each -> new PyTorchDict())
                    .put(kind, Tensor.scalar(number.floatValue()));
              }
            });
    saved
        .tensors()
        .forEach(
            (key, tensor) -> {
              String name = key.substring(key.indexOf('/') + 1);
              PyTorchDict state = states.get(name);
              if (state != null) {
                state.put(key.substring(0, key.indexOf('/')), tensor.detach());
              }
            });
    return states;
  }

  private static double steps(OptimizerState saved, String name) {
    return saved.numbers().getOrDefault(STEP + "/" + name, 0.0);
  }

  private static PyTorchDict options(Optimizer optimizer, ParameterGroup group) {
    PyTorchDict options = new PyTorchDict();
    Set<String> parts = new HashSet<>();
    PAIRS.forEach(
        (pair, names) -> {
          if (names.stream().allMatch(group::has)) {
            parts.addAll(names);
            options.put(
                pair,
                PyTorchSequence.tuple(
                    PyTorchValue.of(group.option(names.get(0))),
                    PyTorchValue.of(group.option(names.get(1)))));
          }
        });
    group
        .options()
        .forEach(
            (option, value) -> {
              if (!parts.contains(option)) {
                options.put(option, value);
              }
            });
    optimizer.flags().forEach(options::put);
    return options
        .put("foreach", new PyTorchValue.None())
        .put("capturable", false)
        .put("differentiable", false)
        .put("fused", new PyTorchValue.None());
  }
}
