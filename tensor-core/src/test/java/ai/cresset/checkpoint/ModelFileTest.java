package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.error.ConfigException;
import ai.cresset.model.CifarCnn;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.model.ResNet;
import ai.cresset.model.ResNetConfig;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Elu;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.activation.Tanh;
import ai.cresset.nn.container.ModuleList;
import ai.cresset.nn.container.ParameterList;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.LazyLinear;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.nn.parametrize.SpectralNorm;
import ai.cresset.nn.parametrize.WeightNorm;
import ai.cresset.prune.Prune;
import ai.cresset.prune.PruneAmount;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole models in one file. */
@ExtendWith(LeakCheck.class)
@NullUnmarked
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
        new ModuleRegistry()
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

  private <M extends Module> M again(M model, Class<M> type) {
    Path path = folder.resolve("again.safetensors");
    ModelFile.save(path, model);
    M loaded = ModelFile.load(path, type);
    assertEquals(model.toString(), loaded.toString());
    assertEquals(model.namedTensors().keySet(), loaded.namedTensors().keySet());
    return loaded;
  }

  private static void sameOutputs(Layer model, Layer loaded, Tensor input) {
    assertArrayEquals(model.call(input).toDoubleArray(), loaded.call(input).toDoubleArray());
  }

  @Test
  void theConditionOfAModelComesBack() {
    Linear frozen = new Linear(6, 5);
    try (Sequential model =
        new Sequential(
            WeightNorm.of(new Linear(4, 6)),
            new BatchNorm1d(6),
            frozen,
            new Dropout(0.5),
            SpectralNorm.of(new Linear(5, 5)),
            new Linear(5, 2))) {
      model.call(Tensor.randn(8, 4));
      Prune.l1Unstructured(model.get(5), "weight", PruneAmount.share(0.4));
      frozen.freeze();
      model.get(1).eval();
      model.get(3).eval();
      try (Sequential loaded = again(model, Sequential.class)) {
        assertTrue(loaded.isTraining());
        assertFalse(loaded.get(1).isTraining());
        assertFalse(loaded.get(3).isTraining());
        assertTrue(loaded.get(4).isTraining());
        assertTrue(loaded.get(5).isMasked());
        assertEquals(model.numTrainableParameters(), loaded.numTrainableParameters());
        sameOutputs(model, loaded, Tensor.randn(3, 4));
        // The copy is trained on like the first: its parts are connected.
        loaded.call(Tensor.randn(3, 4)).sum().backward();
        loaded
            .namedParameters()
            .forEach((name, each) -> assertEquals(each.requiresGrad(), each.grad() != null, name));
      }
    }
  }

  @Test
  void typesStayMixed() {
    try (Sequential model = new Sequential(new Linear(4, 3), new Relu(), new Linear(3, 2))) {
      model.get(0).to(DType.BFLOAT16);
      model.get(2).to(DType.FLOAT64);
      try (Sequential loaded = again(model, Sequential.class)) {
        model
            .namedTensors()
            .forEach(
                (name, each) -> {
                  Tensor other = Objects.requireNonNull(loaded.namedTensors().get(name));
                  assertEquals(each.spec(), other.spec());
                  assertArrayEquals(each.toDoubleArray(), other.toDoubleArray());
                });
      }
    }
  }

  @Test
  void replacedPartsAreThere() {
    try (ResNet model = new ResNet(ResNetConfig.resNet18(3).withWidth(2))) {
      model.head(new Sequential(new Dropout(0.1), new Linear(16, 5)));
      model.freeze();
      model.head().unfreeze();
      model.eval();
      try (ResNet loaded = again(model, ResNet.class)) {
        assertFalse(loaded.isTraining());
        sameOutputs(model, loaded, Tensor.randn(1, 3, 32, 32));
      }
      Sequential head = (Sequential) model.head();
      head.set(1, new Linear(16, 4, false));
      again(model, ResNet.class).close();
    }
    try (CifarCnn model = new CifarCnn(4, 2, Placement.DEFAULT)) {
      Sequential classifier = (Sequential) model.namedModules().get("classifier");
      classifier.set(2, new Elu(0.7));
      classifier.set(4, new Linear(16, 7));
      model.eval();
      try (CifarCnn loaded = again(model, CifarCnn.class)) {
        sameOutputs(model, loaded, Tensor.randn(1, 3, 32, 32));
      }
    }
  }

  @Test
  void whatIsOneStaysOne() {
    Linear shared = new Linear(3, 3);
    Embedding words = new Embedding(5, 3);
    try (Sequential model =
        new Sequential(words, shared, new Tanh(), shared, new Linear(words.weight()))) {
      try (Sequential loaded = again(model, Sequential.class)) {
        assertSame(loaded.get(1), loaded.get(3));
        assertSame(((Embedding) loaded.get(0)).weight(), ((Linear) loaded.get(4)).weight());
        assertEquals(5 * 3 + 3 * 3 + 3, loaded.numParameters());
        sameOutputs(model, loaded, Tensor.of(new long[] {4, 0}, 2));
      }
    }
    try (Gpt model = new Gpt(GptConfig.of(11, 8, 2, 2, 16).withTied(true));
        Gpt loaded = again(model, Gpt.class)) {
      assertEquals(model.numParameters(), loaded.numParameters());
    }
    Parameter free = new Parameter(Tensor.ones(3));
    try (ModuleList<Module> model =
        new ModuleList<>(
            List.of(new ParameterList(List.of(free)), new ParameterList(List.of(free))))) {
      assertTrue(
          Refused.message(
                  CheckpointException.class,
                  () -> ModelFile.save(folder.resolve("tied.safetensors"), model))
              .contains("is a parameter of another module too"));
    }
  }

  @Test
  void lazyLayersAreSavedAsWhatTheyBecame() {
    try (Sequential model = new Sequential(new LazyLinear(3), new Relu())) {
      assertTrue(
          Refused.message(
                  CheckpointException.class,
                  () -> ModelFile.save(folder.resolve("lazy.safetensors"), model))
              .contains("a LazyLinear is made by the first call"));
      model.call(Tensor.randn(2, 4));
      try (Sequential loaded = again(model, Sequential.class)) {
        assertEquals(Linear.class, loaded.get(0).getClass());
        sameOutputs(model, loaded, Tensor.randn(2, 4));
      }
    }
  }

  @Test
  void drawingsGoOnAsIfNothingWasLoaded() {
    Path path = folder.resolve("model.safetensors");
    try (Linear model = new Linear(3, 2)) {
      ModelFile.save(path, model);
      Generator.Key before = Generator.current().state();
      ModelFile.load(path, Linear.class).close();
      assertEquals(before, Generator.current().state());
    }
  }
}
