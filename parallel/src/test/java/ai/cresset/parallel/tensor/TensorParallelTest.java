package ai.cresset.parallel.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.model.Sampling;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.init.DeferredInit;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.CommRecorder;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.collective.Fingerprint.Kind;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.mesh.Box;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.tensor.TensorStyle.Column;
import ai.cresset.parallel.tensor.TensorStyle.Divided;
import ai.cresset.parallel.tensor.TensorStyle.Row;
import ai.cresset.parallel.tensor.TensorStyle.Vocabulary;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import ai.cresset.tensor.autograd.HookHandle;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a rank holds of a divided model, what it sends, and what is refused. */
@NullUnmarked
class TensorParallelTest {
  private static final GptConfig SMALL = GptConfig.of(13, 8, 2, 4, 16).withBias(true);

  /** What a rank does with its mesh. */
  interface Body<R extends Serializable> {
    R run(DeviceMesh mesh);
  }

  private static <R extends Serializable> List<R> ranks(int count, Body<R> body) {
    Worker<R> worker =
        context -> {
          Generator before = Generator.use(new Generator(5));
          try (ProcessGroup world =
                  context.connect(CommOptions.defaults().withRecordedOperations(4096));
              DeviceMesh mesh =
                  new DeviceMesh(ParallelDims.SINGLE.with(MeshAxis.TENSOR, count), world)) {
            return body.run(mesh);
          } finally {
            Generator.use(before);
          }
        };
    return new ThreadLauncher(LaunchOptions.of(count)).launch(worker);
  }

  @ParameterizedTest(name = "built without elements: {0}")
  @ValueSource(booleans = {false, true})
  void weightsAreSlicesOfThoseOfOneProcess(boolean deferred) {
    ranks(
        4,
        mesh -> {
          DeferredInit without = deferred ? DeferredInit.begin() : null;
          Gpt built;
          try (DeferredInit end = without) {
            built = new Gpt(SMALL);
          }
          Generator.current().seed(5);
          try (Gpt whole = new Gpt(SMALL);
              Gpt model = built;
              TensorParallel parallel =
                  TensorParallel.apply(model, TensorPlan.gpt(), mesh, without);
              Scope scope = Scope.open("compare")) {
            if (without != null) {
              without.materialize(model);
            }
            model
                .namedParameters()
                .forEach(
                    (name, parameter) -> {
                      List<Box> boxes = parallel.spec(name).boxes(mesh.dims(), mesh.rank());
                      List<Tensor> pieces = Box.views(boxes, parameter.detach());
                      for (int i = 0; i < boxes.size(); i++) {
                        Tensor expected =
                            boxes.get(i).of(whole.namedParameters().get(name).detach());
                        assertArrayEquals(
                            expected.toDoubleArray(), pieces.get(i).toDoubleArray(), name);
                      }
                    });
            assertEquals(3, parallel.spec("transformer.h.0.attn.c_attn.weight").sections());
            assertTrue(model.numParameters() < whole.numParameters() / 2);
          }
          return true;
        });
  }

