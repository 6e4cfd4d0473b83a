package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.model.Gpt;
import ai.cresset.model.ResNet;
import ai.cresset.model.ResNetConfig;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole models in one file. */
@ExtendWith(LeakCheck.class)
class ModelFileTest {
  @TempDir Path folder;

  /** A module of a user's own. */
  private static final class Doubling extends Layer {
    @Override
    protected Tensor forward(Tensor input) {
      return input.mul(2);
    }
  }

  @Test
  void architectureAndWeightsComeBack() {
    Path path = folder.resolve("model.safetensors");
    Tensor input = Tensor.randn(2, 4).to(DType.FLOAT64);
    ModuleRegistry registry =
        ModuleRegistry.standard().register("Doubling", Doubling.class, Doubling::new);
    try (Sequential model =
        new Sequential(
            new Linear(4, 3),
            new Relu(),
            new Sequential(new Doubling(), new Linear(3, 2, false)))) {
      model.to(DType.FLOAT64);
      ModelFile.save(path, model, registry);
      try (Sequential loaded = ModelFile.load(path, Sequential.class, registry)) {
        assertEquals(model.toString(), loaded.toString());
        assertArrayEquals(model.call(input).toDoubleArray(), loaded.call(input).toDoubleArray());
      }
      String message =
          Refused.message(
              CheckpointException.class,
              () -> ModelFile.load(path, Sequential.class, ModuleRegistry.standard()));
      assertTrue(
          message.contains(
              "it has a module named 'Doubling', which is not registered; there are [Sequential,"),
          message);
      assertTrue(
          Refused.message(
                  CheckpointException.class,
                  () -> ModelFile.save(path, model, ModuleRegistry.standard()))
              .contains("Doubling is not registered, so it could not be made again"));
      assertTrue(
          Refused.message(
                  CheckpointException.class, () -> ModelFile.load(path, Linear.class, registry))
              .endsWith(
                  "it holds a ai.cresset.nn.container.Sequential, expected"
                      + " ai.cresset.nn.layer.Linear"));
    }
  }

  @Test
  void modelsAreMadeFromTheirRecords() {
    Path path = folder.resolve("resnet.safetensors");
    ModuleRegistry registry =
        ModuleRegistry.standard()
            .register("ResNet", ResNet.class, ResNetConfig.class, ResNet::config, ResNet::new);
    try (ResNet model = new ResNet(ResNetConfig.resNet18(3).withWidth(4))) {
      ModelFile.save(path, model, registry);
      try (ResNet loaded = ModelFile.load(path, ResNet.class, registry)) {
        assertEquals(model.config(), loaded.config());
        model.eval();
        loaded.eval();
        Tensor images = Tensor.randn(1, 3, 32, 32);
        assertArrayEquals(model.call(images).toDoubleArray(), loaded.call(images).toDoubleArray());
      }
    }
    assertTrue(
        Refused.message(
                ConfigException.class,
                () -> registry.register("ResNet", Gpt.class, ModelFileTest::never))
            .startsWith("a module named 'ResNet' or the class ai.cresset.model.Gpt is registered"));
  }

  private static Gpt never() {
    throw new IllegalStateException();
  }

  @Test
  void weightsAloneAreRefused() {
    Path path = folder.resolve("weights.safetensors");
    SafetensorsWriter.save(path, Map.of("a", Tensor.ones(1)), Map.of());
    assertTrue(
        Refused.message(
                CheckpointException.class,
                () -> ModelFile.load(path, Module.class, ModuleRegistry.standard()))
            .contains("it has weights alone; build the model"));
  }
}
