package ai.cresset.amp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Sgd;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Scales, skipped steps, growth and back-off. */
@ExtendWith(LeakCheck.class)
class GradScalerTest {
  private static final GradScaler.Config CONFIG = new GradScaler.Config(8, 2, 0.5, 2, true);

  @Test
  void goodStepsGrowTheScaleAndABadOneIsLeftOut() {
    GradScaler scaler = new GradScaler(CONFIG);
    try (Parameter weight = new Parameter(Tensor.ones(2));
        Sgd optimizer = new Sgd(Map.of("weight", weight), 1)) {
      assertEquals(24, scaler.scale(Tensor.scalar(3)).item());
      weight.grad(Tensor.of(new float[] {8, 16}, 2));
      assertTrue(scaler.step(optimizer));
      scaler.update();
      assertArrayEquals(new double[] {0, -1}, weight.toDoubleArray());
      assertEquals(8, scaler.scale());
      assertEquals(1, scaler.growthTracker());
      weight.grad(Tensor.zeros(2));
      assertTrue(scaler.step(optimizer));
      scaler.update();
      assertEquals(16, scaler.scale());
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
        weight.grad(Tensor.of(new float[] {bad, 0}, 2));
        assertFalse(scaler.step(optimizer));
        scaler.update();
        assertArrayEquals(new double[] {0, -1}, weight.toDoubleArray());
      }
      assertEquals(4, scaler.scale());
    }
  }

  @Test
  void gradientsAreUnscaledOnceBeforeClipping() {
    GradScaler scaler = new GradScaler(CONFIG);
    try (Parameter weight = new Parameter(Tensor.ones(1));
        Sgd optimizer = new Sgd(Map.of("weight", weight), 1)) {
      weight.grad(Tensor.of(new float[] {8}, 1));
      scaler.unscale(optimizer);
      assertEquals(1, Objects.requireNonNull(weight.grad()).item());
      assertEquals(
          "GradScaler: unscale was called for this optimizer since the last update(), or its step()"
              + " was; call update() once after each step",
          Refused.message(ConfigException.class, () -> scaler.unscale(optimizer)));
      scaler.step(optimizer);
      assertEquals(0, weight.item());
      assertEquals(
          "GradScaler: step was called for this optimizer since the last update(); call update()"
              + " once after each step",
          Refused.message(ConfigException.class, () -> scaler.step(optimizer)));
      scaler.update();
      assertEquals(
          "GradScaler: update() without a step since the last one; call step(optimizer) before",
          Refused.message(ConfigException.class, scaler::update));
    }
  }

  @Test
  void halfGradientsAreRefused() {
    GradScaler scaler = new GradScaler(CONFIG);
    try (Parameter weight = new Parameter(Tensor.ones(Tensor.spec(DType.FLOAT16, 1)));
        Sgd optimizer = new Sgd(Map.of("weight", weight), 1)) {
      weight.grad(Tensor.ones(Tensor.spec(DType.FLOAT16, 1)));
      assertEquals(
          "GradScaler: a gradient is float16, in which dividing loses digits; keep parameters in"
              + " float32 and let Autocast cast them",
          Refused.message(ConfigException.class, () -> scaler.unscale(optimizer)));
    }
  }

  @Test
  void theStateGoesOnAndADisabledScalerDoesNothing() {
    GradScaler first = new GradScaler(CONFIG);
    GradScaler second = new GradScaler(CONFIG.withInitialScale(1));
    second.loadStateDict(first.stateDict());
    assertEquals(first.stateDict(), second.stateDict());
    GradScaler off = new GradScaler(CONFIG.withEnabled(false));
    assertEquals(Map.of(), off.stateDict());
    try (Parameter weight = new Parameter(Tensor.ones(1));
        Sgd optimizer = new Sgd(Map.of("weight", weight), 1)) {
      weight.grad(Tensor.ones(1));
      assertEquals(3, off.scale(Tensor.scalar(3)).item());
      assertTrue(off.step(optimizer));
      off.update();
      assertEquals(0, weight.item());
    }
  }
}