  /** Operations of one step, by kind. */
  private static Map<Kind, Integer> counts(DeviceMesh mesh, int layers, boolean sequence) {
    try (Gpt model = new Gpt(GptConfig.of(13, 8, layers, 4, 16).withBias(true));
        TensorParallel parallel =
            TensorParallel.apply(model, TensorPlan.gpt().withSequenceParallel(sequence), mesh);
        Scope scope = Scope.open("step")) {
      CommRecorder recorder = mesh.world().recorder();
      recorder.clear();
      Tensor tokens = Tensor.of(new long[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 4);
      model.loss(tokens, tokens).sum().backward();
      parallel.synchronize();
      Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
      recorder.entries().forEach(each -> counts.merge(each.operation().kind(), 1, Integer::sum));
      return counts;
    }
  }

  @Test
  void aLayerTakesFourCollectives() {
    ranks(
        2,
        mesh -> {
          // Beside the layers: the embedding, the loss' two, and the head's gradient.
          assertEquals(Map.of(Kind.ALL_REDUCE, 4 + 4), counts(mesh, 1, false));
          assertEquals(Map.of(Kind.ALL_REDUCE, 4 + 3 * 4), counts(mesh, 3, false));
          return true;
        });
  }

  @Test
  void withDividedActivationsEachBecomesAGatheringAndAScattering() {
    ranks(
        2,
        mesh -> {
          // The loss' two, and one for the gradients of norms and biases, whatever their number.
          Map<Kind, Integer> one = counts(mesh, 1, true);
          Map<Kind, Integer> three = counts(mesh, 3, true);
          assertEquals(Map.of(Kind.ALL_REDUCE, 3, Kind.ALL_GATHER, 6, Kind.REDUCE_SCATTER, 6), one);
          assertEquals(
              Map.of(Kind.ALL_REDUCE, 3, Kind.ALL_GATHER, 14, Kind.REDUCE_SCATTER, 14), three);
          return true;
        });
  }

  @Test
  void aRankNeverHoldsTheWholeModel() {
    int ranks = 4;
    GptConfig config = GptConfig.of(16, 4, 8, 4, 64);
    ranks(
        ranks,
        mesh -> {
          long whole;
          long largest;
          try (Gpt model = new Gpt(config)) {
            whole = 4 * model.numParameters();
            largest = 4 * model.parameters().stream().mapToLong(Tensor::numel).max().orElseThrow();
          }
          step(config, mesh); // what the group allocates once
          Allocator allocator = Allocator.current();
          long before = allocator.statistics().liveBytes();
          allocator.resetPeak();
          long idle = step(config, mesh);
          long peak = allocator.statistics().peakBytes() - before;
          long slack = 96 << 10; // norms, activations of four tokens, rounding
          assertTrue(idle - before <= whole / ranks + slack, "holds " + (idle - before));
          // The parts and their gradients, and the one parameter that is being filled.
          long bound = 2 * whole / ranks + largest + slack;
          assertTrue(peak <= bound, "peak " + peak + " of " + bound + ", whole " + whole);
          assertTrue(bound < whole, "the bound must say something");
          return true;
        });
  }

  /** Builds a model and runs a step; bytes in use between the two. */
  private static long step(GptConfig config, DeviceMesh mesh) {
    DeferredInit deferred = DeferredInit.begin();
    Gpt built;
    try (deferred) {
      built = new Gpt(config);
    }
    try (Gpt model = built;
        TensorParallel parallel = TensorParallel.apply(model, TensorPlan.gpt(), mesh, deferred);
        Scope scope = Scope.open("step")) {
      deferred.materialize(model);
      long idle = Allocator.current().statistics().liveBytes();
      Tensor tokens = Tensor.of(new long[] {1, 2, 3, 4}, 1, 4);
      model.loss(tokens, tokens).sum().backward();
      return idle;
    }
  }

  @Test
  void generationSeesAllScores() {
    List<Integer> same =
        ranks(
            4,
            mesh -> {
              try (Gpt whole = new Gpt(SMALL)) {
                Generator.current().seed(5);
                try (Gpt model = new Gpt(SMALL);
                    TensorParallel parallel = TensorParallel.apply(model, TensorPlan.gpt(), mesh);
                    HookHandle scores = parallel.wholeLogits();
                    Scope scope = Scope.open("generate")) {
                  Tensor prompt = Tensor.of(new long[] {3, 1}, 1, 2);
                  Sampling greedy = new Sampling(0, 1);
                  Tensor expected = whole.generate(prompt, 4, greedy, new Generator(1));
                  Tensor actual = model.generate(prompt, 4, greedy, new Generator(1));
                  assertArrayEquals(expected.toLongArray(), actual.toLongArray());
                  try (GradMode.Restore off = GradMode.disable()) {
                    assertEquals(SMALL.vocabularySize(), model.logits(prompt).size(2));
                  }
                  return actual.toLongArray().length;
                }
              }
            });
    assertEquals(List.of(6, 6, 6, 6), same);
  }

  private static String refused(TensorPlan plan, GptConfig config) {
    return ranks(
            3,
            mesh -> {
              try (Gpt model = new Gpt(config)) {
                ConfigException error =
                    assertThrows(
                        ConfigException.class, () -> TensorParallel.apply(model, plan, mesh));
                return String.valueOf(error.getMessage());
              }
            })
        .get(0);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    String message = refused(TensorPlan.of(Map.of("transformer.h.*.mpl", new Row())), SMALL);
    assertTrue(message.startsWith("tensor plan: no module matches 'transformer.h.*.mpl'"), message);
    message = refused(TensorPlan.of(Map.of("transformer.wte", new Row())), SMALL);
    assertEquals(
        "tensor plan: the style Row is for Linear, but 'transformer.wte' is Embedding", message);
    message = refused(TensorPlan.gpt(), SMALL);
    assertTrue(
        message.startsWith(
            "tensor parallelism: the 4 heads of 'transformer.h.0.attn' cannot be divided evenly by"
                + " parallel.tensor = 3"),
        message);
    message = refused(TensorPlan.of(Map.of("transformer.h.*.mlp.c_fc", new Column(1))), SMALL);
    assertTrue(message.contains("cannot be divided evenly by parallel.tensor = 3"), message);
    message =
        refused(
            TensorPlan.of(Map.of("lm_head", new Row(), "transformer.wte", new Vocabulary())),
            GptConfig.of(12, 8, 1, 3, 12));
    assertTrue(message.contains("belongs to two modules whose styles cut it"), message);
    message =
        refused(
            TensorPlan.of(
                Map.of("transformer.h.*.mlp.c_fc", new Column(1), "*.h.0.mlp.c_fc", new Column(1))),
            GptConfig.of(12, 8, 1, 3, 12));
    assertTrue(message.contains("two patterns match the module"), message);
    message =
        refused(
            TensorPlan.of(Map.of("lm_head", new TensorStyle.Scores())).withSequenceParallel(true),
            GptConfig.of(12, 8, 1, 3, 12));
    assertTrue(message.contains("every module with parameters needs a style"), message);
  }

  private static Sequential feedForward() {
    return new Sequential(new Linear(6, 8), new Dropout(0.4), new Linear(8, 3));
  }

  @Test
  void modelsOfTheUserAreDividedByName() {
    ranks(
        2,
        mesh -> {
          try (Sequential whole = feedForward()) {
            Generator.current().seed(5);
            Map<String, TensorStyle> styles =
                Map.of("0", new Column(1), "1", new Divided(), "2", new Row());
            try (Sequential model = feedForward();
                TensorParallel parallel = TensorParallel.apply(model, TensorPlan.of(styles), mesh);
                Scope scope = Scope.open("call")) {
              Tensor input = Tensor.randn(5, 6);
              Generator.Key start = Generator.current().state();
              double[] expected = whole.call(input).toDoubleArray();
              Generator.current().state(start);
              assertArrayEquals(expected, model.call(input).toDoubleArray(), 1e-6);
            }
          }
          return true;
        });
  }

  @Test
  void paddedTablesAndBuildsThatDifferAreRefused() {
    List<String> messages =
        ranks(
            2,
            mesh -> {
              List<String> found = new ArrayList<>();
              try (Sequential model = new Sequential(new Embedding(8, 4, 0))) {
                TensorPlan plan = TensorPlan.of(Map.of("0", new Vocabulary()));
                found.add(
                    assertThrows(
                            ConfigException.class, () -> TensorParallel.apply(model, plan, mesh))
                        .getMessage());
              }
              Generator.current().seed(mesh.rank());
              DeferredInit deferred = DeferredInit.begin();
              Gpt built;
              try (deferred) {
                built = new Gpt(SMALL);
              }
              try (Gpt model = built) {
                found.add(
                    assertThrows(
                            RuntimeException.class,
                            () -> TensorParallel.apply(model, TensorPlan.gpt(), mesh, deferred))
                        .getMessage());
              }
              return String.join("\n", found);
            });
    assertTrue(messages.get(0).contains("ranks that share its rows cannot do"), messages.get(0));
    assertTrue(messages.get(0).contains("build the same model on every rank"), messages.get(0));
  }

  @Test
  void oneRankIsTheModelItself() {
    ranks(
        1,
        mesh -> {
          try (Gpt model = new Gpt(SMALL);
              TensorParallel parallel = TensorParallel.apply(model, TensorPlan.gpt(), mesh);
              Scope scope = Scope.open("step")) {
            Tensor tokens = Tensor.of(new long[] {1, 2, 3}, 1, 3);
            Loss loss = model.loss(tokens, tokens);
            parallel.synchronize();
            assertEquals(3, loss.weight());
            assertEquals(0, mesh.world().recorder().total());
          }
          return true;
        });
  }
}
