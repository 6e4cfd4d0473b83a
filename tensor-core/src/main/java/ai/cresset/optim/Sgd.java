package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.error.ConfigException;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent, plain, with momentum or with Nesterov's momentum ({@code
 * torch.optim.SGD}).
 */
public final class Sgd extends Optimizer {
  private static final String BUFFER = "momentum_buffer";

  private static final Expr DECAYED =
      Expr.input(1).times(Expr.scalar(0)).plus(Expr.scalar(1).times(Expr.input(0)));
  private static final Expr VELOCITY =
      Expr.scalar(2).times(Expr.input(2)).plus(Expr.scalar(3).times(DECAYED));
  private static final FusedUpdate PLAIN =
      new FusedUpdate(2, 3, Expr.input(0).minus(Expr.scalar(2).times(DECAYED)));
  private static final FusedUpdate MOMENTUM =
      new FusedUpdate(3, 5, Expr.input(0).minus(Expr.scalar(4).times(VELOCITY)), VELOCITY);
  private static final FusedUpdate NESTEROV =
      new FusedUpdate(
          3,
          6,
          Expr.input(0).minus(Expr.scalar(4).times(DECAYED.plus(Expr.scalar(5).times(VELOCITY)))),
          VELOCITY);

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Sgd(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Sgd(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Sgd(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code momentum}, {@code dampening}, {@code
   * weight_decay}) are defaults.
   *
   * @param learningRate at least 0
   * @param momentum how much of the velocity stays each step; 0 for none
   * @param dampening how much of the gradient is kept out of the velocity
   * @param weightDecay added to the gradient, times the parameter
   * @param nesterov look ahead along the velocity; needs a momentum and no dampening
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double momentum,
      double dampening,
      double weightDecay,
      boolean nesterov,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.atLeastZero("momentum", momentum);
      Checks.atLeastZero("weight_decay", weightDecay);
      if (nesterov && (momentum <= 0 || dampening != 0)) {
        throw ConfigException.because(
            "nesterov needs a momentum above 0 and a dampening of 0, got momentum "
                + momentum
                + " and dampening "
                + dampening);
      }
    }

    /** Plain gradient descent. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0, 0, 0, false, false);
    }

    public Config withMomentum(double value) {
      return new Config(learningRate, value, dampening, weightDecay, nesterov, maximize);
    }

    public Config withDampening(double value) {
      return new Config(learningRate, momentum, value, weightDecay, nesterov, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, momentum, dampening, value, nesterov, maximize);
    }

    public Config withNesterov(boolean value) {
      return new Config(learningRate, momentum, dampening, weightDecay, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, momentum, dampening, weightDecay, nesterov, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("momentum", momentum);
      options.put("dampening", dampening);
      options.put("weight_decay", weightDecay);
      return options;
    }
  }

  @Override
  public Map<String, Boolean> flags() {
    return Map.of("nesterov", config.nesterov(), "maximize", config.maximize());
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  protected List<String> slots(ParameterGroup group) {
    return group.option("momentum") == 0 ? List.of() : List.of(BUFFER);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double sign = config.maximize() ? -1 : 1;
    double decay = group.option("weight_decay");
    double rate = group.learningRate();
    double momentum = group.option("momentum");
    if (momentum == 0) {
      PLAIN.run(new double[] {sign, decay, rate}, List.of(parameter, gradient), List.of(parameter));
      return;
    }
    boolean first = state.step() == 1;
    double kept = first ? 0 : momentum;
    double added = first ? 1 : 1 - group.option("dampening");
    Tensor velocity = state.slot(BUFFER);
    double[] scalars =
        config.nesterov()
            ? new double[] {sign, decay, kept, added, rate, momentum}
            : new double[] {sign, decay, kept, added, rate};
    (config.nesterov() ? NESTEROV : MOMENTUM)
        .run(scalars, List.of(parameter, gradient, velocity), List.of(parameter, velocity));
  }
}
