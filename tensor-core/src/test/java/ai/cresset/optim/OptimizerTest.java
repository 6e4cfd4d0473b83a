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
