package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adagrad (Duchi, Hazan and Singer 2011; {@code torch.optim.Adagrad}): steps over the root of the
 * sum of all squared gradients.
 */
public final class Adagrad extends Optimizer {
  private static final String SUM = "sum";

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Adagrad(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Adagrad(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Adagrad(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code lr_decay}, {@code weight_decay}, {@code
   * initial_accumulator_value}, {@code eps}) are defaults.
   *
   * @param learningRate at least 0
   * @param learningRateDecay step {@code s} has the rate over {@code 1 + (s - 1) * lr_decay}
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param initialAccumulator what the sum begins with
   * @param epsilon added to the root of the sum
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double learningRateDecay,
      double weightDecay,
      double initialAccumulator,
      double epsilon,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.atLeastZero("lr_decay", learningRateDecay);
      Checks.atLeastZero("weight_decay", weightDecay);
      Checks.atLeastZero("initial_accumulator_value", initialAccumulator);
      Checks.atLeastZero("eps", epsilon);
    }

    /** PyTorch's defaults for Adagrad; its learning rate is 0.01. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0, 0, 0, 1e-10, false);
    }

    public Config withLearningRateDecay(double value) {
      return new Config(learningRate, value, weightDecay, initialAccumulator, epsilon, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(
          learningRate, learningRateDecay, value, initialAccumulator, epsilon, maximize);
    }

    public Config withInitialAccumulator(double value) {
      return new Config(learningRate, learningRateDecay, weightDecay, value, epsilon, maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(
          learningRate, learningRateDecay, weightDecay, initialAccumulator, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(
          learningRate, learningRateDecay, weightDecay, initialAccumulator, epsilon, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("lr_decay", learningRateDecay);
      options.put("weight_decay", weightDecay);
      options.put("initial_accumulator_value", initialAccumulator);
      options.put("eps", epsilon);
      return options;
    }
  }

  /** Inputs: parameter, gradient, sum of squared gradients. */
  private static FusedUpdate update() {
    Expr gradient = Terms.gradient();
    Expr sum = Expr.fma(gradient, gradient, Expr.input(2));
    Expr denominator = sum.apply(UnaryFunction.SQRT).plus(Expr.scalar(2));
    Expr changed = Expr.input(0).minus(Expr.scalar(3).times(gradient.over(denominator)));
    return new FusedUpdate(3, 4, changed, sum);
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
    return List.of(SUM);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double fall = 1 + (state.step() - 1) * group.option("lr_decay");
    double[] scalars = {
      config.maximize() ? -1 : 1,
      group.option("weight_decay"),
      group.option("eps"),
      group.learningRate() / fall
    };
    Tensor sum = state.slot(SUM, group.option("initial_accumulator_value"));
    UPDATE.run(scalars, List.of(parameter, gradient, sum), List.of(parameter, sum));
  }
}
