package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.amp.GradScaler;
import ai.cresset.backend.Backends;
import ai.cresset.backend.FusedAdam;
import ai.cresset.backend.View;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.Adam;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Adam over many tensors at once, against the composed form on the CPU. */
@OnCuda
class CudaAdamTest {
  private static final long[] SIZES = {1, 3, 4, 1023, 4096, 9001};
  private static final int TENSORS = 70;

  private final Scope scope = Scope.open("test");
  private final CudaBackend backend = (CudaBackend) Backends.of(Device.cuda(0));
  private final List<Parameter> made = new ArrayList<>();

  @AfterEach
  void free() {
    made.forEach(Tensor::close);
    scope.close();
  }

  private static float[] random(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }

  private static Tensor tensor(float[] values, DType dtype, Device device) {
    return Tensor.of(values, values.length).to(dtype).to(device);
  }

  private static Optimizer optimizer(Map<String, Parameter> parameters, boolean decoupled) {
    List<ParameterGroup> groups = ParameterGroup.single(parameters);
    Adam.Config config = Adam.Config.of(0.01).withWeightDecay(0.1).withMaximize(!decoupled);
    return decoupled ? new AdamW(groups, config) : new Adam(groups, config);
  }

  private Map<String, Parameter> parameters(Device device, DType dtype) {
    Random random = new Random(7);
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (int i = 0; i < TENSORS; i++) {
      int size = (int) SIZES[i % SIZES.length];
      parameters.put("p" + i, new Parameter(tensor(random(random, size), dtype, device)));
    }
    made.addAll(parameters.values());
    return parameters;
  }

  private static void gradients(Map<String, Parameter> parameters, int step) {
    Random random = new Random(step);
    parameters.forEach(
        (name, parameter) -> {
          float[] values = random(random, (int) parameter.numel());
          // Some have none in some steps, so that their step numbers differ.
          boolean absent = step == 2 && name.endsWith("5");
          parameter.grad(absent ? null : tensor(values, parameter.dtype(), parameter.device()));
        });
  }

  private void sameAsComposed(DType dtype, boolean decoupled) {
    Map<String, Parameter> expected = parameters(Device.CPU, dtype);
    Map<String, Parameter> actual = parameters(Device.cuda(0), dtype);
    try (Optimizer composed = optimizer(expected, decoupled);
        Optimizer fused = optimizer(actual, decoupled)) {
      for (int step = 1; step <= 3; step++) {
        gradients(expected, step);
        gradients(actual, step);
        composed.step();
        fused.step();
      }
      expected.forEach(
          (name, parameter) -> {
            Tensor other = Objects.requireNonNull(actual.get(name)).to(Device.CPU);
            assertArrayEquals(
                parameter.to(DType.FLOAT32).toFloatArray(),
                other.to(DType.FLOAT32).toFloatArray(),
                name);
          });
    }
  }

  @Test
  void parametersChangeAsInTheComposedForm() {
    sameAsComposed(DType.FLOAT32, true);
    sameAsComposed(DType.FLOAT32, false);
    sameAsComposed(DType.FLOAT64, true);
    sameAsComposed(DType.BFLOAT16, true);
  }

  @Test
  void manyTensorsNeedFewLaunches() {
    Map<String, Parameter> parameters = parameters(Device.cuda(0), DType.FLOAT32);
    try (Optimizer optimizer = optimizer(parameters, true)) {
      for (int step = 1; step <= 2; step++) {
        gradients(parameters, 1);
        long before = backend.launches();
        optimizer.step();
        if (step == 2) {
          assertEquals(2, backend.launches() - before);
        }
      }
    }
  }

  /** Two launches for 70 tensors, two for what they report, which the host reads once. */
  @Test
  void aScalersGradientsAreLookedAtTogether() {
    Map<String, Parameter> parameters = parameters(Device.cuda(0), DType.FLOAT32);
    GradScaler scaler = new GradScaler();
    try (Optimizer optimizer = optimizer(parameters, true)) {
      for (float bad : new float[] {Float.POSITIVE_INFINITY, 1}) {
        gradients(parameters, 1);
        Parameter last = Objects.requireNonNull(parameters.get("p" + (TENSORS - 1)));
        float[] values = new float[(int) last.numel()];
        values[0] = 65536;
        values[values.length - 1] = bad;
        last.grad(tensor(values, DType.FLOAT32, last.device()));
        long before = backend.launches();
        scaler.unscale(optimizer);
        assertEquals(4 + TENSORS, backend.launches() - before);
        assertEquals(1, Objects.requireNonNull(last.grad()).toFloatArray()[0]);
        assertEquals(bad == 1, scaler.step(optimizer));
        scaler.update();
        scaler = new GradScaler();
      }
    }
  }

  @Test
  void nothingChangesWhereAGradientIsNotFinite() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1}) {
      float[] values = random(new Random(3), 5000);
      values[4998] = bad;
      Device device = Device.cuda(0);
      Tensor parameter = tensor(random(new Random(4), 5000), DType.FLOAT32, device);
      float before = parameter.to(Device.CPU).toFloatArray()[0];
      Tensor gradient = tensor(values, DType.FLOAT32, device);
      Tensor first = tensor(new float[5000], DType.FLOAT32, device);
      Tensor second = tensor(new float[5000], DType.FLOAT32, device);
      Tensor found = tensor(new float[1], DType.FLOAT32, device);
      View flag = found.materialize();
      backend.findNotFinite(List.of(first.materialize(), gradient.materialize()), flag);
      backend.adam(
          List.of(
              new FusedAdam.Slice(
                  parameter.materialize(),
                  gradient.materialize(),
                  first.materialize(),
                  second.materialize())),
          new FusedAdam.Numbers(0.5, true, 1, 0.9, 0.999, 1e-8, 1, 0.1),
          flag);
      boolean finite = bad == 1;
      assertEquals(finite ? 0 : 1, found.to(Device.CPU).toFloatArray()[0]);
      assertEquals(finite, parameter.to(Device.CPU).toFloatArray()[0] != before);
    }
  }
}
