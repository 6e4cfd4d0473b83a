package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adam with Nesterov's momentum (Dozat 2016; {@code torch.optim.NAdam}). */
public final class NAdam extends Optimizer {
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";
  private static final String PRODUCT = "mu_product";
  private static final double BASE = 0.96;

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public NAdam(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public NAdam(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public NAdam(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code beta1}, {@code beta2}, {@code eps}, {@code
   * weight_decay}, {@code momentum_decay}) are defaults.
   *
   * @param learningRate at least 0
   * @param beta1 decay of the mean gradient, in [0, 1)
   * @param beta2 decay of the mean squared gradient, in [0, 1)
   * @param epsilon added to the root of the mean squared gradient
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param momentumDecay how fast the momentum rises to {@code beta1}
   * @param decoupledWeightDecay let the parameter shrink by itself instead, as {@link AdamW} does
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      double momentumDecay,
      boolean decoupledWeightDecay,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.belowOne("beta1", beta1);
      Checks.belowOne("beta2", beta2);
      Checks.atLeastZero("eps", epsilon);
      Checks.atLeastZero("weight_decay", weightDecay);
      Checks.atLeastZero("momentum_decay", momentumDecay);
    }

    /** PyTorch's defaults for NAdam; its learning rate is 0.002. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.9, 0.999, 1e-8, 0, 4e-3, false, false);
    }

    public Config withBetas(double first, double second) {
      return new Config(
          learningRate,
          first,
          second,
          epsilon,
          weightDecay,
          momentumDecay,
          decoupledWeightDecay,
          maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(
          learningRate,
          beta1,
          beta2,
          value,
          weightDecay,
          momentumDecay,
          decoupledWeightDecay,
          maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(
          learningRate,
          beta1,
          beta2,
          epsilon,
          value,
          momentumDecay,
          decoupledWeightDecay,
          maximize);
    }

    public Config withMomentumDecay(double value) {
      return new Config(
          learningRate, beta1, beta2, epsilon, weightDecay, value, decoupledWeightDecay, maximize);
    }

    public Config withDecoupledWeightDecay(boolean value) {
      return new Config(
          learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(
          learningRate,
          beta1,
          beta2,
          epsilon,
          weightDecay,
          momentumDecay,
          decoupledWeightDecay,
          value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("beta1", beta1);
      options.put("beta2", beta2);
      options.put("eps", epsilon);
      options.put("weight_decay", weightDecay);
      options.put("momentum_decay", momentumDecay);
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
    Expr step = Expr.scalar(8).times(gradient).plus(Expr.scalar(9).times(first));
    return new FusedUpdate(4, 10, start.minus(step.over(denominator)), first, second);
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
    double correction2 = 1 - StrictMath.pow(beta2, (double) state.step());
    double momentum = momentum(group, state.step());
    double next = momentum(group, state.step() + 1);
    // PyTorch keeps the product in float32, whatever the parameters are.
    float product = (float) state.number(PRODUCT, 1) * (float) momentum;
    state.remember(PRODUCT, product);
    boolean decoupled = config.decoupledWeightDecay();
    double[] scalars = {
      config.maximize() ? -1 : 1,
      decoupled ? 0 : decay,
      decoupled ? 1 - rate * decay : 1,
      1 - beta1,
      beta2,
      1 - beta2,
      1 / Math.sqrt(correction2),
      group.option("eps"),
      rate * (1 - momentum) / (1.0 - product),
      rate * next / (1.0 - product * next)
    };
    Tensor first = state.slot(FIRST);
    Tensor second = state.slot(SECOND);
    UPDATE.run(
        scalars, List.of(parameter, gradient, first, second), List.of(parameter, first, second));
  }

  private static double momentum(ParameterGroup group, long step) {
    double rise = 0.5 * StrictMath.pow(BASE, step * group.option("momentum_decay"));
    return group.option("beta1") * (1 - rise);
  }
}
