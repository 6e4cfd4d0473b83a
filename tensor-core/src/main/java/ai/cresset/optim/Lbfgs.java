package ai.cresset.optim;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Limited-memory BFGS (Liu and Nocedal 1989; {@code torch.optim.LBFGS}): each step runs several
 * iterations along directions that the last changes of parameters and gradients give. It needs the
 * loss again for each, so it steps with a closure; for whole data sets and small models.
 *
 * <p>One parameter group. All parameters count as one vector; a missing gradient is 0.
 */
public final class Lbfgs extends Optimizer {
  private static final String DIRECTION = "d";
  private static final String PREVIOUS = "prev_flat_grad";
  private static final String GRADIENT_CHANGE = "old_dirs.";
  private static final String CHANGE = "old_stps.";
  private static final String CURVATURE = "ro.";
  private static final String ITERATIONS = "n_iter";
  private static final String EVALUATIONS = "func_evals";
  private static final String STEP = "t";
  private static final String SCALE = "H_diag";
  private static final String OLDEST = "oldest";
  private static final String HISTORY = "num_changes";
  private static final double SMALLEST_CURVATURE = 1e-10;

  private final Config config;
  private final ParameterGroup group;
  private final ParameterState numbers;

  /** With PyTorch's other defaults, over {@code Module.namedParameters()} in one group. */
  public Lbfgs(Map<String, ? extends Tensor> parameters, double learningRate) {
    this(parameters, Config.of(learningRate));
  }

  /** Over {@code Module.namedParameters()} in one group. */
  public Lbfgs(Map<String, ? extends Tensor> parameters, Config config) {
    this(ParameterGroup.single(parameters), config);
  }

  /**
   * An optimizer over one group.
   *
   * @throws ConfigException if there is another number of groups, or the group is empty
   */
  public Lbfgs(List<ParameterGroup> groups, Config config) {
    super(groups, Map.of("lr", config.learningRate()));
    if (groups.size() != 1 || groups.get(0).parameters().isEmpty()) {
      throw ConfigException.because(
          "Lbfgs takes all parameters as one vector: expected one group with parameters, got "
              + groups.stream().map(ParameterGroup::name).toList());
    }
    this.config = config;
    this.group = groups.get(0);
    this.numbers = stateOf(group.parameters().keySet().iterator().next());
  }

  /** How far to go along a direction. */
  public enum LineSearch {
    /** By the learning rate. */
    NONE,
    /** As far as the strong Wolfe conditions ask; the learning rate is what is tried first. */
    STRONG_WOLFE
  }

  /**
   * Settings; {@code lr} of the group is a default.
   *
   * @param learningRate at least 0
   * @param maxIterations of one step, at least 1
   * @param maxEvaluations of the loss in one step, at least 1
   * @param gradientTolerance ends a step when no element of the gradient is larger
   * @param changeTolerance ends a step when neither loss nor any parameter change by more
   * @param historySize changes that are remembered, at least 1
   * @param lineSearch how far to go along a direction
   */
  public record Config(
      double learningRate,
      int maxIterations,
      int maxEvaluations,
      double gradientTolerance,
      double changeTolerance,
      int historySize,
      LineSearch lineSearch) {
    public Config {
      Checks.atLeastZero("lr", learningRate);
      Checks.atLeastOne("max_iter", maxIterations);
      Checks.atLeastOne("max_eval", maxEvaluations);
      Checks.atLeastZero("tolerance_grad", gradientTolerance);
      Checks.atLeastZero("tolerance_change", changeTolerance);
      Checks.atLeastOne("history_size", historySize);
    }

    /** PyTorch's defaults for L-BFGS: 20 iterations, no line search; its learning rate is 1. */
    public static Config of(double learningRate) {
      return new Config(learningRate, 20, 25, 1e-7, 1e-9, 100, LineSearch.NONE);
    }

    /** With this limit, and a limit of evaluations that is a quarter larger. */
    public Config withMaxIterations(int value) {
      return new Config(
          learningRate,
          value,
          value * 5 / 4,
          gradientTolerance,
          changeTolerance,
          historySize,
          lineSearch);
    }

    public Config withMaxEvaluations(int value) {
      return new Config(
          learningRate,
          maxIterations,
          value,
          gradientTolerance,
          changeTolerance,
          historySize,
          lineSearch);
    }

    public Config withTolerances(double gradient, double change) {
      return new Config(
          learningRate, maxIterations, maxEvaluations, gradient, change, historySize, lineSearch);
    }

    public Config withHistorySize(int value) {
      return new Config(
          learningRate,
          maxIterations,
          maxEvaluations,
          gradientTolerance,
          changeTolerance,
          value,
          lineSearch);
    }

    public Config withLineSearch(LineSearch value) {
      return new Config(
          learningRate,
          maxIterations,
          maxEvaluations,
          gradientTolerance,
          changeTolerance,
          historySize,
          value);
    }
  }

  @Override
  protected List<String> slots(ParameterGroup owner) {
    List<String> slots = new ArrayList<>(List.of(DIRECTION, PREVIOUS));
    for (int i = 0; i < config.historySize(); i++) {
      slots.add(GRADIENT_CHANGE + i);
      slots.add(CHANGE + i);
    }
    return slots;
  }

  @Override
  protected void update(
      ParameterGroup owner, ParameterState state, Tensor parameter, Tensor gradient) {
    throw ConfigException.because(
        "Lbfgs computes the loss several times a step; call step(closure) instead of step()");
  }

