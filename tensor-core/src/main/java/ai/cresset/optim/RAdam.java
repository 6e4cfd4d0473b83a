package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rectified Adam (Liu et al. 2020; {@code torch.optim.RAdam}): plain momentum while the mean
 * squared gradient rests on too few steps to be trusted, then {@link Adam} with a factor for what
 * is missing.
 */
public final class RAdam extends Optimizer {
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";

  /** Effective number of averaged steps above which the mean squared gradient is used. */
  private static final double TRUSTED = 5;

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public RAdam(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public RAdam(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public RAdam(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code beta1}, {@code beta2}, {@code eps}, {@code
   * weight_decay}) are defaults.
   *
   * @param learningRate at least 0
   * @param beta1 decay of the mean gradient, in [0, 1)
   * @param beta2 decay of the mean squared gradient, in [0, 1)
   * @param epsilon added to the root of the mean squared gradient
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param decoupledWeightDecay let the parameter shrink by itself instead, as {@link AdamW} does
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean decoupledWeightDecay,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.belowOne("beta1", beta1);
      Checks.belowOne("beta2", beta2);
      Checks.atLeastZero("eps", epsilon);
      Checks.atLeastZero("weight_decay", weightDecay);
    }

    /** PyTorch's defaults for RAdam; its learning rate is 0.001. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.9, 0.999, 1e-8, 0, false, false);
    }

    public Config withBetas(double first, double second) {
      return new Config(
          learningRate, first, second, epsilon, weightDecay, decoupledWeightDecay, maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(
          learningRate, beta1, beta2, value, weightDecay, decoupledWeightDecay, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, beta1, beta2, epsilon, value, decoupledWeightDecay, maximize);
    }

    public Config withDecoupledWeightDecay(boolean value) {
      return new Config(learningRate, beta1, beta2, epsilon, weightDecay, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(
          learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay, value);
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

  /** Inputs: parameter, gradient, first and second moment. */
  private static FusedUpdate update() {
    Expr gradient = Terms.gradient();
    Expr start = Expr.input(0).times(Expr.scalar(2));
    Expr first = Terms.towards(Expr.input(2), gradient, Expr.scalar(3));
    Expr second = Terms.meanSquare(Expr.input(3), gradient, Expr.scalar(4), Expr.scalar(5));
    Expr root = second.apply(UnaryFunction.SQRT);
    Expr denominator = Expr.fma(root, Expr.scalar(6), Expr.scalar(7));
    Expr changed = start.minus(Expr.scalar(8).times(first.over(denominator)));
    return new FusedUpdate(4, 9, changed, first, second);
  }

  @Override
  public Map<String, Boolean> flags() {
    return Map.of(
        "decoupled_weight_decay", config.decoupledWeightDecay(), "maximize", config.maximize());
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  protected List<String> slots(ParameterGroup group) {
    return List.of(FIRST, SECOND);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double rate = group.learningRate();
    double beta1 = group.option("beta1");
    double beta2 = group.option("beta2");
    double decay = group.option("weight_decay");
    double step = (double) state.step();
    double correction1 = 1 - StrictMath.pow(beta1, step);
    double correction2 = 1 - StrictMath.pow(beta2, step);
    double most = 2 / (1 - beta2) - 1;
    double length = most - 2 * step * StrictMath.pow(beta2, step) / correction2;
    boolean trusted = length > TRUSTED;
    double rectified =
        Math.sqrt((length - 4) * (length - 2) * most / ((most - 4) * (most - 2) * length));
    boolean decoupled = config.decoupledWeightDecay();
    double[] scalars = {
      config.maximize() ? -1 : 1,
      decoupled ? 0 : decay,
      decoupled ? 1 - rate * decay : 1,
      1 - beta1,
      beta2,
      1 - beta2,
      trusted ? 1 : 0,
      trusted ? group.option("eps") : 1,
      rate / correction1 * (trusted ? rectified * Math.sqrt(correction2) : 1)
    };
    Tensor first = state.slot(FIRST);
    Tensor second = state.slot(SECOND);
    UPDATE.run(
        scalars, List.of(parameter, gradient, first, second), List.of(parameter, first, second));
  }
}
