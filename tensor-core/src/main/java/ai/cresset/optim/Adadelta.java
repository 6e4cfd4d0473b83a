package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adadelta (Zeiler 2012; {@code torch.optim.Adadelta}): the root mean square of past changes over
 * that of past gradients is the size of a step.
 */
public final class Adadelta extends Optimizer {
  private static final String SQUARES = "square_avg";
  private static final String CHANGES = "acc_delta";

  private static final FusedUpdate UPDATE = update();

  private final Config config;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Adadelta(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Adadelta(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Adadelta(List<ParameterGroup> groups, Config config) {
    super(groups, config.options());
    this.config = config;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code rho}, {@code eps}, {@code weight_decay}) are
   * defaults.
   *
   * @param learningRate at least 0
   * @param decay how much of the means stays each step, in [0, 1]
   * @param epsilon added to both means before their roots are taken
   * @param weightDecay added to the gradient, times the parameter; at least 0
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate, double decay, double epsilon, double weightDecay, boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.between("rho", decay, 0, 1);
      Checks.atLeastZero("eps", epsilon);
      Checks.atLeastZero("weight_decay", weightDecay);
    }

    /** PyTorch's defaults for Adadelta; its learning rate is 1. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.9, 1e-6, 0, false);
    }

    public Config withDecay(double value) {
      return new Config(learningRate, value, epsilon, weightDecay, maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(learningRate, decay, value, weightDecay, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, decay, epsilon, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, decay, epsilon, weightDecay, value);
    }

    private Map<String, Double> options() {
      Map<String, Double> options = new LinkedHashMap<>();
      options.put("lr", learningRate);
      options.put("rho", decay);
      options.put("eps", epsilon);
      options.put("weight_decay", weightDecay);
      return options;
    }
  }

  /** Inputs: parameter, gradient, mean squared gradient, mean squared change. */
  private static FusedUpdate update() {
    Expr gradient = Terms.gradient();
    Expr kept = Expr.scalar(2);
    Expr added = Expr.scalar(3);
    Expr epsilon = Expr.scalar(4);
    Expr squares = Terms.meanSquare(Expr.input(2), gradient, kept, added);
    Expr below = squares.plus(epsilon).apply(UnaryFunction.SQRT);
    Expr above = Expr.input(3).plus(epsilon).apply(UnaryFunction.SQRT);
    Expr change = above.over(below).times(gradient);
    Expr changes = Terms.meanSquare(Expr.input(3), change, kept, added);
    Expr changed = Expr.input(0).minus(Expr.scalar(5).times(change));
    return new FusedUpdate(4, 6, changed, squares, changes);
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
    return List.of(SQUARES, CHANGES);
  }

  @Override
  protected void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    double decay = group.option("rho");
    double[] scalars = {
      config.maximize() ? -1 : 1,
      group.option("weight_decay"),
      decay,
      1 - decay,
      group.option("eps"),
      group.learningRate()
    };
    Tensor squares = state.slot(SQUARES);
    Tensor changes = state.slot(CHANGES);
    UPDATE.run(
        scalars,
        List.of(parameter, gradient, squares, changes),
        List.of(parameter, squares, changes));
  }
}
