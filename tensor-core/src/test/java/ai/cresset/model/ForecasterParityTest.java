package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.ModelFile;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.golden.GoldenFile;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.loss.QuantileLoss;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The cases of {@code tests/peers/forecasters.py}. */
@ExtendWith(LeakCheck.class)
class ForecasterParityTest {
  private static final double[] QUANTILES = {0.1, 0.5, 0.9};

  private static Tensor tensor(JsonNode values, long... sizes) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) values.get(i).asDouble();
    }
    return Tensor.of(numbers).reshape(sizes);
  }

  private static void load(Module model, JsonNode weights) {
    Map<String, Parameter> parameters = model.namedParameters();
    Set<String> names = new TreeSet<>();
    weights.fieldNames().forEachRemaining(names::add);
    assertEquals(names, new TreeSet<>(parameters.keySet()));
    parameters.forEach(
        (name, each) -> each.data(tensor(weights.get(name), each.shape().toArray())));
  }

  private static void check(JsonNode wanted, Tensor got, String what) {
    double[] found = got.toDoubleArray();
    assertEquals(wanted.size(), found.length, what);
    for (int i = 0; i < found.length; i++) {
      assertEquals(wanted.get(i).asDouble(), found[i], 2e-5, what + " element " + i);
    }
  }

  @Test
  void forecastsAndGradientsAreTorchs() {
    for (JsonNode each : GoldenFile.json("forecasters.json").get("forecasters")) {
      String name = each.get("encoder").asText();
      ForecasterConfig config =
          new ForecasterConfig(
              ForecasterConfig.Encoder.valueOf(name),
              9,
              4,
              2,
              3,
              QUANTILES.length,
              6,
              2,
              2,
              3,
              0,
              ForecasterConfig.Anchor.valueOf(each.get("anchor").asText()),
              each.get("shortcut").asBoolean());
      try (Scope scope = Scope.open(name);
          Forecaster model = new Forecaster(config);
          QuantileLoss loss = new QuantileLoss(QUANTILES)) {
        load(model, each.get("weights"));
        Tensor forecast =
            model.call(tensor(each.get("past"), 3, 9, 5), tensor(each.get("ahead"), 3, 4, 3));
        check(each.get("forecast"), forecast, name);
        Tensor mean = loss.call(forecast, tensor(each.get("target"), 3, 4, 2)).mean();
        assertEquals(each.get("loss").asDouble(), mean.item(), 1e-6, name);
        mean.backward();
        model
            .namedParameters()
            .forEach(
                (key, parameter) -> {
                  Tensor gradient = parameter.grad();
                  assertNotNull(gradient, key);
                  double length = Math.sqrt(gradient.square().sum().item());
                  double wanted = each.get("gradients").get(key).asDouble();
                  assertEquals(wanted, length, 1e-6 + 1e-4 * wanted, name + " " + key);
                });
      }
    }
  }

  @Test
  void scoresOfSoundsAreTorchs() {
    JsonNode each = GoldenFile.json("forecasters.json").get("sound");
    try (Scope scope = Scope.open("sound");
        SoundClassifier model =
            new SoundClassifier(new SoundClassifierConfig(5, 4, 6, 1, true, 0))) {
      load(model, each.get("weights"));
      check(each.get("scores"), model.call(tensor(each.get("pictures"), 3, 1, 5, 7)), "sound");
    }
  }

  @Test
  void quantilesAreSaved(@TempDir Path folder) {
    Path file = folder.resolve("loss.safetensors");
    try (QuantileLoss loss = new QuantileLoss(QUANTILES)) {
      ModelFile.save(file, loss);
      try (QuantileLoss loaded = ModelFile.load(file, QuantileLoss.class)) {
        assertEquals(loss.toString(), loaded.toString());
      }
    }
  }

  /** No encoder sees what comes after the past, and convolutions see each step of it. */
  @Test
  void convolutionsAreCausal() {
    ForecasterConfig config = ForecasterConfig.of(ForecasterConfig.Encoder.TCN, 8, 2);
    try (Scope scope = Scope.open("causal");
        TemporalBlock block = new TemporalBlock(1, 4, 3, 2, 0, Placement.DEFAULT)) {
      Tensor steps = Tensor.randn(1, 1, config.context());
      double[] before = block.call(steps).narrow(2, 0, 5).toDoubleArray();
      Tensor other = steps.add(Tensor.of(new float[] {0, 0, 0, 0, 0, 1, 1, 1}, 1, 1, 8));
      double[] after = block.call(other).narrow(2, 0, 5).toDoubleArray();
      for (int i = 0; i < before.length; i++) {
        assertEquals(before[i], after[i], "element " + i);
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    ForecasterConfig config = ForecasterConfig.of(ForecasterConfig.Encoder.GRU, 4, 2);
    try (Scope scope = Scope.open("refused");
        Forecaster model = new Forecaster(config)) {
      String message =
          Objects.requireNonNull(
              assertThrows(ShapeException.class, () -> model.call(Tensor.randn(2, 5, 1), null))
                  .getMessage());
      assertTrue(message.contains("[batch, 4, 1]"), message);
      assertThrows(
          ShapeException.class, () -> model.call(Tensor.randn(2, 4, 1), Tensor.randn(2, 2, 1)));
    }
    assertThrows(ConfigException.class, () -> new QuantileLoss(0.5, 1));
    assertThrows(ConfigException.class, QuantileLoss::new);
    assertThrows(
        ConfigException.class,
        () -> ForecasterConfig.of(ForecasterConfig.Encoder.TRANSFORMER, 0, 2));
  }
}