  @Override
  public double step(DoubleSupplier closure) {
    try (GradMode.Restore off = GradMode.disable();
        Scope scope = Scope.open("L-BFGS step")) {
      TensorVector parameters = new TensorVector(List.copyOf(group.parameters().values()));
      double first = evaluate(closure);
      double loss = first;
      TensorVector gradient = gradient();
      int evaluations = 1;
      boolean done = gradient.largestSize() <= config.gradientTolerance();
      for (int i = 1; !done && i <= config.maxIterations(); i++) {
        try (Scope iteration = Scope.open("L-BFGS iteration")) {
          TensorVector direction = direction(gradient);
          double slope = gradient.dot(direction);
          if (slope > -config.changeTolerance()) {
            break;
          }
          double before = loss;
          if (config.lineSearch() == LineSearch.STRONG_WOLFE) {
            StrongWolfe line =
                new StrongWolfe(
                    along(closure, parameters, direction),
                    new StrongWolfe.Point(0, loss, gradient.copy(), slope));
            StrongWolfe.Point found =
                line.search(
                    numbers.number(STEP, 0),
                    direction.largestSize(),
                    config.maxEvaluations() - evaluations);
            evaluations += line.numEvaluations();
            numbers.remember(STEP, found.step());
            parameters.add(direction, found.step());
            loss = found.loss();
            gradient.set(found.gradient());
          } else {
            parameters.add(direction, numbers.number(STEP, 0));
            if (i < config.maxIterations()) {
              loss = evaluate(closure);
              gradient.set(gradient());
              evaluations++;
            }
          }
          done =
              evaluations >= config.maxEvaluations()
                  || gradient.largestSize() <= config.gradientTolerance()
                  || direction.largestSize() * numbers.number(STEP, 0) <= config.changeTolerance()
                  || Math.abs(loss - before) < config.changeTolerance();
        }
      }
      return first;
    }
  }

  private double evaluate(DoubleSupplier closure) {
    numbers.remember(EVALUATIONS, numbers.number(EVALUATIONS, 0) + 1);
    try (GradMode.Restore on = GradMode.enable();
        Scope scope = Scope.open("L-BFGS closure")) {
      return closure.getAsDouble();
    }
  }

  /** A copy of all gradients. */
  private TensorVector gradient() {
    List<Tensor> parts = new ArrayList<>();
    for (Tensor parameter : group.parameters().values()) {
      Tensor gradient = parameter.grad();
      parts.add(gradient == null ? Tensor.zeros(parameter.spec()) : gradient.detachedClone());
    }
    return new TensorVector(parts);
  }

  private TensorVector slot(String name) {
    return new TensorVector(
        group.parameters().keySet().stream().map(each -> stateOf(each).slot(name)).toList());
  }

  private StrongWolfe.Objective along(
      DoubleSupplier closure, TensorVector parameters, TensorVector direction) {
    TensorVector start = parameters.copy();
    return step -> {
      parameters.add(direction, step);
      double loss = evaluate(closure);
      TensorVector gradient = gradient();
      parameters.set(start);
      return new StrongWolfe.Point(step, loss, gradient, gradient.dot(direction));
    };
  }

  /** Where to go from here, and into the state the step to try first. */
  private TensorVector direction(TensorVector gradient) {
    TensorVector direction = slot(DIRECTION);
    TensorVector previous = slot(PREVIOUS);
    double iterations = numbers.number(ITERATIONS, 0) + 1;
    numbers.remember(ITERATIONS, iterations);
    if (iterations > 1) {
      remember(gradient, previous, direction);
    }
    direction.set(gradient);
    direction.scale(-1);
    if (iterations > 1) {
      applyInverseHessian(direction);
    }
    previous.set(gradient);
    double rate = group.learningRate();
    numbers.remember(STEP, iterations > 1 ? rate : Math.min(1, 1 / gradient.sumOfSizes()) * rate);
    return direction;
  }

  /** Adds the last change to the history, in the place of the oldest if it is full. */
  private void remember(TensorVector gradient, TensorVector previous, TensorVector direction) {
    TensorVector gradientChange = gradient.copy();
    gradientChange.add(previous, -1);
    TensorVector change = direction.copy();
    change.scale(numbers.number(STEP, 0));
    double curvature = gradientChange.dot(change);
    if (!(curvature > SMALLEST_CURVATURE)) {
      return;
    }
    int oldest = (int) numbers.number(OLDEST, 0);
    int size = (int) numbers.number(HISTORY, 0);
    int place = (oldest + size) % config.historySize();
    if (size == config.historySize()) {
      numbers.remember(OLDEST, (oldest + 1) % config.historySize());
    } else {
      numbers.remember(HISTORY, size + 1.0);
    }
    slot(GRADIENT_CHANGE + place).set(gradientChange);
    slot(CHANGE + place).set(change);
    numbers.remember(CURVATURE + place, 1 / curvature);
    numbers.remember(SCALE, curvature / gradientChange.dot(gradientChange));
  }

  /** The two loops over the history. */
  private void applyInverseHessian(TensorVector vector) {
    int oldest = (int) numbers.number(OLDEST, 0);
    int size = (int) numbers.number(HISTORY, 0);
    double[] parts = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      int place = (oldest + i) % config.historySize();
      parts[i] = slot(CHANGE + place).dot(vector) * numbers.number(CURVATURE + place, 0);
      vector.add(slot(GRADIENT_CHANGE + place), -parts[i]);
    }
    vector.scale(numbers.number(SCALE, 1));
    for (int i = 0; i < size; i++) {
      int place = (oldest + i) % config.historySize();
      double part =
          slot(GRADIENT_CHANGE + place).dot(vector) * numbers.number(CURVATURE + place, 0);
      vector.add(slot(CHANGE + place), parts[i] - part);
    }
  }
}
