package ai.cresset.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.nn.Parameter;
import ai.cresset.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;

@ExtendWith(NativeMemoryCheck.class)
class OptimizerTest {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  private OptimizerTest make() {
    add("weight", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    add("bias", Tensor.of(new float[] {5, 6}, 2));
    return this;
  }

  private void add(String name, Tensor values) {
    parameters.put(name, new Parameter(values));
    values.close();
  }

  @AfterEach
  void free() {
    parameters.values().forEach(Tensor::close);
  }

  private void gradients(double value) {
    parameters.values().forEach(each -> each.grad(Tensor.full(each.spec(), value)));
  }

  private Parameter parameter(String name) {
    return Objects.requireNonNull(parameters.get(name), name);
  }

  private float[] values(String name) {
    return parameter(name).toFloatArray();
  }

  @Test
  void onlyMatricesDecayInTheUsualGroups() {
    make();
    try (Optimizer optimizer =
        new Sgd(ParameterGroup.decayMatrices(parameters, 0.5), Sgd.Config.of(0.1))) {
      gradients(0);
      optimizer.step();
    }
    assertArrayEquals(new float[] {0.95f, 1.9f, 2.85f, 3.8f}, values("weight"), 1e-6f);
    assertArrayEquals(new float[] {5, 6}, values("bias"));
  }

  @Test
  void parametersWithoutAGradientStay() {
    make();
    try (Optimizer optimizer = new AdamW(ParameterGroup.single(parameters), AdamW.config(0.1))) {
      optimizer.step();
      try (OptimizerState state = optimizer.stateDict()) {
        assertEquals(0, state.numbers().get("step/weight"));
        assertTrue(state.tensors().isEmpty());
      }
    }
    assertArrayEquals(new float[] {5, 6}, values("bias"));
  }

  @Test
  void stateSurvivesRegroupingAndContinuesBitForBit() {
    make();
    float[] straight;
    try (Optimizer first = new AdamW(ParameterGroup.single(parameters), AdamW.config(0.1))) {
      gradients(0.5);
      first.step();
      float[] weight = values("weight");
      float[] bias = values("bias");
      try (OptimizerState state = first.stateDict();
          OptimizerState kept = copy(state)) {
        gradients(-2);
        first.step();
        straight = values("weight");
        restore("weight", weight);
        restore("bias", bias);
        try (Optimizer second =
            new AdamW(ParameterGroup.decayMatrices(parameters, 0.01), AdamW.config(0.1))) {
          second.loadStateDict(kept);
          gradients(-2);
          second.step();
        }
      }
    }
    assertArrayEquals(straight, values("weight"));
  }

  private static OptimizerState copy(OptimizerState state) {
    OptimizerState copy = new OptimizerState();
    state.tensors().forEach((name, tensor) -> copy.put(name, tensor.detachedClone()));
    state.numbers().forEach(copy::put);
    return copy;
  }

  private void restore(String name, float[] values) {
    try (Tensor plain = parameter(name).detach();
        Tensor old = Tensor.of(values, plain.shape().toArray())) {
      plain.copy_(old);
    }
  }

  @Test
  void aStateThatDoesNotFitIsRefused() {
    make();
    try (Optimizer optimizer = new AdamW(ParameterGroup.single(parameters), AdamW.config(0.1));
        OptimizerState state = new OptimizerState()) {
      state.put("step/weight", 3).put("step/other", 3);
      state
          .put("exp_avg/weight", Tensor.zeros(3))
          .put("momentum_buffer/weight", Tensor.zeros(2, 2));
      CheckpointException refusal =
          assertThrows(CheckpointException.class, () -> optimizer.loadStateDict(state));
      assertEquals(
          """
          the state does not fit AdamW
            missing (the model has them, the state does not): exp_avg_sq/weight, step/bias
            unexpected (the state has them, the model does not): momentum_buffer/weight, step/other
            mis-shaped: exp_avg/weight (expected float32[2, 2], got float32[3])
            nothing was loaded; build the model with the configuration of the state""",
          refusal.getMessage());
    }
  }

  @Test
  void unknownOptionsAndParametersInTwoGroupsAreRefused() {
    make();
    ConfigException unknown =
        assertThrows(
            ConfigException.class,
            () ->
                new Sgd(
                    List.of(new ParameterGroup("all", parameters).with("beta1", 0.9)),
                    Sgd.Config.of(0.1)));
    assertEquals(
        "Sgd does not know the option 'beta1' of parameter group 'all'; it knows [lr, momentum,"
            + " dampening, weight_decay]",
        unknown.getMessage());
    ConfigException twice =
        assertThrows(
            ConfigException.class,
            () ->
                new Sgd(
                    List.of(
                        new ParameterGroup("a", parameters), new ParameterGroup("b", parameters)),
                    Sgd.Config.of(0.1)));
    assertEquals(
        "the parameter 'weight' stands in two places of the parameter groups", twice.getMessage());
    assertEquals(
        "lr: expected a number of at least 0, got -1.0",
        assertThrows(ConfigException.class, () -> Sgd.Config.of(-1)).getMessage());
  }

