package ai.cresset.amp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.functional.Activations;
import ai.cresset.nn.functional.Attentions;
import ai.cresset.nn.functional.AveragePoolOptions;
import ai.cresset.nn.functional.ConvolutionOptions;
import ai.cresset.nn.functional.Convolutions;
import ai.cresset.nn.functional.InterpolationMode;
import ai.cresset.nn.functional.Layers;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.functional.MarginLosses;
import ai.cresset.nn.functional.MaxPoolOptions;
import ai.cresset.nn.functional.Normalizations;
import ai.cresset.nn.functional.Poolings;
import ai.cresset.nn.functional.SampleMode;
import ai.cresset.nn.functional.SamplePadding;
import ai.cresset.nn.functional.TransposedConvolutionOptions;
import ai.cresset.nn.functional.Vision;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.Adam;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.LossReduction;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.tensor.autograd.Recompute;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The types of tests/peers/autocast_table.py, and what training in them gives. */
@ExtendWith(LeakCheck.class)
class AutocastTest {
  private static Tensor call(String op, UnaryOperator<Tensor> c) {
    Tensor plain = Tensor.rand(4, 6).mul(0.5).add(0.25);
    Tensor x = c.apply(plain);
    Tensor square = c.apply(Tensor.rand(6, 6).mul(0.5).add(0.25));
    Tensor weight = Tensor.rand(6);
    Tensor image = c.apply(Tensor.rand(2, 3, 8, 8));
    Tensor classes = Tensor.arange(4);
    Tensor signs = Tensor.of(new float[] {1, -1, 1, -1}, 4);
    LossReduction mean = LossReduction.MEAN;
    return switch (op) {
      case "matmul" -> x.matmul(square);
      case "float64" -> plain.to(DType.FLOAT64).matmul(square.to(DType.FLOAT64));
      case "linear" -> Layers.linear(x, square, square.select(0, 0));
      case "bmm" -> x.unsqueeze(0).bmm(square.unsqueeze(0));
      case "addmm" -> x.addmm(x, square);
      case "einsum" -> Functional.einsum("ij,jk->ik", x, square);
      case "conv2d" ->
          Convolutions.conv2d(
              image, c.apply(Tensor.rand(4, 3, 3, 3)), null, ConvolutionOptions.DEFAULT);
      case "conv1d" ->
          Convolutions.conv1d(
              image.select(1, 0), c.apply(Tensor.rand(4, 8, 3)), null, ConvolutionOptions.DEFAULT);
      case "conv_transpose2d" ->
          Convolutions.convTranspose2d(
              image, c.apply(Tensor.rand(3, 4, 3, 3)), null, TransposedConvolutionOptions.DEFAULT);
      case "attention" -> Attentions.scaledDotProductAttention(image, image, image, false, 0);
      case "prelu" -> Activations.prelu(x, c.apply(Tensor.of(new float[] {0.25f}, 1)));
      case "add" -> x.add(x);
      case "mul" -> x.mul(2);
      case "relu" -> x.relu();
      case "gelu" -> x.gelu();
      case "exp" -> x.exp();
      case "log" -> x.log();
      case "sum" -> x.sum();
      case "mean" -> x.mean();
      case "softmax" -> x.softmax(-1);
      case "log_softmax" -> x.logSoftmax(-1);
      case "pow" -> x.pow(2);
      case "norm" -> x.norm(2, new int[] {1}, false);
      case "cumsum" -> x.cumsum(0);
      case "prod" -> x.prod();
      case "layer_norm" -> Layers.layerNorm(x, Shape.of(6), weight, weight, 1e-5);
      case "batch_norm" -> Normalizations.batchNorm(x, null, null, weight, weight, true, 0.1, 1e-5);
      case "cat" -> Functional.cat(List.of(x, plain), 0);
      case "stack" -> Functional.stack(List.of(x, plain), 0);
      case "max_pool2d" -> Poolings.maxPool2d(image, MaxPoolOptions.of(2));
      case "avg_pool2d" -> Poolings.avgPool2d(image, AveragePoolOptions.of(2));
      case "avg_pool3d" -> Poolings.avgPool3d(image, AveragePoolOptions.of(2));
      case "interpolate" -> Vision.interpolateBy(image, InterpolationMode.NEAREST, false, 2);
      case "grid_sample" ->
          Vision.gridSample(
              image,
              c.apply(Tensor.rand(2, 4, 4, 2)),
              SampleMode.LINEAR,
              SamplePadding.ZEROS,
              false);
      case "cross_entropy" -> Losses.crossEntropy(x, classes);
      case "nll_loss" -> Losses.nllLoss(x, classes, null, -100, mean);
      case "mse_loss" -> Losses.mseLoss(x, x, mean);
      case "l1_loss" -> Losses.l1Loss(x, x, mean);
      case "smooth_l1_loss" -> Losses.smoothL1Loss(x, x, 1, mean);
      case "huber_loss" -> Losses.huberLoss(x, x, 1, mean);
      case "kl_div" -> Losses.klDiv(x, x, false, mean);
      case "binary_cross_entropy" -> Losses.binaryCrossEntropy(x, x, null, mean);
      case "binary_cross_entropy_with_logits" ->
          Losses.binaryCrossEntropyWithLogits(x, x, null, null, mean);
      case "cosine_embedding_loss" -> MarginLosses.cosineEmbeddingLoss(x, x, signs, 0, mean);
      case "triplet_margin_loss" ->
          MarginLosses.tripletMarginLoss(x, x, x, 1, 2, 1e-6, false, mean);
      case "multi_margin_loss" -> MarginLosses.multiMarginLoss(x, classes, 1, 1, null, mean);
      case "soft_margin_loss" -> MarginLosses.softMarginLoss(x, x, mean);
      case "hinge_embedding_loss" -> MarginLosses.hingeEmbeddingLoss(x, x, 1, mean);
      default -> throw new IllegalArgumentException(op);
    };
  }

