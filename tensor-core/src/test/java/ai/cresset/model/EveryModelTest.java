package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.ModelFile;
import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.activation.Tanh;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.optim.Sgd;
import ai.cresset.profile.OpEvent;
import ai.cresset.profile.Profiler;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every model that is shipped. */
@ExtendWith(LeakCheck.class)
class EveryModelTest {
  private static void each(Consumer<ModelSamples.Sample> check) {
    Generator before = Generator.use(new Generator(17));
    try {
      ModelSamples.ALL.forEach(
          (type, make) -> {
            ModelSamples.Sample sample = make.get();
            try (Module model = sample.model();
                Scope scope = Scope.open(type.getSimpleName())) {
              check.accept(sample);
            }
          });
    } finally {
      Generator.use(before);
    }
  }

  /** Modules of the package that are no part of another of its models. */
  @Test
  void everyModelHasASample() throws IOException, URISyntaxException {
    Set<Class<?>> parts = new HashSet<>();
    each(
        sample ->
            sample.model().namedModules().values().forEach(part -> parts.add(part.getClass())));
    Path root = Path.of(Mlp.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Set<String> missing = new TreeSet<>();
    int found = 0;
    try (Stream<Path> files = Files.walk(root.resolve("ai/cresset/model"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        Class<?> type = type(name.substring(0, name.length() - ".class".length()));
        boolean made =
            Module.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers());
        found += made ? 1 : 0;
        if (made && !parts.contains(type)) {
          missing.add(type.getSimpleName());
        }
      }
    }
    assertTrue(found >= 6, "the scan found " + found);
    assertEquals(Set.of(), missing, "add these to ModelSamples");
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name, false, Mlp.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aStepChangesEveryParameter() {
    each(
        sample -> {
          Map<String, Parameter> parameters = sample.model().namedParameters();
          Map<String, double[]> before = new LinkedHashMap<>();
          parameters.forEach((name, each) -> before.put(name, each.toDoubleArray()));
          try (Sgd optimizer = new Sgd(ParameterGroup.single(parameters), Sgd.Config.of(1))) {
            sample.loss().get().backward();
            optimizer.step();
          }
          parameters.forEach(
              (name, each) -> {
                assertNotNull(each.grad(), name + " has no gradient");
                assertTrue(
                    !Arrays.equals(before.get(name), each.toDoubleArray()), name + " stayed");
              });
        });
  }

  @Test
  void frozenPartsGetNoGradientAndTakeNoPartInBackward() {
    each(
        sample -> {
          sample.model().freeze();
          sample.head().unfreeze();
          Map<String, Long> whole = backward(sample.loss());
          sample
              .model()
              .namedParameters()
              .forEach(
                  (name, each) -> {
                    if (each.requiresGrad()) {
                      assertNotNull(each.grad(), name);
                    } else {
                      assertNull(each.grad(), name);
                    }
                  });
          sample.model().zeroGrad();
          // What runs backward is what would run if the head were all there is.
          assertEquals(backward(sample.headLoss()), whole, sample.model().toString());
        });
  }

  /** Saved whole and made again, each gives the same loss, bit by bit, and is of the same tree. */
  @Test
  void everyModelIsSavedAsAWhole(@TempDir Path folder) {
    Path file = folder.resolve("model.safetensors");
    each(
        sample -> {
          Module model = sample.model();
          if (model instanceof DataParallel) {
            assertTrue(
                Refused.message(CheckpointException.class, () -> ModelFile.save(file, model))
                    .contains("DataParallel is not registered"));
            return;
          }
          sample.head().freeze();
          ModelFile.save(file, model);
          try (Module loaded = ModelFile.load(file, model.getClass())) {
            assertEquals(model.toString(), loaded.toString());
            double before = lossOf(sample, model);
            model.namedTensors().values().forEach(each -> each.data(Tensor.zeros(each.spec())));
            assertTrue(before != lossOf(sample, model));
            Map<String, Tensor> tensors = loaded.namedTensors();
            model
                .namedTensors()
                .forEach(
                    (name, each) -> each.data(Objects.requireNonNull(tensors.get(name), name)));
            assertEquals(before, lossOf(sample, model));
          }
        });
  }

  private static double lossOf(ModelSamples.Sample sample, Module model) {
    Generator before = Generator.use(new Generator(3));
    model.eval();
    try {
      return sample.loss().get().item();
    } finally {
      Generator.use(before);
    }
  }

  @Test
  void textsReadFromBothEndsDoNotSeeTheirPadding() {
    for (TextClassifierConfig.Cell cell : TextClassifierConfig.Cell.values()) {
      TextClassifierConfig config =
          TextClassifierConfig.of(cell, 9, 3).withSizes(4, 5, 2).withBidirectional(true);
      try (TextClassifier model = new TextClassifier(config);
          Scope scope = Scope.open("text")) {
        model.eval();
        Tensor alone = Tensor.of(new long[] {3, 1, 4}, 1, 3);
        Tensor padded = Tensor.of(new long[] {5, 8, 2, 6, 7, 3, 1, 4, 0, 0}, 2, 5);
        double[] expected = model.call(alone).toDoubleArray();
        assertArrayEquals(expected, model.call(padded).select(0, 1).toDoubleArray(), 1e-6);
        // The first token counts at the far end too.
        Tensor other = Tensor.of(new long[] {8, 1, 4}, 1, 3);
        assertFalse(Arrays.equals(expected, model.call(other).toDoubleArray()));
        model.call(padded).sum().backward();
        model
            .namedParameters()
            .forEach((name, each) -> assertNotNull(each.grad(), cell + " " + name));
        assertEquals(3, model.call(Tensor.of(new long[] {0, 0}, 1, 2)).numel());
      }
    }
  }

  @Test
  void aFrozenWeightBetweenTrainedOnesSavesItsProduct() {
    try (Linear middle = new Linear(8, 8);
        Sequential model =
            new Sequential(new Linear(4, 8), new Tanh(), middle, new Tanh(), new Linear(8, 2));
        Scope scope = Scope.open("middle")) {
      Tensor input = Tensor.randn(5, 4);
      Supplier<Tensor> loss = () -> model.call(input).sum();
      Map<String, Long> all = backward(loss);
      model.zeroGrad();
      middle.freeze();
      Map<String, Long> frozen = backward(loss);
      assertNull(middle.weight().grad());
      long less = total(all) - total(frozen);
      assertTrue(less >= 2, all + " and frozen " + frozen);
      assertEquals(all.get("backward of linear"), frozen.get("backward of linear"));
      assertEquals(1, all.getOrDefault("matmul", 0L) - frozen.getOrDefault("matmul", 0L));
    }
  }

  private static long total(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How often each operation ran in a backward pass. */
  private static Map<String, Long> backward(Supplier<Tensor> loss) {
    Tensor made = loss.get();
    Map<String, Long> counts = new TreeMap<>();
    try (Profiler profiler = Profiler.start()) {
      made.backward();
      List<OpEvent> events = profiler.events();
      events.forEach(event -> counts.merge(event.name(), 1L, Long::sum));
    }
    return counts;
  }
}
