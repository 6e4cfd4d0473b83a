package ai.cresset.tensor.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.BackwardException;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.nn.functional.Layers;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Creation;
import ai.cresset.tensor.LeakCheck;
import ai.cresset.tensor.NoScope;
import ai.cresset.tensor.Refused;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.OpObserver;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@NullUnmarked
@ExtendWith(LeakCheck.class)
class RecomputePolicyTest {
  @TempDir Path directory;

  private static Tensor random(long seed, long... sizes) {
    return Creation.normal(Tensor.spec(DType.FLOAT32, sizes), 0, 0.3, new Generator(seed));
  }

  /**
   * Norm, product, dropout, change in place, softmax: saves inputs, results and what is between.
   */
  private static UnaryOperator<Tensor> block(Tensor weight) {
    return x -> {
      Tensor normal = Layers.layerNorm(x, Shape.of(x.size(1)), null, null, 1e-5);
      Tensor mixed = Layers.dropout(normal.matmul(weight), 0.3, true);
      Tensor bounded = mixed.softmax(1).mul(x);
      bounded.exp_();
      return bounded.matmul(weight).tanh().add(x);
    };
  }

  static Stream<RecomputePolicy> policies() {
    return Stream.of(
        RecomputePolicy.NOTHING,
        RecomputePolicy.PRODUCTS,
        RecomputePolicy.saving("layerNorm", "softmax"),
        RecomputePolicy.offloading("matmul", "softmax", "layerNorm"),
        RecomputePolicy.of(
            Map.of(
                "matmul",
                RecomputePolicy.Decision.OFFLOAD,
                "dropout",
                RecomputePolicy.Decision.SAVE)),
        call ->
            call.occurrence() % 2 == 0 && !call.operation().equals("mul")
                ? RecomputePolicy.Decision.SAVE
                : RecomputePolicy.Decision.RECOMPUTE);
  }

  private record Run(List<float[]> values) {}

  private static Run run(UnaryOperator<UnaryOperator<Tensor>> how) {
    Generator before = Generator.use(new Generator(11));
    try (Scope scope = Scope.open("run")) {
      Tensor x = random(1, 6, 8).requiresGrad(true);
      Tensor weight = random(2, 8, 8).requiresGrad(true);
      Tensor y = x;
      for (int i = 0; i < 3; i++) {
        y = how.apply(block(weight)).apply(y);
      }
      List<float[]> values = new ArrayList<>();
      values.add(y.toFloatArray());
      y.square().sum().backward();
      for (Tensor leaf : List.of(x, weight)) {
        Tensor gradient = leaf.grad();
        assertNotNull(gradient);
        values.add(gradient.toFloatArray());
      }
      values.add(Tensor.rand(4).toFloatArray());
      return new Run(values);
    } finally {
      Generator.use(before);
    }
  }