  private static DType type(JsonNode name) {
    return DType.valueOf(name.asText().toUpperCase(Locale.ROOT));
  }

  @Test
  void everyOperationHasTheTypeThatPyTorchGivesIt() throws IOException {
    JsonNode cases;
    try (var stream = AutocastTest.class.getResourceAsStream("/golden/autocast.json")) {
      cases = new ObjectMapper().readTree(Objects.requireNonNull(stream)).get("cases");
    }
    List<String> wrong = new ArrayList<>();
    for (JsonNode each : cases) {
      try (Scope scope = Scope.open("case");
          Autocast cast = Autocast.enable(Device.Kind.CPU, type(each.get("lower")))) {
        DType given = type(each.get("given"));
        DType got = call(each.get("op").asText(), tensor -> tensor.to(given)).dtype();
        if (got != type(each.get("result"))) {
          wrong.add(each + " but was " + got);
        }
      } catch (RuntimeException e) {
        wrong.add(each + ": " + e);
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(cases.size() > 150);
  }

  @Test
  void regionsNestAndEndWithTheirBlocks() {
    Tensor x = Tensor.rand(2, 2);
    assertNull(Autocast.type(Device.Kind.CPU));
    try (Autocast outer = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
      assertEquals(DType.BFLOAT16, x.matmul(x).dtype());
      try (Autocast inner = Autocast.disable(Device.Kind.CPU)) {
        assertEquals(DType.FLOAT32, x.matmul(x).dtype());
        assertEquals(false, Autocast.isEnabled(Device.Kind.CPU));
      }
      try (Autocast inner = Autocast.enable(Device.Kind.CPU, DType.FLOAT16)) {
        assertEquals(DType.FLOAT16, x.matmul(x).dtype());
      }
      try (Autocast other = Autocast.enable(Device.Kind.CUDA, DType.FLOAT16)) {
        assertEquals(DType.BFLOAT16, x.matmul(x).dtype());
        assertEquals(DType.FLOAT16, Autocast.type(Device.Kind.CUDA));
        assertEquals(
            "an Autocast is closed before those opened inside of it, or on another thread; use"
                + " try-with-resources",
            Refused.message(ConfigException.class, outer::close));
      }
    }
    assertEquals(DType.FLOAT32, x.matmul(x).dtype());
    assertEquals(
        "autocast type: expected bfloat16 or float16, got float32",
        Refused.message(
                ConfigException.class, () -> Autocast.enable(Device.Kind.CPU, DType.FLOAT32))
            .replace("'", ""));
  }

  @Test
  void weightsAreCastOnceUntilTheyChangeAndBothUsesGiveGradients() {
    try (Linear layer = new Linear(3, 3, false)) {
      Tensor x = Tensor.rand(2, 3);
      try (Autocast cast = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
        layer.call(layer.call(x)).sum().backward();
        double[] once = Objects.requireNonNull(layer.weight().grad()).toDoubleArray();
        layer.call(layer.call(x)).sum().backward();
        double[] twice = Objects.requireNonNull(layer.weight().grad()).toDoubleArray();
        for (int i = 0; i < once.length; i++) {
          assertEquals(2 * once[i], twice[i], 1e-6);
        }
        Autograd.noGrad(() -> layer.weight().fill_(2));
        double row = x.to(DType.BFLOAT16).select(0, 0).to(DType.FLOAT32).sum().item();
        assertEquals(2 * row, layer.call(x).toDoubleArray()[0], 0.05);
      }
    }
  }

  @Test
  void recomputationUsesTheTypesOfTheFirstRun() {
    try (Sequential layers = new Sequential(new Linear(4, 8), new Relu(), new Linear(8, 4))) {
      Tensor x = Tensor.rand(3, 4).requiresGrad(true);
      List<double[]> gradients = new ArrayList<>();
      for (boolean again : new boolean[] {false, true}) {
        layers.zeroGrad();
        Tensor output;
        try (Autocast cast = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
          output = again ? Recompute.checkpoint(layers::call, x) : layers.call(x);
        }
        assertEquals(DType.BFLOAT16, output.dtype());
        output.sum().backward();
        gradients.add(
            Objects.requireNonNull(layers.namedParameters().get("0.weight").grad())
                .toDoubleArray());
      }
      assertArrayEquals(gradients.get(0), gradients.get(1));
    }
  }

  @Test
  void trainingConvergesInEitherLowerType() {
    for (DType lower : new DType[] {DType.BFLOAT16, DType.FLOAT16}) {
      Generator.use(new Generator(3));
      Tensor inputs = Tensor.randn(64, 4);
      Tensor targets = inputs.square().sum(new int[] {1}, true).sqrt();
      GradScaler scaler = new GradScaler(GradScaler.Config.DEFAULT.withInitialScale(1024));
      try (Sequential model = new Sequential(new Linear(4, 32), new Relu(), new Linear(32, 1));
          Adam optimizer = new Adam(model.namedParameters(), 0.02)) {
        double first = 0;
        double last = 0;
        for (int step = 0; step < 120; step++) {
          try (Scope scope = Scope.open("step")) {
            optimizer.zeroGrad();
            Tensor loss;
            try (Autocast cast = Autocast.enable(Device.Kind.CPU, lower)) {
              loss = Losses.mseLoss(model.call(inputs), targets, LossReduction.MEAN);
            }
            assertEquals(DType.FLOAT32, loss.dtype());
            scaler.scale(loss).backward();
            scaler.step(optimizer);
            scaler.update();
            first = step == 0 ? loss.item() : first;
            last = loss.item();
          }
        }
        assertTrue(last < first / 20, lower + ": from " + first + " to " + last);
      }
    }
  }
}
