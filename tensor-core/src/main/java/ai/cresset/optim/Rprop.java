package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Resilient backpropagation (Riedmiller and Braun 1993; {@code torch.optim.Rprop}): each element
 * has a step size of its own, which grows while its gradient keeps the sign and shrinks when it
 * changes; only the signs of gradients count. Meant for whole data sets, not for batches.
 */
public final class Rprop extends Optimizer {
  private static final String PREVIOUS = "prev";
  private static final String STEP_SIZE = "step_size";

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Rprop(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Rprop(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Rprop(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code eta_minus}, {@code eta_plus}, {@code
   * step_size_min}, {@code step_size_max}) are defaults.
   *
   * @param learningRate the step sizes of the first step, at least 0
   * @param shrinking factor of a step size after a change of sign, in (0, 1)
   * @param growing factor of a step size without one, above 1
   * @param smallest bound of step sizes
   * @param largest bound of step sizes
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double shrinking,
      double growing,
      double smallest,
      double largest,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      if (!(shrinking > 0 && shrinking < 1 && growing > 1)) {
        throw ConfigException.because(
            "Rprop: expected factors with 0 < eta_minus < 1 < eta_plus, got "
                + shrinking
                + " and "
                + growing);
      }
      if (!(smallest <= largest)) {
        throw ConfigException.because(
            "Rprop: expected step_size_min below step_size_max, got "
                + smallest
                + " and "
                + largest);
      }
    }

    /** PyTorch's defaults for Rprop; its learning rate is 0.01. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.5, 1.2, 1e-6, 50, false);
    }

    public Config withFactors(double first, double second) {
      return new Config(learningRate, first, second, smallest, largest, maximize);
    }

    public Config withStepSizes(double first, double second) {
      return new Config(learningRate, shrinking, growing, first, second, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, shrinking, growing, smallest, largest, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("eta_minus", shrinking);
      options.put("eta_plus", growing);
      options.put("step_size_min", smallest);
      options.put("step_size_max", largest);
      return options;
    }
  }

  /** Inputs: parameter, gradient, gradient before, step size. */
  private static FusedUpdate update() {
    Expr zero = Expr.constant(0);
    Expr gradient = Expr.input(1).times(Expr.scalar(0));
    Expr product = gradient.times(Expr.input(2));
    Expr turned = product.apply(BinaryFunction.LT, zero);
    Expr factor =
        Expr.select(
            product.apply(BinaryFunction.GT, zero),
            Expr.scalar(2),
            Expr.select(turned, Expr.scalar(1), Expr.constant(1)));
    Expr stepSize =
        Expr.input(3)
            .times(factor)
            .apply(BinaryFunction.MAX, Expr.scalar(3))
            .apply(BinaryFunction.MIN, Expr.scalar(4));
    Expr used = Expr.select(turned, zero, gradient);
    Expr changed = Expr.input(0).minus(used.apply(UnaryFunction.SIGN).times(stepSize));
    return new FusedUpdate(4, 5, changed, used, stepSize);
  }

  @Override
  public Map<String, Boolean> flags() {
    return Map.of("maximize", config.maximize());
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  protected List<String> slots(ParameterGroup group) {
    return List.of(PREVIOUS, STEP_SIZE);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double[] scalars = {
      config.maximize() ? -1 : 1,
      group.option("eta_minus"),
      group.option("eta_plus"),
      group.option("step_size_min"),
      group.option("step_size_max")
    };
    Tensor previous = state.slot(PREVIOUS);
    Tensor stepSize = state.slot(STEP_SIZE, group.learningRate());
    UPDATE.run(
        scalars,
        List.of(parameter, gradient, previous, stepSize),
        List.of(parameter, previous, stepSize));
  }
}
