package ai.cresset.optim;

import ai.cresset.backend.Expr;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.FusedAdam;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adam (Kingma and Ba 2015; {@code torch.optim.Adam}). Weight decay is part of the gradient; see
 * {@link AdamW} for the decoupled kind.
 */
public class Adam extends Optimizer {
  private static final String FIRST = "exp_avg";
  private static final String SECOND = "exp_avg_sq";
  private static final String LARGEST = "max_exp_avg_sq";

  private static final FusedUpdate COUPLED = update(false, false);
  private static final FusedUpdate COUPLED_AMSGRAD = update(false, true);
  private static final FusedUpdate DECOUPLED = update(true, false);
  private static final FusedUpdate DECOUPLED_AMSGRAD = update(true, true);

  private final Config config;
  private final FusedUpdate update;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Adam(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Adam(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  public Adam(List<ParameterGroup> groups, Config config) {
    this(groups, config, false);
  }

  Adam(List<ParameterGroup> groups, Config config, boolean decoupled) {
    super(groups, config.options());
    this.config = config;
    this.update =
        decoupled
            ? config.amsgrad() ? DECOUPLED_AMSGRAD : DECOUPLED
            : config.amsgrad() ? COUPLED_AMSGRAD : COUPLED;
  }

  /**
   * Settings; those of the groups ({@code lr}, {@code beta1}, {@code beta2}, {@code eps}, {@code
   * weight_decay}) are defaults.
   *
   * @param learningRate at least 0
   * @param beta1 decay of the mean gradient, in [0, 1)
   * @param beta2 decay of the mean squared gradient, in [0, 1)
   * @param epsilon added to the root of the mean squared gradient
   * @param weightDecay at least 0
   * @param amsgrad divide by the largest mean squared gradient so far
   * @param maximize go up instead of down
   */
  public record Config(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      double weightDecay,
      boolean amsgrad,
      boolean maximize) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.belowOne("beta1", beta1);
      Checks.belowOne("beta2", beta2);
      Checks.atLeastZero("eps", epsilon);
      Checks.atLeastZero("weight_decay", weightDecay);
    }

    /** PyTorch's defaults for Adam: betas 0.9 and 0.999, no weight decay. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 0.9, 0.999, 1e-8, 0, false, false);
    }

    public Config withBetas(double first, double second) {
      return new Config(learningRate, first, second, epsilon, weightDecay, amsgrad, maximize);
    }

    public Config withEpsilon(double value) {
      return new Config(learningRate, beta1, beta2, value, weightDecay, amsgrad, maximize);
    }

    public Config withWeightDecay(double value) {
      return new Config(learningRate, beta1, beta2, epsilon, value, amsgrad, maximize);
    }

    public Config withAmsgrad(boolean value) {
      return new Config(learningRate, beta1, beta2, epsilon, weightDecay, value, maximize);
    }

    public Config withMaximize(boolean value) {
      return new Config(learningRate, beta1, beta2, epsilon, weightDecay, amsgrad, value);
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

  /** Inputs: parameter, gradient, first and second moment, and with AMSGrad the largest second. */
  private static FusedUpdate update(boolean decoupled, boolean amsgrad) {
    Expr parameter = Expr.input(0);
    Expr gradient = Expr.input(1).times(Expr.scalar(0));
    Expr decay = Expr.scalar(1);
    Expr start = parameter;
    if (decoupled) {
      start = parameter.times(decay);
    } else {
      gradient = Expr.fma(decay, parameter, gradient);
    }
    Expr first = Expr.fma(gradient.minus(Expr.input(2)), Expr.scalar(2), Expr.input(2));
    Expr second =
        Expr.fma(gradient.times(gradient), Expr.scalar(4), Expr.input(3).times(Expr.scalar(3)));
    Expr spread = amsgrad ? Expr.input(4).apply(BinaryFunction.MAX, second) : second;
    Expr root = spread.apply(UnaryFunction.SQRT);
    Expr denominator = Expr.fma(root, Expr.scalar(5), Expr.scalar(6));
    Expr changed = start.minus(Expr.scalar(7).times(first.over(denominator)));
    return amsgrad
        ? new FusedUpdate(5, 8, changed, first, second, spread)
        : new FusedUpdate(4, 8, changed, first, second);
  }

  @Override
  public final Map<String, Boolean> flags() {
    return Map.of(
        "amsgrad",
        config.amsgrad(),
        "maximize",
        config.maximize(),
        "decoupled_weight_decay",
        isDecoupled());
  }

  @Override
  public final boolean isElementwise() {
    return true;
  }

  @Override
  protected final List<String> slots(ParameterGroup group) {
    return config.amsgrad() ? List.of(FIRST, SECOND, LARGEST) : List.of(FIRST, SECOND);
  }

  @Override
  protected final void update(
      ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
    FusedAdam.Numbers numbers = numbers(group, state.step(), 1);
    double[] scalars = {
      numbers.gradientScale(),
      numbers.decay(),
      1 - numbers.beta1(),
      numbers.beta2(),
      1 - numbers.beta2(),
      numbers.inverseRootCorrection(),
      numbers.epsilon(),
      numbers.stepSize()
    };
    Tensor first = state.slot(FIRST);
    Tensor second = state.slot(SECOND);
    if (config.amsgrad()) {
      Tensor largest = state.slot(LARGEST);
      update.run(
          scalars,
          List.of(parameter, gradient, first, second, largest),
          List.of(parameter, first, second, largest));
    } else {
      update.run(
          scalars, List.of(parameter, gradient, first, second), List.of(parameter, first, second));
    }
  }

  private FusedAdam.Numbers numbers(ParameterGroup group, long step, double factor) {
    double rate = group.learningRate();
    double beta1 = group.option("beta1");
    double beta2 = group.option("beta2");
    double decay = group.option("weight_decay");
    double correction1 = 1 - StrictMath.pow(beta1, (double) step);
    double correction2 = 1 - StrictMath.pow(beta2, (double) step);
    return new FusedAdam.Numbers(
        config.maximize() ? -factor : factor,
        isDecoupled(),
        isDecoupled() ? 1 - rate * decay : decay,
        beta1,
        beta2,
        group.option("eps"),
        1 / Math.sqrt(correction2),
        rate / correction1);
  }

  /**
   * Parameters that are changed by one call: those of a device, with the same step number and the
   * same factor of their gradients.
   */
  private record Batch(Device device, long step, double factor) {}

  @Override
  protected final void update(ParameterGroup group, List<Change> changes) {
    Map<Batch, List<Change>> together = new LinkedHashMap<>();
    List<Change> alone = new ArrayList<>();
    for (Change change : changes) {
      if (fused(change).isPresent()) {
        Batch batch =
            new Batch(change.parameter().device(), change.state().step(), change.factor());
        together.computeIfAbsent(batch, missing -> new ArrayList<>()).add(change);
      } else {
        alone.add(change);
      }
    }
    super.update(group, alone);
    together.forEach(
        (batch, list) -> {
          List<FusedAdam.Slice> slices = new ArrayList<>();
          for (Change change : list) {
            slices.add(
                new FusedAdam.Slice(
                    change.parameter().materialize(),
                    change.gradientWithoutFactor().materialize(),
                    change.state().slot(FIRST).materialize(),
                    change.state().slot(SECOND).materialize()));
          }
          fused(list.get(0))
              .orElseThrow()
              .adam(slices, numbers(group, batch.step(), batch.factor()), null);
          for (Change change : list) {
            change.parameter().storage().changed();
            change.state().slot(FIRST).storage().changed();
            change.state().slot(SECOND).storage().changed();
          }
        });
  }

  /** The device's capability, if this change is one that it takes. */
  private Optional<FusedAdam> fused(Change change) {
    Tensor parameter = change.parameter();
    Tensor gradient = change.gradientWithoutFactor();
    boolean plain =
        !config.amsgrad()
            && parameter.isContiguous()
            && gradient.isContiguous()
            && gradient.dtype() == parameter.dtype()
            && gradient.device().equals(parameter.device());
    return plain
        ? parameter
            .backend()
            .capability(FusedAdam.class)
            .filter(fused -> fused.takes(parameter.dtype()))
        : Optional.empty();
  }

  private boolean isDecoupled() {
    return update == DECOUPLED || update == DECOUPLED_AMSGRAD;
  }
}
