package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Averaged stochastic gradient descent (Polyak and Juditsky 1992; {@code torch.optim.ASGD}): steps
 * of a falling size, and beside the parameters their average, which {@code ax} of the state holds.
 */
public final class Asgd extends Optimizer {
  private static final String AVERAGE = "ax";
  private static final String STEP_SIZE = "eta";
  private static final String PART = "mu";

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Asgd(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Asgd(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Asgd(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code lambd}, {@code alpha}, {@code t0}, {@code
   * weight_decay}) are defaults.
   *
   * @param learningRate at least 0
   * @param decay what the parameter loses of itself each step, times the step size
   * @param power how fast the step size falls
   * @param start updates before the average begins; until then it is the parameter
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double decay,
      double power,
      double start,
      double weightDecay,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.atLeastZero("weight_decay", weightDecay);
    }

    /** PyTorch's defaults for ASGD; its learning rate is 0.01. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 1e-4, 0.75, 1e6, 0, false);
    }

    public Config withDecay(double value) {
      return new Config(learningRate, value, power, start, weightDecay, maximize);
    }

    public Config withPower(double value) {
      return new Config(learningRate, decay, value, start, weightDecay, maximize);
    }

    public Config withStart(double value) {
      return new Config(learningRate, decay, power, value, weightDecay, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, decay, power, start, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, decay, power, start, weightDecay, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("lambd", decay);
      options.put("alpha", power);
      options.put("t0", start);
      options.put("weight_decay", weightDecay);
      return options;
    }
  }

  /** Inputs: parameter, gradient, average. */
  private static FusedUpdate update() {
    Expr gradient = Terms.gradient();
    Expr changed = Expr.input(0).times(Expr.scalar(2)).minus(Expr.scalar(3).times(gradient));
    Expr part = Expr.scalar(4);
    Expr moved = Terms.towards(Expr.input(2), changed, part);
    Expr average = Expr.select(part.apply(BinaryFunction.EQ, Expr.constant(1)), changed, moved);
    return new FusedUpdate(3, 5, changed, average);
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
    return List.of(AVERAGE);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double rate = group.learningRate();
    double decay = group.option("lambd");
    double stepSize = state.number(STEP_SIZE, (float) rate);
    double[] scalars = {
      config.maximize() ? -1 : 1,
      group.option("weight_decay"),
      1 - decay * stepSize,
      stepSize,
      state.number(PART, 1)
    };
    Tensor average = state.slot(AVERAGE);
    UPDATE.run(scalars, List.of(parameter, gradient, average), List.of(parameter, average));
    // PyTorch keeps both in float32, whatever the parameters are.
    double fall = StrictMath.pow(1 + decay * rate * state.step(), group.option("alpha"));
    state.remember(STEP_SIZE, (float) (rate / fall));
    state.remember(PART, (float) (1 / Math.max(1, state.step() - group.option("t0"))));
  }
}