  private static void assertSame(Run expected, Run got) {
    for (int i = 0; i < expected.values().size(); i++) {
      assertArrayEquals(expected.values().get(i), got.values().get(i), "value " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void resultsAndGradientsHaveTheBitsOfAPlainRun(RecomputePolicy policy) {
    Run plain = run(block -> block);
    assertSame(plain, run(block -> x -> Recompute.checkpoint(policy, block, x)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void policiesNest(RecomputePolicy policy) {
    Run plain = run(block -> block);
    assertSame(
        plain,
        run(
            block ->
                x ->
                    Recompute.checkpoint(
                        RecomputePolicy.saving("mul"),
                        y -> Recompute.checkpoint(policy, block, y.mul(1)),
                        x)));
    assertSame(
        plain,
        run(block -> x -> Recompute.checkpoint(y -> Recompute.checkpoint(policy, block, y), x)));
  }

  /** Counts the operations of this thread by name. */
  private static Map<String, Integer> counted(Runnable body) {
    Map<String, Integer> counts = new HashMap<>();
    Mode mode = Mode.current();
    mode.observer(
        new OpObserver() {
          @Override
          public void begin(String name) {
            counts.merge(name, 1, Integer::sum);
          }

          @Override
          public void end() {}

          @Override
          public void allocated(long bytes) {}
        });
    try {
      body.run();
    } finally {
      mode.observer(null);
    }
    return counts;
  }

  @Test
  void whatIsKeptIsNotAskedForAgain() {
    List<String> kernels = new ArrayList<>();
    RecomputePolicy watching =
        call -> {
          kernels.add(call.operation() + call.occurrence() + call.inputs());
          return RecomputePolicy.Decision.SAVE;
        };
    Tensor x = random(1, 2, 2).requiresGrad(true);
    Map<String, Integer> counts =
        counted(
            () ->
                Recompute.checkpoint(watching, each -> each.exp().matmul(each).exp().sum(), x)
                    .backward());
    assertEquals(
        List.of(
            "exp0[float32[2, 2]]",
            "matmul0[float32[2, 2], float32[2, 2]]",
            "exp1[float32[2, 2]]",
            "sum0[float32[2, 2]]",
            "reshape0[float32[1, 1]]"),
        kernels);
    assertTrue(counts.get("exp") > 2, "the second run passes through the dispatcher: " + counts);
  }

  @Test
  @NoScope
  void eachPolicyHoldsWhatItSays() {
    long element = 64 * 64 * 4;
    long plain = held(null);
    long nothing = held(RecomputePolicy.NOTHING);
    long products = held(RecomputePolicy.saving("matmul"));
    Offload files = Offload.to(directory);
    long moved = held(RecomputePolicy.offloading("matmul").withOffload(files));
    // The results of exp and tanh, which are operands of the products too, and what sin is of.
    assertEquals(3 * element, plain);
    assertEquals(0, nothing);
    assertEquals(2 * element, products);
    assertEquals(0, moved);
    assertEquals(2 * element, files.bytesOut());
    assertEquals(2 * element, files.bytesIn());
  }

  private static long held(RecomputePolicy policy) {
    try (Scope scope = Scope.open("run")) {
      Tensor x = random(1, 64, 64).requiresGrad(true);
      Tensor weight = random(2, 64, 64).requiresGrad(true);
      long before = Allocator.current().statistics().liveBytes();
      UnaryOperator<Tensor> function = y -> y.exp().matmul(weight).tanh().matmul(weight).sin();
      Tensor loss;
      try (Scope forward = Scope.open("forward")) {
        Tensor y = policy == null ? function.apply(x) : Recompute.checkpoint(policy, function, x);
        loss = forward.keep(y.sum());
      }
      long scalar = Allocator.current().statistics().liveBytes() - before;
      loss.backward();
      assertNotNull(weight.grad());
      return scalar / 1024 * 1024;
    }
  }

  @Test
  void offloadedFilesHaveNoNames() throws IOException {
    Tensor x = random(1, 8, 8).requiresGrad(true);
    RecomputePolicy policy = RecomputePolicy.offloading("exp").withOffload(Offload.to(directory));
    Tensor y = Recompute.checkpoint(policy, each -> each.exp().square(), x).sum();
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(0, files.count());
    }
    y.backward();
    assertNotNull(x.grad());
    Path missing = directory.resolve("missing");
    RecomputePolicy nowhere = RecomputePolicy.offloading("exp").withOffload(Offload.to(missing));
    String refused =
        Refused.message(
            BackwardException.class, () -> Recompute.checkpoint(nowhere, each -> each.exp(), x));
    assertTrue(
        refused.startsWith("offload: cannot make a file in " + missing + ": java.nio."), refused);
    assertTrue(refused.endsWith("; name a directory on a disk that has room"), refused);
  }

  /** {@code torch.autograd.graph.save_on_cpu}: layouts and views come back as they were. */
  @Test
  void asHooksItMovesWhatOperationsSave() {
    Offload files = Offload.to(directory);
    Tensor x = random(1, 5, 7).requiresGrad(true);
    UnaryOperator<Tensor> function =
        each -> each.t().exp().t().mul(each.narrow(1, 0, 7)).sigmoid().matmul(each.t()).sum();
    function.apply(x).backward();
    float[] plain = x.grad().toFloatArray();
    x.zeroGrad();
    Tensor loss;
    try (GradMode.Restore hooks = SavedTensorHooks.use(files)) {
      loss = function.apply(x);
    }
    loss.backward();
    assertArrayEquals(plain, x.grad().toFloatArray());
    assertTrue(files.bytesOut() >= 4 * 5 * 7 * 4, Long.toString(files.bytesOut()));
  }

  @Test
  void aKeptResultThatIsChangedInPlaceIsFound() {
    Tensor x = random(1, 4, 4).requiresGrad(true);
    Tensor y =
        Recompute.checkpoint(
            RecomputePolicy.saving("matmul"),
            each -> {
              Tensor product = each.matmul(each);
              product.add_(1);
              return product.exp().sum();
            },
            x);
    String refused = Refused.message(BackwardException.class, y::backward);
    assertTrue(
        refused.startsWith(
            "checkpoint: its backward needs the tensor float32[4, 4] as it was, but"),
        refused);
  }

  @Test
  void otherOperationsInTheSecondRunAreFound() {
    Tensor x = random(1, 4, 4).requiresGrad(true);
    int[] runs = new int[1];
    Tensor y =
        Recompute.checkpoint(
            RecomputePolicy.saving("matmul"),
            each -> (runs[0]++ == 0 ? each.matmul(each) : each.mul(each)).exp().sum(),
            x);
    assertEquals(
        "checkpoint: operation 0 of the function was matmul in the forward pass, but mul when it"
            + " ran again for backward; it must do the same both times: let it depend on its inputs"
            + " only, not on counters, modes or data that change",
        Refused.message(BackwardException.class, y::backward));
  }

  @Test
  void aMisspeltOperationIsFound() {
    Tensor x = random(1, 4, 4).requiresGrad(true);
    assertEquals(
        "recompute policy: it decides about the operations [matmull], but the checkpointed function"
            + " ran none of them, only [exp, matmul]; name some of these",
        Refused.message(
            ConfigException.class,
            () ->
                Recompute.checkpoint(
                    RecomputePolicy.saving("matmull"), each -> each.matmul(each).exp(), x)));
  }

  @Test
  void secondDerivativesPassThroughKeptResults() {
    Tensor x = Creation.normal(Tensor.spec(DType.FLOAT64, 3, 3), 0, 0.3, new Generator(1));
    x.requiresGrad(true);
    for (RecomputePolicy policy :
        List.of(RecomputePolicy.saving("matmul"), RecomputePolicy.offloading("matmul", "exp"))) {
      GradientCheck.Function function =
          inputs ->
              List.of(
                  Recompute.checkpoint(
                      policy, each -> each.matmul(each).exp().matmul(each), inputs.get(0)));
      GradientCheck.DEFAULT.first(function, List.of(x));
      GradientCheck.DEFAULT.second(function, List.of(x));
    }
  }
}
