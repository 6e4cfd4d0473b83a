package ai.cresset.nn.recompute;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.amp.Autocast;
import ai.cresset.error.BackwardException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Module;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.attention.AttentionMasks;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.norm.BatchNorm1d;
import ai.cresset.nn.transformer.TransformerEncoder;
import ai.cresset.nn.transformer.TransformerEncoderLayer;
import ai.cresset.random.Generator;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.NoScope;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.HookHandle;
import ai.cresset.tensor.autograd.RecomputePolicy;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
@ExtendWith(LeakCheck.class)
class RecomputationTest {
  private static final GptConfig CONFIG = GptConfig.of(11, 16, 4, 2, 32).withDropout(0.2);

  static Stream<RecomputePlan> plans() {
    return Stream.of(
        RecomputePlan.FULL,
        RecomputePlan.everyBlock(2),
        RecomputePlan.everyBlock(3),
        RecomputePlan.SELECTIVE,
        RecomputePlan.selective(RecomputePolicy.saving("attention", "gelu")),
        RecomputePlan.selective(RecomputePolicy.offloading("linear", "attention")));
  }

  /** Loss, every gradient and every buffer of a training step. */
  private static <M extends Module> List<float[]> step(
      RecomputePlan plan, Supplier<M> make, Function<M, Tensor> loss) {
    Generator before = Generator.use(new Generator(4));
    try (M model = make.get();
        Scope scope = Scope.open("step");
        HookHandle handle = Recomputation.apply(model, plan)) {
      List<float[]> values = new ArrayList<>();
      Tensor sum = loss.apply(model);
      values.add(sum.to(DType.FLOAT32).toFloatArray());
      sum.backward();
      for (Parameter parameter : model.parameters()) {
        if (parameter.requiresGrad()) {
          Tensor gradient = parameter.grad();
          assertNotNull(gradient);
          values.add(gradient.toFloatArray());
        }
      }
      model
          .namedBuffers()
          .values()
          .forEach(buffer -> values.add(buffer.to(DType.FLOAT32).toFloatArray()));
      values.add(Tensor.rand(3).toFloatArray());
      return values;
    } finally {
      Generator.use(before);
    }
  }

  private static <M extends Module> void assertSameBits(
      RecomputePlan plan, Supplier<M> make, Function<M, Tensor> loss) {
    List<float[]> plain = step(RecomputePlan.NONE, make, loss);
    List<float[]> recomputed = step(plan, make, loss);
    assertEquals(plain.size(), recomputed.size());
    for (int i = 0; i < plain.size(); i++) {
      assertArrayEquals(plain.get(i), recomputed.get(i), "value " + i);
    }
  }

