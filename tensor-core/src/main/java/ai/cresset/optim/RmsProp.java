package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * RMSprop (Hinton 2012; {@code torch.optim.RMSprop}): the gradient over the root of its mean
 * square, plain or with momentum.
 */
public final class RmsProp extends Optimizer {
  private static final String SQUARES = "square_avg";
  private static final String BUFFER = "momentum_buffer";
  private static final String MEAN = "grad_avg";

  private static final FusedUpdate PLAIN = update(false, false);
  private static final FusedUpdate MOMENTUM = update(true, false);
  private static final FusedUpdate CENTERED = update(false, true);
  private static final FusedUpdate CENTERED_MOMENTUM = update(true, true);

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public RmsProp(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public RmsProp(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public RmsProp(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code alpha}, {@code eps}, {@code weight_decay},
   * {@code momentum}) are defaults.
   *
   * @param learningRate at least 0
   * @param alpha how much of the means stays each step
   * @param epsilon added to the root
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param momentum how much of the velocity stays each step; 0 for none
   * @param centered divide by the root of the variance instead of the mean square
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double alpha,
      double epsilon,
      double weightDecay,
      double momentum,
      boolean centered,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.atLeastZero("alpha", alpha);
      Checks.atLeastZero("eps", epsilon);
      Checks.atLeastZero("weight_decay", weightDecay);
      Checks.atLeastZero("momentum", momentum);
    }

    /** PyTorch's defaults for RMSprop; its learning rate is 0.01. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.99, 1e-8, 0, 0, false, false);
    }

    public Config withAlpha(double value) {
      return new Config(learningRate, value, epsilon, weightDecay, momentum, centered, maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(learningRate, alpha, value, weightDecay, momentum, centered, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, alpha, epsilon, value, momentum, centered, maximize);
    }

    public Config withMomentum(double value) {
      return new Config(learningRate, alpha, epsilon, weightDecay, value, centered, maximize);
    }

    public Config withCentered(boolean value) {
      return new Config(learningRate, alpha, epsilon, weightDecay, momentum, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, alpha, epsilon, weightDecay, momentum, centered, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("alpha", alpha);
      options.put("eps", epsilon);
      options.put("weight_decay", weightDecay);
      options.put("momentum", momentum);
      return options;
    }
  }

  /** Inputs: parameter, gradient, and the slots in their order. */
  private static FusedUpdate update(boolean momentum, boolean centered) {
    Expr gradient = Terms.gradient();
    Expr added = Expr.scalar(3);
    Expr squares = Terms.meanSquare(Expr.input(2), gradient, Expr.scalar(2), added);
    List<Expr> slots = new ArrayList<>(List.of(squares));
    Expr spread = squares;
    if (centered) {
      Expr mean = Terms.towards(Expr.input(3), gradient, added);
      spread = squares.minus(mean.times(mean));
      slots.add(mean);
    }
    Expr root = spread.apply(UnaryFunction.SQRT).plus(Expr.scalar(4));
    Expr step = gradient.over(root);
    if (momentum) {
      step = Expr.fma(Expr.input(centered ? 4 : 3), Expr.scalar(5), step);
      slots.add(step);
    }
    List<Expr> outputs = new ArrayList<>();
    outputs.add(Expr.input(0).minus(Expr.scalar(6).times(step)));
    outputs.addAll(slots);
    return new FusedUpdate(2 + slots.size(), 7, outputs.toArray(Expr[]::new));
  }

  @Override
  public Map<String, Boolean> flags() {
    return Map.of("centered", config.centered(), "maximize", config.maximize());
  }

  @Override
  public boolean isElementwise() {
    return true;
  }

  @Override
  protected List<String> slots(ParameterGroup group) {
    List<String> slots = new ArrayList<>(List.of(SQUARES));
    if (config.centered()) {
      slots.add(MEAN);
    }
    if (group.option("momentum") > 0) {
      slots.add(BUFFER);
    }
    return slots;
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double alpha = group.option("alpha");
    double momentum = group.option("momentum");
    double[] scalars = {
      config.maximize() ? -1 : 1,
      group.option("weight_decay"),
      alpha,
      1 - alpha,
      group.option("eps"),
      momentum,
      group.learningRate()
    };
    List<Tensor> changing = new ArrayList<>(List.of(parameter));
    slots(group).forEach(slot -> changing.add(state.slot(slot)));
    List<Tensor> inputs = new ArrayList<>(changing);
    inputs.add(1, gradient);
    update(momentum > 0).run(scalars, inputs, changing);
  }

  private FusedUpdate update(boolean momentum) {
    if (config.centered()) {
      return momentum ? CENTERED_MOMENTUM : CENTERED;
    }
    return momentum ? MOMENTUM : PLAIN;
  }
}
