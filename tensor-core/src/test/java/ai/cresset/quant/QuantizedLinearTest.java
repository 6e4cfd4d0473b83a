package ai.cresset.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.backend.Backends;
import ai.cresset.backend.Int8Matmul;
import ai.cresset.checkpoint.ModelFile;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Layer;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.prune.Prune;
import ai.cresset.prune.PruneAmount;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Linear layers in int8: beside PyTorch's, in models, and in files. */
@ExtendWith(LeakCheck.class)
class QuantizedLinearTest {
  private static Linear linear(Goldens goldens, String name) {
    try (Tensor weight = goldens.tensor(name + ".weight")) {
      boolean biased = goldens.has(name + ".bias");
      Linear made = new Linear(weight.size(1), weight.size(0), biased);
      made.weight().detach().copy_(weight);
      if (biased) {
        Objects.requireNonNull(made.bias()).detach().copy_(goldens.tensor(name + ".bias"));
      }
      return made;
    }
  }

  @Test
  void dynamicLayersGiveWhatPyTorchsGive() {
    try (Goldens goldens = new Goldens()) {
      for (String name : List.of("linear.wide", "linear.plain", "linear.positive")) {
        try (Scope scope = Scope.open(name);
            Linear real = linear(goldens, name);
            DynamicQuantizedLinear layer = new DynamicQuantizedLinear(real)) {
          assertArrayEquals(goldens.numbers(name + ".int"), layer.weight().toDoubleArray(), name);
          assertArrayEquals(goldens.numbers(name + ".scales"), layer.scale().toDoubleArray(), name);
          double[] expected = goldens.numbers(name + ".y");
          double[] got = layer.call(goldens.tensor(name + ".x")).toDoubleArray();
          // Both sum integers; what differs is how scales are multiplied.
          assertArrayEquals(expected, got, 1e-5 * largest(expected), name);
        }
      }
    }
  }

  private static double largest(double[] numbers) {
    double found = 0;
    for (double number : numbers) {
      found = Math.max(found, Math.abs(number));
    }
    return found;
  }

  @Test
  void staticLayersKeepTheirScale() {
    try (Scope scope = Scope.open("static");
        Sequential model = new Sequential(new Linear(24, 16), new Relu(), new Linear(16, 4));
        GradMode.Restore off = GradMode.disable()) {
      model.eval();
      Tensor batch = Tensor.randn(64, 24);
      double[] expected = model.call(batch).toDoubleArray();
      try (Calibration calibration =
          Quantization.calibrate(
              model,
              name -> true,
              () -> new MinMaxObserver(QuantizedRange.UINT8_REDUCED, QuantizationScheme.AFFINE))) {
        String early = Refused.message(ConfigException.class, calibration::convert);
        assertTrue(early.contains("calibration of '0'"), early);
        model.call(batch);
        assertEquals(2, calibration.convert().replaced().size());
        Refused.message(ConfigException.class, calibration::convert);
      }
      double[] got = model.call(batch).toDoubleArray();
      assertArrayEquals(expected, got, 0.05 * largest(expected));
      double[] alone = model.call(batch.narrow(0, 0, 1)).toDoubleArray();
      for (int i = 0; i < alone.length; i++) {
        assertEquals(got[i], alone[i], 1e-6, "the scale does not depend on the batch");
      }
    }
  }

  @Test
  void aModelIsQuantizedInPlaceSavedAndLoaded(@TempDir Path folder) {
    Path file = folder.resolve("model.safetensors");
    try (Mlp model = new Mlp(12, 20, 8, 3);
        Scope scope = Scope.open("mlp")) {
      model.eval();
      Tensor batch = Tensor.randn(5, 12);
      double[] before = model.call(batch).toDoubleArray();
      QuantizationReport report = Quantization.dynamic(model, name -> !name.endsWith("4"));
      assertEquals(
          List.of("layers.0", "layers.2"),
          report.replaced().stream().map(QuantizationReport.Replaced::name).toList());
      assertEquals(4 * (20 * 13 + 8 * 21), report.bytesBefore());
      assertEquals(20 * 12 + 8 * 20 + 8 * (20 + 8), report.bytesAfter());
      assertTrue(report.left().isEmpty());
      assertTrue(report.toString().startsWith("layers.0: 400 bytes, were 1,040"));
      double[] after = model.call(batch).toDoubleArray();
      assertArrayEquals(before, after, 0.05 * largest(before));
      ModelFile.save(file, model);
      try (Mlp loaded = ModelFile.load(file, Mlp.class)) {
        assertEquals(model.toString(), loaded.toString());
        assertArrayEquals(after, loaded.call(batch).toDoubleArray());
      }
    }
  }