  private static Tensor gptLoss(Gpt model) {
    Tensor tokens = Tensor.of(new long[] {1, 5, 9, 2, 0, 10, 3, 3}, 2, 4);
    return model.loss(tokens, tokens).sum();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void aLanguageModelWithDropoutHasTheSameBits(RecomputePlan plan) {
    assertSameBits(plan, () -> new Gpt(CONFIG), RecomputationTest::gptLoss);
  }

  @ParameterizedTest
  @MethodSource("plans")
  void underAutocastToo(RecomputePlan plan) {
    assertSameBits(
        plan,
        () -> new Gpt(CONFIG),
        model -> {
          try (Autocast cast = Autocast.enable(Device.Kind.CPU, DType.BFLOAT16)) {
            return gptLoss(model);
          }
        });
  }

  @Test
  void withFrozenParametersToo() {
    assertSameBits(
        RecomputePlan.FULL,
        () -> {
          Gpt model = new Gpt(CONFIG);
          model
              .namedParameters()
              .forEach((name, each) -> each.requiresGrad(name.contains("h.2.") && each.rank() > 1));
          return model;
        },
        RecomputationTest::gptLoss);
  }

  /** The masks are made in a scope that has ended when backward runs. */
  @Test
  void masksOfATransformerAreKept() {
    assertSameBits(
        RecomputePlan.FULL,
        () ->
            new TransformerEncoder(
                List.of(new TransformerEncoderLayer(8, 2), new TransformerEncoderLayer(8, 2)),
                null),
        model -> {
          Tensor source = Tensor.randn(5, 3, 8);
          try (Scope scope = Scope.open("masks")) {
            return scope.keep(
                model.call(source, AttentionMasks.causal(5, Device.CPU)).square().sum());
          }
        });
  }

  @Test
  void runningStatisticsChangeOnce() {
    assertSameBits(
        RecomputePlan.FULL,
        () ->
            new Sequential(
                new Sequential(new Linear(3, 4), new BatchNorm1d(4), new Dropout(0.3)),
                new Sequential(new Linear(4, 4), new BatchNorm1d(4))),
        model -> model.call(Tensor.randn(6, 3)).square().sum());
  }

  private static final long BATCH = 4;
  private static final long LENGTH = 32;
  private static final long WIDTH = 64;
  private static final long HEADS = 4;

  /**
   * Bytes that a layer leaves for backward, by what a stack of one more holds. Korthikanti et al.
   * 2022 count {@code 34 + 5 a s / h} times {@code s b h} in 16 bits: {@code 11 + 5 a s / h} for
   * attention, 19 for the feed-forward part, 4 for norms.
   *
   * <p>Here dropout draws its masks again instead of storing them, which takes away {@code 2 + a s
   * / h}, and attention scales a copy of the query, which adds 2. The fused attention without
   * dropout stores neither scores nor that copy, but its result also in the layout of the next
   * product: 34 remain. There are besides two numbers for each row of a norm, and one for each row
   * of a head.
   */
  @Test
  @NoScope
  void savedBytesOfALayerAreThoseOfTheFormulas() {
    long unit = LENGTH * BATCH * WIDTH * 2; // 32 bits are twice 16
    long rows = BATCH * LENGTH;
    long norms = 2 * 2 * rows * 4;
    long softmax = HEADS * rows * 4;
    assertWithin(
        unit * (34 + 4 * HEADS * LENGTH / WIDTH) + norms, layerBytes(RecomputePlan.NONE, 0.1));
    assertWithin(unit * 34 + norms + softmax, layerBytes(RecomputePlan.NONE, 0));
    assertWithin(unit * 2, layerBytes(RecomputePlan.FULL, 0.1));
    assertWithin(unit * 2, layerBytes(RecomputePlan.FULL, 0));
    // The input, the results of four products (3 + 1 + 4 + 1) and that of attention.
    assertWithin(unit * 2 * (1 + 9 + 1) + softmax, layerBytes(RecomputePlan.SELECTIVE, 0));
    assertWithin(
        unit * 2,
        layerBytes(RecomputePlan.selective(RecomputePolicy.offloading("linear", "attention")), 0));
  }

  private static void assertWithin(long expected, long got) {
    assertTrue(
        Math.abs(got - expected) <= 0.01 * expected, "expected " + expected + ", got " + got);
  }

  private static long layerBytes(RecomputePlan plan, double dropout) {
    return held(plan, 3, dropout) - held(plan, 2, dropout);
  }

  private static long held(RecomputePlan plan, int layers, double dropout) {
    GptConfig config = GptConfig.of(11, LENGTH, layers, (int) HEADS, WIDTH).withDropout(dropout);
    try (Gpt model = new Gpt(config);
        Scope scope = Scope.open("run");
        HookHandle handle = Recomputation.apply(model, plan)) {
      Tensor tokens = Tensor.zeros(Tensor.spec(DType.INT64, BATCH, LENGTH));
      long before = Allocator.current().statistics().liveBytes();
      Tensor loss = model.loss(tokens, tokens).sum();
      long held = Allocator.current().statistics().liveBytes() - before;
      loss.backward();
      return held;
    }
  }

  @Test
  void closingTheHandleEndsIt() {
    try (Gpt model = new Gpt(CONFIG)) {
      HookHandle handle = Recomputation.apply(model, RecomputePlan.FULL);
      String refused =
          Refused.message(
              ConfigException.class, () -> Recomputation.apply(model, RecomputePlan.FULL));
      assertEquals(
          "GptBlock: its forward passes are run by something else already; close that handle first",
          refused);
      handle.close();
      Recomputation.apply(model, RecomputePlan.FULL).close();
      assertEquals(
          List.of("transformer.h.0", "transformer.h.1", "transformer.h.2", "transformer.h.3"),
          List.copyOf(Recomputation.blocks(model).keySet()));
    }
  }

  @Test
  void whatCannotBeRecomputedIsRefused() {
    try (Linear linear = new Linear(2, 2);
        Gpt model = new Gpt(CONFIG)) {
      assertTrue(
          Refused.message(
                  ConfigException.class, () -> Recomputation.apply(linear, RecomputePlan.FULL))
              .startsWith("recompute: Linear has no ModuleList or Sequential of two or more"));
      assertEquals(
          "recompute: expected at most the number of blocks, 4, got every_5",
          Refused.message(
              ConfigException.class,
              () -> Recomputation.apply(model, RecomputePlan.everyBlock(5))));
      Recomputation.block(model, RecomputePolicy.NOTHING);
      Tensor tokens = Tensor.of(new long[] {1, 2}, 1, 2);
      assertTrue(
          Refused.message(ConfigException.class, () -> model.logits(tokens))
              .startsWith("recompute: Gpt (Gpt) does not show the tensors that it is called with"));
    }
  }

  @Test
  void aModeThatChangedIsFound() {
    try (Mlp model = new Mlp(3, 4, 2)) {
      Recomputation.apply(model, RecomputePlan.FULL);
      Tensor loss = model.call(Tensor.ones(2, 3)).square().sum();
      model.eval();
      assertEquals(
          "recompute: layers.2 was in training mode in the forward pass and is in evaluation mode now"
              + " that backward runs it again; run backward before the mode is changed",
          Refused.message(BackwardException.class, loss::backward));
    }
  }

  @Test
  void wordsOfRecipes() {
    assertEquals(RecomputePlan.NONE, RecomputePlan.parse("none"));
    assertEquals(RecomputePlan.FULL, RecomputePlan.parse("full"));
    assertEquals(RecomputePlan.FULL, RecomputePlan.parse("every_1"));
    assertEquals(RecomputePlan.everyBlock(12), RecomputePlan.parse("every_12"));
    assertEquals(RecomputePlan.SELECTIVE, RecomputePlan.parse("selective"));
    for (String wrong : List.of("every_0", "every", "Full", "")) {
      assertEquals(
          "recompute: expected one of none, full, every_<k> such as every_2, selective, got "
              + wrong,
          Refused.message(ConfigException.class, () -> RecomputePlan.parse(wrong)));
    }
  }
}
