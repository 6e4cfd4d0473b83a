package ai.cresset.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.ShapeException;
import ai.cresset.golden.NativeMemoryCheck;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.MemoryStatistics;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Parameter;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.GradientClipping;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NativeMemoryCheck.class)
class GptTest {
  private static final GptConfig TINY = GptConfig.of(7, 8, 2, 2, 16);

  @Test
  void parametersHaveTheNamesAndOrderOfNanoGpt() {
    try (Gpt model = new Gpt(TINY.withBias(true).withTied(false))) {
      List<String> names = List.copyOf(model.namedParameters().keySet());
      assertEquals(
          List.of(
              "transformer.wte.weight",
              "transformer.wpe.weight",
              "transformer.h.0.ln_1.weight",
              "transformer.h.0.ln_1.bias",
              "transformer.h.0.attn.c_attn.weight",
              "transformer.h.0.attn.c_attn.bias",
              "transformer.h.0.attn.c_proj.weight",
              "transformer.h.0.attn.c_proj.bias",
              "transformer.h.0.ln_2.weight",
              "transformer.h.0.ln_2.bias",
              "transformer.h.0.mlp.c_fc.weight",
              "transformer.h.0.mlp.c_fc.bias",
              "transformer.h.0.mlp.c_proj.weight",
              "transformer.h.0.mlp.c_proj.bias"),
          names.subList(0, 14));
      assertEquals(
          List.of("transformer.ln_f.weight", "transformer.ln_f.bias", "lm_head.weight"),
          names.subList(names.size() - 3, names.size()));
    }
  }

  @Test
  void theCpuConfigurationOfNanoGptHasItsNumberOfParameters() {
    try (Gpt model = new Gpt(GptConfig.of(65, 64, 4, 4, 128))) {
      // 0.80 million as nanoGPT counts them, plus the positions.
      assertEquals(804_096, model.numParameters());
    }
  }

  @Test
  void weightsStartWithTheirDeviations() {
    Generator before = Generator.use(new Generator(11));
    try (Gpt model = new Gpt(GptConfig.of(65, 64, 2, 4, 128).withBias(true))) {
      Map<String, Parameter> parameters = model.namedParameters();
      parameters.forEach(
          (name, parameter) -> {
            double[] values = parameter.toDoubleArray();
            double root =
                Math.sqrt(Arrays.stream(values).map(value -> value * value).average().orElse(0));
            double expected =
                name.endsWith("bias")
                    ? 0
                    : name.contains("ln_") ? 1 : name.endsWith("c_proj.weight") ? 0.01 : 0.02;
            assertEquals(expected, root, 0.03 * expected, name);
          });
    } finally {
      Generator.use(before);
    }
  }

  @Test
  void equalSeedsGiveEqualSamplesAndOnlyTheBestTokensAreChosen() {
    try (Gpt model = new Gpt(TINY);
        Scope scope = Scope.open("test")) {
      Tensor prompt = Tensor.of(new long[] {1, 2, 3, 4}, 2, 2);
      Sampling sampling = new Sampling(0.8, 3);
      long[] first = model.generate(prompt, 12, sampling, new Generator(3)).toLongArray();
      long[] second = model.generate(prompt, 12, sampling, new Generator(3)).toLongArray();
      assertArrayEquals(first, second);
      assertArrayEquals(
          model.generate(prompt, 12, Sampling.GREEDY, new Generator(0)).toLongArray(),
          model.generate(prompt, 12, new Sampling(1, 1), new Generator(9)).toLongArray());
      assertTrue(model.isTraining());
    }
  }

  @Test
  void badConfigurationsAndInputsSayWhatToChange() {
    assertEquals(
        "GptConfig.width: expected a multiple of numHeads = 3, got 16",
        assertThrows(ConfigException.class, () -> GptConfig.of(7, 8, 2, 3, 16)).getMessage());
    assertEquals(
        "GptConfig.dropout: expected a probability in [0, 1), got 1.0",
        assertThrows(ConfigException.class, () -> TINY.withDropout(1)).getMessage());
    assertEquals(
        "GptConfig.numLayers: expected a number of at least 1, got 0",
        assertThrows(ConfigException.class, () -> GptConfig.of(7, 8, 0, 2, 16)).getMessage());
    try (Gpt model = new Gpt(TINY);
        Tensor tokens = Tensor.of(new long[9], 1, 9)) {
      assertEquals(
          "Gpt: expected tokens [batch, 1 to 8], got [1, 9]",
          assertThrows(ShapeException.class, () -> model.logits(tokens)).getMessage());
    }
  }

  @Test
  void fiveHundredStepsLearnAndKeepMemoryFlat() {
    Generator before = Generator.use(new Generator(1));
    try (Gpt model = new Gpt(TINY.withDropout(0.1));
        Optimizer optimizer =
            new AdamW(
                ParameterGroup.decayMatrices(model.namedParameters(), 0.1), AdamW.config(3e-3))) {
      double first = 0;
      double last = 0;
      MemoryStatistics settled = Allocator.current().statistics();
      long heap = 0;
      for (int step = 0; step < 500; step++) {
        last = trainStep(model, optimizer, step);
        if (step == 0) {
          first = last;
        }
        if (step == 50) {
          settled = Allocator.current().statistics();
          heap = usedHeap();
        }
      }
      MemoryStatistics end = Allocator.current().statistics();
      assertEquals(settled.liveStorages(), end.liveStorages());
      assertEquals(settled.liveBytes(), end.liveBytes());
      assertEquals(settled.systemAllocations(), end.systemAllocations());
      long grown = usedHeap() - heap;
      assertTrue(grown < 4L << 20, "heap grew by " + grown + " bytes");
      assertTrue(last < first / 2, "loss went from " + first + " to " + last);
    } finally {
      Generator.use(before);
    }
  }

  private static double trainStep(Gpt model, Optimizer optimizer, int step) {
    long[] text = new long[4 * 9];
    for (int i = 0; i < text.length; i++) {
      text[i] = (i / 9 + 3L * (i % 9) + step) % 7;
    }
    try (Scope scope = Scope.open("step")) {
      Tensor windows = Tensor.of(text, 4, 9);
      optimizer.zeroGrad();
      Loss loss = model.loss(windows.narrow(1, 0, 8), windows.narrow(1, 1, 8));
      Tensor mean = loss.mean();
      mean.backward();
      GradientClipping.byGlobalNorm(model.parameters(), 1);
      optimizer.step();
      return mean.item();
    }
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
