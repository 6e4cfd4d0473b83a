package ai.cresset.optim;

import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Parameters that are trained with the same options. Options have PyTorch's names ({@code lr},
 * {@code weight_decay}, ...); those not set here get the optimizer's defaults. They may be changed
 * between steps, as schedules do.
 */
public final class ParameterGroup {
  private final String name;
  private final Map<String, Tensor> parameters;
  private final Map<String, Double> options = new LinkedHashMap<>();
  private double initialLearningRate;

  /**
   * A group.
   *
   * @param name unique within an optimizer; a saved learning rate is found by it
   * @param parameters leaves by name, such as {@code Module.namedParameters()}
   */
  public ParameterGroup(String name, Map<String, ? extends Tensor> parameters) {
    this.name = name;
    this.parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** All parameters in one group named {@code default}. */
  public static List<ParameterGroup> single(Map<String, ? extends Tensor> parameters) {
    return List.of(new ParameterGroup("default", parameters));
  }

  /**
   * Two groups: {@code decay} with the tensors of two and more dimensions, which get this weight
   * decay, and {@code no_decay} with the others (biases, norms), which get none.
   */
  public static List<ParameterGroup> decayMatrices(
      Map<String, ? extends Tensor> parameters, double weightDecay) {
    Map<String, Tensor> matrices = new LinkedHashMap<>();
    Map<String, Tensor> others = new LinkedHashMap<>();
    parameters.forEach((key, each) -> (each.rank() >= 2 ? matrices : others).put(key, each));
    return List.of(
        new ParameterGroup("decay", matrices).with("weight_decay", weightDecay),
        new ParameterGroup("no_decay", others).with("weight_decay", 0));
  }

  /**
   * A group of the parameters with certain names, so that parts of a model can be trained with
   * options of their own: {@code matching("head", all, name -> name.startsWith("fc."))}.
   */
  public static ParameterGroup matching(
      String name, Map<String, ? extends Tensor> parameters, Predicate<String> wanted) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    parameters.forEach(
        (key, each) -> {
          if (wanted.test(key)) {
            found.put(key, each);
          }
        });
    return new ParameterGroup(name, found);
  }

  public String name() {
    return name;
  }

  public Map<String, Tensor> parameters() {
    return parameters;
  }

  /** Sets an option and returns this group. */
  public ParameterGroup with(String option, double value) {
    options.put(option, value);
    return this;
  }

  /**
   * The value of an option.
   *
   * @throws ConfigException if neither this group nor the optimizer has it
   */
  public double option(String option) {
    Double value = options.get(option);
    if (value == null) {
      throw ConfigException.because(
          "parameter group '"
              + name
              + "' has no option '"
              + option
              + "'; it has "
              + options.keySet());
    }
    return value;
  }

  /** Whether there is an option of this name. */
  public boolean has(String option) {
    return options.containsKey(option);
  }

  /** All options by name; a view. */
  public Map<String, Double> options() {
    return Collections.unmodifiableMap(options);
  }

  public double learningRate() {
    return option("lr");
  }

  public void learningRate(double value) {
    with("lr", value);
  }

  /** The learning rate this group had when its optimizer was made; schedules start from it. */
  public double initialLearningRate() {
    return initialLearningRate;
  }

  /** Fills in what is not set; refuses options that the optimizer does not know. */
  void complete(String optimizer, Map<String, Double> defaults) {
    for (String option : options.keySet()) {
      if (!defaults.containsKey(option)) {
        throw ConfigException.because(
            optimizer
                + " does not know the option '"
                + option
                + "' of parameter group '"
                + name
                + "'; it knows "
                + defaults.keySet());
      }
    }
    defaults.forEach(options::putIfAbsent);
    initialLearningRate = learningRate();
  }
}