  @Test
  void layersInFieldsOfModelsGiveWay(@TempDir Path folder) {
    Path file = folder.resolve("gpt.safetensors");
    GptConfig config = GptConfig.of(17, 8, 2, 2, 16);
    try (Gpt model = new Gpt(config);
        Scope scope = Scope.open("gpt");
        GradMode.Restore off = GradMode.disable()) {
      model.eval();
      Tensor tokens = Tensor.of(new long[] {1, 5, 16, 2, 0, 3}, 2, 3);
      double[] before = model.logits(tokens).toDoubleArray();
      QuantizationReport report = Quantization.dynamic(model, name -> true);
      assertEquals(8, report.replaced().size(), report.toString());
      assertEquals(Set.of("lm_head"), report.left().keySet());
      assertTrue(report.toString().contains("lm_head: left, it shares a parameter"));
      double[] after = model.logits(tokens).toDoubleArray();
      assertArrayEquals(before, after, 0.1 * largest(before));
      assertFalse(
          model.namedParameters().keySet().stream().anyMatch(name -> name.contains("c_fc")));
      ModelFile.save(file, model);
      try (Gpt loaded = ModelFile.load(file, Gpt.class)) {
        assertArrayEquals(after, loaded.logits(tokens).toDoubleArray());
      }
    }
  }

  @Test
  void whatIsNotReplacedIsSaid() {
    try (Sequential model = new Sequential(new Linear(4, 3), new Linear(3, 2));
        Linear alone = new Linear(2, 2)) {
      String none =
          Refused.message(
              ConfigException.class, () -> Quantization.dynamic(model, name -> name.equals("x")));
      assertTrue(none.contains("the model has [0, 1]"), none);
      String root =
          Refused.message(ConfigException.class, () -> Quantization.dynamic(alone, name -> true));
      assertTrue(root.contains("put it into a Sequential"), root);
      Prune.l1Unstructured(model.get(0), "weight", PruneAmount.share(0.5));
      QuantizationReport report = Quantization.dynamic(model, name -> true);
      assertTrue(String.valueOf(report.left().get("0")).contains("mask"), report.toString());
    }
  }

  @Test
  void inputsAreCheckedAndGradientsRefusedInTraining() {
    try (Linear real = new Linear(4, 3);
        Layer layer = new DynamicQuantizedLinear(real);
        Scope scope = Scope.open("inputs")) {
      String shape = Refused.message(ShapeException.class, () -> layer.call(Tensor.zeros(2, 5)));
      assertTrue(shape.contains("[..., 4]"), shape);
      Tensor wants = Tensor.randn(2, 4).requiresGrad(true);
      String training = Refused.message(ConfigException.class, () -> layer.call(wants));
      assertTrue(training.contains("eval()"), training);
      layer.eval();
      assertFalse(layer.call(wants).requiresGrad());
      assertEquals(DType.BFLOAT16, layer.call(wants.to(DType.BFLOAT16)).dtype());
      assertEquals(0, layer.call(Tensor.zeros(0, 4)).numel());
      double[] shift = Objects.requireNonNull(real.bias()).toDoubleArray();
      assertArrayEquals(shift, layer.call(Tensor.zeros(4)).toDoubleArray(), 1e-7);
      Tensor infinite = Tensor.full(Tensor.spec(DType.FLOAT32, 1, 4), Double.POSITIVE_INFINITY);
      String finite = Refused.message(ConfigException.class, () -> layer.call(infinite));
      assertTrue(finite.contains("finite"), finite);
    }
  }

  @Test
  void productsComposedOfFloat32GiveTheSameAndAreCounted() {
    long before = Quantization.composedProducts();
    try (Linear real = new Linear(300, 20);
        DynamicQuantizedLinear layer = new DynamicQuantizedLinear(real);
        Scope scope = Scope.open("composed")) {
      layer.eval();
      Tensor batch = Tensor.randn(9, 300);
      List<Tensor> operands =
          List.of(batch, layer.weight(), layer.scale(), Objects.requireNonNull(layer.bias()));
      double[] composed = Int8Products.composed(layer.activations(batch), operands).toDoubleArray();
      assertEquals(1, Quantization.composedProducts() - before);
      double[] got = layer.call(batch).toDoubleArray();
      assertArrayEquals(composed, got, 1e-6 * largest(composed));
      boolean fast = Backends.of(Device.CPU).capability(Int8Matmul.class).isPresent();
      assertEquals(fast ? 1 : 2, Quantization.composedProducts() - before);
    }
  }
}
