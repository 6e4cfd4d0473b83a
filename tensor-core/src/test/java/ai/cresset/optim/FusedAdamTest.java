package ai.cresset.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fused update of the processor gives the bits of the composed one. */
@ExtendWith(LeakCheck.class)
class FusedAdamTest {
  private static Tensor random(long seed, long rows, long columns) {
    Spec spec = new Spec(Shape.of(rows, columns), DType.FLOAT32, Device.CPU);
    return Creation.normal(spec, 0, 1, new Generator(seed));
  }

  /** Gradients that do not lie row by row are left to the composed form. */
  private static float[] trained(boolean decoupled, boolean contiguous) {
    try (Scope scope = Scope.open("test")) {
      Parameter parameter = new Parameter(random(1, 37, 61));
      List<ParameterGroup> groups = ParameterGroup.single(Map.of("p", parameter));
      Adam.Config config = Adam.Config.of(0.01).withWeightDecay(0.1);
      try (Adam optimizer = decoupled ? new AdamW(groups, config) : new Adam(groups, config)) {
        for (int step = 0; step < 4; step++) {
          Tensor gradient = random(2 + step, 37, 61);
          parameter.grad(contiguous ? gradient : gradient.t().copy().t());
          optimizer.step();
        }
        return parameter.toFloatArray();
      } finally {
        parameter.grad(null);
        parameter.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void equalsTheComposedForm(boolean decoupled) {
    List<float[]> both = List.of(trained(decoupled, false), trained(decoupled, true));
    assertArrayEquals(both.get(0), both.get(1));
  }

  private static float[] multiplied(boolean later, boolean fused) {
    try (Scope scope = Scope.open("test")) {
      Parameter parameter = new Parameter(random(1, 37, 61));
      List<ParameterGroup> groups = ParameterGroup.single(Map.of("p", parameter));
      try (Optimizer optimizer =
          fused
              ? new AdamW(groups, Adam.Config.of(0.01).withMaximize(true))
              : new Sgd(groups, Sgd.Config.of(0.1).withMomentum(0.9))) {
        for (int step = 0; step < 3; step++) {
          Tensor gradient = random(2 + step, 37, 61);
          parameter.grad(gradient);
          if (later) {
            parameter.accumulator().multiplyLater(1 / 3.0);
          } else {
            gradient.mul_(1 / 3.0);
          }
          optimizer.step();
          assertEquals(later && fused ? 1 / 3.0 : 1, parameter.accumulator().factor());
        }
        return parameter.toFloatArray();
      } finally {
        parameter.grad(null);
        parameter.close();
      }
    }
  }

  /** What others multiply before, the fused update multiplies on the way. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFactorOfTheGradientGivesTheSameBits(boolean fused) {
    assertArrayEquals(multiplied(false, fused), multiplied(true, fused));
  }
}