  @Test
  void clippingScalesAllGradientsByOneFactor() {
    make();
    gradients(3);
    double norm = GradientClipping.byGlobalNorm(parameters.values(), 1);
    assertEquals(Math.sqrt(6 * 9), norm, 1e-12);
    assertEquals(1, GradientClipping.globalNorm(parameters.values()), 1e-6);
    double before = GradientClipping.globalNorm(parameters.values());
    GradientClipping.byGlobalNorm(parameters.values(), 2);
    assertEquals(before, GradientClipping.globalNorm(parameters.values()));
    GradientClipping.byValue(parameters.values(), 0.125);
    assertEquals(0.125 * Math.sqrt(6), GradientClipping.globalNorm(parameters.values()), 1e-7);
  }

  private static String refusal(Executable wrong) {
    return String.valueOf(assertThrows(ConfigException.class, wrong).getMessage());
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    assertEquals(
        "Rprop: expected factors with 0 < eta_minus < 1 < eta_plus, got 1.5 and 1.2",
        refusal(() -> Rprop.Config.of(0.01).withFactors(1.5, 1.2)));
    assertEquals(
        "rho: expected a number from 0.0 to 1.0, got 1.5",
        refusal(() -> Adadelta.Config.of(1).withDecay(1.5)));
    assertEquals(
        "beta2: expected a number of at least 0 and below 1, got 1.0",
        refusal(() -> NAdam.Config.of(1).withBetas(0.9, 1)));
    assertEquals(
        "history_size: expected a number of at least 1, got 0",
        refusal(() -> Lbfgs.Config.of(1).withHistorySize(0)));
  }

  @Test
  void lbfgsNeedsAClosureAndOneGroup() {
    make();
    gradients(1);
    try (Optimizer optimizer = new Lbfgs(ParameterGroup.single(parameters), Lbfgs.Config.of(1))) {
      assertEquals(
          "Lbfgs computes the loss several times a step; call step(closure) instead of step()",
          refusal(optimizer::step));
    }
    assertEquals(
        "Lbfgs takes all parameters as one vector: expected one group with parameters, got [decay,"
            + " no_decay]",
        refusal(
            () ->
                new Lbfgs(
                    ParameterGroup.decayMatrices(parameters, 0).stream()
                        .map(group -> new ParameterGroup(group.name(), group.parameters()))
                        .toList(),
                    Lbfgs.Config.of(1))));
  }

  @Test
  void aClosureIsEvaluatedOnceByOptimizersThatNeedItOnce() {
    make();
    try (Optimizer optimizer = new Sgd(ParameterGroup.single(parameters), Sgd.Config.of(0.5))) {
      double loss =
          optimizer.step(
              () -> {
                gradients(2);
                return 7;
              });
      assertEquals(7, loss);
    }
    assertArrayEquals(new float[] {4, 5}, values("bias"));
  }

  @Test
  void averagedWeightsComeAndGo() {
    make();
    try (AveragedWeights average = AveragedWeights.equal(parameters)) {
      average.update();
      restore("bias", new float[] {7, 10});
      average.update();
      try (AveragedWeights.Applied applied = average.apply()) {
        assertArrayEquals(new float[] {6, 8}, values("bias"));
      }
      assertArrayEquals(new float[] {7, 10}, values("bias"));
      try (AveragedWeights resumed = AveragedWeights.equal(parameters);
          OptimizerState state = average.stateDict()) {
        resumed.loadStateDict(state);
        resumed.update();
        average.update();
        resumed.copyToWeights();
        assertEquals(3, resumed.numAveraged());
      }
      assertArrayEquals(
          Objects.requireNonNull(average.tensors().get("bias")).toFloatArray(), values("bias"));
    }
    assertEquals(
        "decay of the weight average: expected a number from 0 to 1, got 2.0",
        refusal(() -> AveragedWeights.exponential(parameters, 2)));
  }

  /** What a user's own optimizer takes: steps along the sign of a running mean. */
  private static final class SignMean extends Optimizer {
    SignMean(List<ParameterGroup> groups) {
      super(groups, Map.of("lr", 0.1));
    }

    @Override
    protected List<String> slots(ParameterGroup group) {
      return List.of("mean");
    }

    @Override
    protected void update(
        ParameterGroup group, ParameterState state, Tensor parameter, Tensor gradient) {
      Tensor mean = state.slot("mean");
      mean.add_(gradient);
      parameter.add_(mean.sign(), -group.learningRate());
    }
  }

  @Test
  void anOptimizerOfTheUsersOwnIsOneClass() {
    make();
    try (Optimizer optimizer = new SignMean(ParameterGroup.single(parameters))) {
      gradients(-3);
      optimizer.step();
      gradients(2);
      optimizer.step();
    }
    assertArrayEquals(new float[] {5.2f, 6.2f}, values("bias"), 1e-6f);
  }
}
