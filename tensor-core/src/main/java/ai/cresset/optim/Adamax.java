package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adamax (Kingma and Ba 2015; {@code torch.optim.Adamax}): {@link Adam} with the largest gradient,
 * which decays, in place of the mean square.
 */
public final class Adamax extends Optimizer {
  private static final String FIRST = "exp_avg";
  private static final String LARGEST = "exp_inf";

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Adamax(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Adamax(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Adamax(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code beta1}, {@code beta2}, {@code eps}, {@code
   * weight_decay}) are defaults.
   *
   * @param learningRate at least 0
   * @param beta1 decay of the mean gradient, in [0, 1)
   * @param beta2 decay of the largest gradient, in [0, 1)
   * @param epsilon added to the absolute value of each gradient
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.belowOne("beta1", beta1);
      Checks.belowOne("beta2", beta2);
      Checks.atLeastZero("eps", epsilon);
      Checks.atLeastZero("weight_decay", weightDecay);
    }

    /** PyTorch's defaults for Adamax; its learning rate is 0.002. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.9, 0.999, 1e-8, 0, false);
    }

    public Config withBetas(double first, double second) {
      return new Config(learningRate, first, second, epsilon, weightDecay, maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(learningRate, beta1, beta2, value, weightDecay, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, beta1, beta2, epsilon, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, beta1, beta2, epsilon, weightDecay, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("beta1", beta1);
      options.put("beta2", beta2);
      options.put("eps", epsilon);
      options.put("weight_decay", weightDecay);
      return options;
    }
  }

  /** Inputs: parameter, gradient, mean gradient, largest gradient. */
  private static FusedUpdate update() {
    Expr gradient = Terms.gradient();
    Expr first = Terms.towards(Expr.input(2), gradient, Expr.scalar(2));
    Expr size = gradient.apply(UnaryFunction.ABS).plus(Expr.scalar(4));
    Expr largest = Expr.input(3).times(Expr.scalar(3)).apply(BinaryFunction.MAX, size);
    Expr changed = Expr.input(0).minus(Expr.scalar(5).times(first.over(largest)));
    return new FusedUpdate(4, 6, changed, first, largest);
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
    return List.of(FIRST, LARGEST);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double beta1 = group.option("beta1");
    double correction = 1 - StrictMath.pow(beta1, (double) state.step());
    double[] scalars = {
      config.maximize() ? -1 : 1,
      group.option("weight_decay"),
      1 - beta1,
      group.option("beta2"),
      group.option("eps"),
      group.learningRate() / correction
    };
    Tensor first = state.slot(FIRST);
    Tensor largest = state.slot(LARGEST);
    UPDATE.run(
        scalars, List.of(parameter, gradient, first, largest), List.of(parameter, first, largest));
  }
}
