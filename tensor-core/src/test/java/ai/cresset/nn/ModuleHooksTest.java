package ai.cresset.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ConfigException;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Hooks of modules, and modules that change type and device. */
@ExtendWith(LeakCheck.class)
class ModuleHooksTest {
  private static final double[] GRADIENT = {1, 2};

  private static double[] grad(Tensor tensor) {
    return Objects.requireNonNull(tensor.grad()).toDoubleArray();
  }

  @Test
  void forwardHooksSeeAndReplaceUntilTheyAreRemoved() {
    List<String> seen = new ArrayList<>();
    try (Linear layer = new Linear(2, 3)) {
      Tensor input = Tensor.randn(4, 2);
      Tensor plain = layer.call(input);
      HookHandle before =
          layer.registerForwardPreHook(
              (module, inputs) -> {
                seen.add("before " + module.getClass().getSimpleName());
                return List.of(inputs.get(0).mul(2));
              });
      HookHandle after =
          layer.registerForwardHook(
              (module, inputs, outputs) -> {
                seen.add("after " + inputs.get(0).shape() + " " + outputs.get(0).shape());
                return outputs.get(0).add(1);
              });
      HookHandle watching = layer.registerForwardHook((module, inputs, outputs) -> null);
      Tensor hooked = layer.call(input);
      assertArrayEquals(
          input
              .mul(2)
              .matmul(layer.weight().t())
              .add(Objects.requireNonNull(layer.bias()))
              .add(1)
              .toDoubleArray(),
          hooked.toDoubleArray(),
          1e-6);
      before.close();
      after.close();
      after.close();
      watching.close();
      assertArrayEquals(plain.toDoubleArray(), layer.call(input).toDoubleArray());
      assertEquals(List.of("before Linear", "after [4, 2] [4, 3]"), seen);
    }
  }

  @Test
  void fullBackwardHooksSeeBothSidesAndReplaceTheGradientOfTheInput() {
    try (Sequential layers = new Sequential(new Linear(2, 2), new Linear(2, 2))) {
      Tensor input = Tensor.ones(1, 2).requiresGrad(true);
      List<double[]> outputs = new ArrayList<>();
      List<double[]> inputs = new ArrayList<>();
      HookHandle handle =
          layers
              .get(1)
              .registerFullBackwardHook(
                  (module, gradInputs, gradOutputs) -> {
                    inputs.add(Objects.requireNonNull(gradInputs.get(0)).toDoubleArray());
                    outputs.add(Objects.requireNonNull(gradOutputs.get(0)).toDoubleArray());
                    return List.of(Objects.requireNonNull(gradInputs.get(0)).mul(10));
                  });
      layers.call(input).backward(Tensor.of(GRADIENT, 1, 2).to(DType.FLOAT32));
      assertArrayEquals(GRADIENT, outputs.get(0));
      double[] hooked = grad(input);
      double[] ofWeight = grad(((Linear) layers.get(1)).weight());
      handle.close();
      input.zeroGrad();
      layers.zeroGrad();
      layers.call(input).backward(Tensor.of(GRADIENT, 1, 2).to(DType.FLOAT32));
      double[] plain = grad(input);
      assertEquals(1, inputs.size());
      for (int i = 0; i < 2; i++) {
        assertEquals(10 * plain[i], hooked[i], 1e-5);
      }
      assertArrayEquals(ofWeight, grad(((Linear) layers.get(1)).weight()), 1e-6);
    }
  }

  @Test
  void withoutAGradientOfTheInputTheHookSeesThatOfTheOutput() {
    List<Tensor> inputs = new ArrayList<>();
    try (Linear layer = new Linear(2, 2)) {
      layer.registerFullBackwardHook(
          (module, gradInputs, gradOutputs) -> {
            inputs.addAll(gradInputs);
            assertArrayEquals(GRADIENT, Objects.requireNonNull(gradOutputs.get(0)).toDoubleArray());
            return null;
          });
      layer.call(Tensor.ones(1, 2)).backward(Tensor.of(GRADIENT, 1, 2).to(DType.FLOAT32));
      assertEquals(1, inputs.size());
      assertNull(inputs.get(0));
    }
  }

  @Test
  void whatHooksCannotDoIsRefusedWithTheReason() {
    try (Lstm lstm = new Lstm(2, 3);
        Linear layer = new Linear(2, 2)) {
      HookHandle handle = lstm.registerFullBackwardHook((module, inputs, outputs) -> null);
      assertEquals(
          "Lstm: a full backward hook needs a module with one result; register it with a layer"
              + " inside of this one",
          Refused.message(ConfigException.class, () -> lstm.call(Tensor.ones(1, 1, 2))));
      handle.close();
      List<Integer> outputs = new ArrayList<>();
      lstm.registerForwardHook(
          (module, inputs, results) -> {
            outputs.add(results.size());
            return null;
          });
      lstm.call(Tensor.ones(1, 1, 2));
      assertEquals(List.of(3), outputs);
      layer.registerForwardPreHook((module, inputs) -> List.of());
      assertEquals(
          "Linear: a forward pre-hook gave 0 inputs, expected 1",
          Refused.message(ConfigException.class, () -> layer.call(Tensor.ones(1, 2))));
    }
  }

  @Test
  void aModuleChangesTypeWithItsGradientsAndStaysItself() {
    try (Sequential layers = new Sequential(new Linear(2, 2), new BatchNorm1d(2))) {
      Parameter weight = layers.namedParameters().get("0.weight");
      layers.call(Tensor.randn(3, 2)).sum().backward();
      double[] before = weight.toDoubleArray();
      layers.to(DType.FLOAT64);
      assertSame(weight, layers.namedParameters().get("0.weight"));
      assertEquals(DType.FLOAT64, weight.dtype());
      assertEquals(DType.FLOAT64, Objects.requireNonNull(weight.grad()).dtype());
      assertEquals(DType.FLOAT64, layers.namedBuffers().get("1.running_mean").dtype());
      assertEquals(DType.INT64, layers.namedBuffers().get("1.num_batches_tracked").dtype());
      assertArrayEquals(before, weight.toDoubleArray());
      layers.zeroGrad();
      Tensor output = layers.call(Tensor.randn(3, 2).to(DType.FLOAT64));
      assertEquals(DType.FLOAT64, output.dtype());
      output.square().sum().backward();
      assertEquals(DType.FLOAT64, Objects.requireNonNull(weight.grad()).dtype());
    }
  }

  @Test
  void aModuleMovesToAnotherDevice() {
    try (Linear layer = new Linear(2, 2)) {
      Tensor input = Tensor.randn(3, 2);
      double[] before = layer.call(input).toDoubleArray();
      layer.to(Device.REFERENCE);
      assertEquals(Device.REFERENCE, layer.weight().device());
      Tensor there = layer.call(input.to(Device.REFERENCE));
      there.sum().backward();
      assertArrayEquals(before, there.to(Device.CPU).toDoubleArray(), 1e-6);
      assertEquals(Device.REFERENCE, Objects.requireNonNull(layer.weight().grad()).device());
      layer.to(Device.CPU);
      assertArrayEquals(before, layer.call(input).toDoubleArray(), 1e-6);
    }
  }

  @Test
  void otherElementsNeedALeafOfTheSameShape() {
    Tensor leaf = Tensor.ones(2).requiresGrad(true);
    assertEquals(
        "data can be replaced in leaves only, not in float32[2], the result of an operation;"
            + " detach() it first",
        Refused.message(BackwardException.class, () -> leaf.mul(2).data(Tensor.ones(2))));
  }
}
