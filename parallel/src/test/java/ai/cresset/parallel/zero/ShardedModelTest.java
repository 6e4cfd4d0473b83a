package ai.cresset.parallel.zero;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.amp.GradScaler;
import ai.cresset.error.CressetException;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.model.Mlp;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Parameter;
import ai.cresset.nn.layer.Linear;
import ai.cresset.optim.Adam;
import ai.cresset.optim.Lbfgs;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOp;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.HostMirror;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
class ShardedModelTest {
  private static final ZeroOptions CUT = ZeroOptions.of(ZeroStage.PARAMETERS);

  /** What a rank does on a mesh of ranks that share state. */
  private interface Body<R> {
    R run(DeviceMesh mesh) throws Exception;
  }

  private static <R extends Serializable> List<R> on(int ranks, Body<R> body) {
    return new ThreadLauncher(LaunchOptions.of(ranks))
        .launch(
            context -> {
              Generator before = Generator.use(new Generator(5));
              try (ProcessGroup world = context.connect(CommOptions.defaults());
                  DeviceMesh mesh = new DeviceMesh(ParallelDims.of(1, ranks), world);
                  Scope scope = Scope.open("rank")) {
                return body.run(mesh);
              } finally {
                Generator.use(before);
              }
            });
  }

  private static String refused(int ranks, Body<Integer> body) {
    CressetException refused = assertThrows(CressetException.class, () -> on(ranks, body));
    return String.valueOf(refused.getMessage());
  }

  /** A layer that may run twice, and a parameter without dimensions. */
  private static final class Odd extends Layer {
    private final Linear first = child("first", new Linear(3, 3));
    private final Linear second = child("second", new Linear(3, 1));
    private final Parameter scale = parameter("scale", Tensor.scalar(2));
    private boolean again;

    @Override
    protected Tensor forward(Tensor input) {
      Tensor once = first.call(input);
      Tensor hidden = again ? first.call(once) : once;
      return second.call(hidden).mul(value(scale));
    }
  }

  private static UnitRule bothLayers() {
    return model -> Set.of("first", "second");
  }

  private static double step(ShardedModel sharded, Optimizer optimizer, Layer model, Tensor input) {
    sharded.beginStep();
    Tensor sum = model.call(input).square().sum();
    sharded.backward(sum, true);
    sharded.finishStep(sum.item(), input.size(0));
    double norm = sharded.gradientNorm();
    optimizer.step();
    return norm;
  }

  @Test
  void blocksAreUnitsAndTiedWeightsBelongToTheModel() {
    String text =
        on(
                2,
                mesh -> {
                  try (Gpt model = new Gpt(GptConfig.of(11, 8, 3, 2, 8));
                      ShardedModel sharded = new ShardedModel(model, mesh, CUT)) {
                    assertEquals(
                        6,
                        sharded.parameters().get("transformer.wte.weight").size(0) + mesh.rank());
                    assertEquals(
                        List.copyOf(model.namedParameters().keySet()),
                        List.copyOf(sharded.layout().specs().keySet()));
                    return sharded.toString();
                  }
                })
            .get(0);
    List<String> lines = text.lines().toList();
    assertEquals("ZeRO 3 over shard 2", lines.get(0));
    assertEquals(5, lines.size(), text);
    assertTrue(lines.get(1).startsWith("  (model): 3 parameters"), text);
    assertTrue(lines.get(2).startsWith("  transformer.h.0: "), text);
  }

  @ParameterizedTest
  @EnumSource(ZeroStage.class)
  void scalarsTinyAndFrozenParametersAreTrainedOrLeftAlone(ZeroStage stage) {
    List<double[]> ranks =
        on(
            3,
            mesh -> {
              try (Odd model = new Odd()) {
                model.second.freeze();
                ZeroOptions options = ZeroOptions.of(stage).withUnits(bothLayers());
                try (ShardedModel sharded = new ShardedModel(model, mesh, options);
                    Optimizer optimizer = new Sgd(sharded.parameters(), Sgd.Config.of(0.1))) {
                  sharded.attach(optimizer);
                  assertEquals(
                      Set.of("scale", "first.weight", "first.bias"), sharded.parameters().keySet());
                  double[] norms = new double[3];
                  for (int i = 0; i < norms.length; i++) {
                    norms[i] = step(sharded, optimizer, model, Tensor.ones(mesh.rank() + 1, 3));
                  }
                  return norms;
                }
              }
            });
    double[] expected =
        on(
                1,
                mesh -> {
                  try (Odd model = new Odd()) {
                    model.second.freeze();
                    try (ShardedModel sharded = new ShardedModel(model, mesh, CUT);
                        Optimizer optimizer = new Sgd(sharded.parameters(), Sgd.Config.of(0.1))) {
                      sharded.attach(optimizer);
                      double[] norms = new double[3];
                      for (int i = 0; i < norms.length; i++) {
                        norms[i] = step(sharded, optimizer, model, Tensor.ones(6, 3));
                      }
                      return norms;
                    }
                  }
                })
            .get(0);
    assertArrayEquals(ranks.get(0), ranks.get(1));
    assertArrayEquals(expected, ranks.get(0), 1e-5 * expected[0]);
  }

  @Test
  void ranksEvaluateDifferentNumbersOfBatches() {
    List<double[]> outputs =
        on(
            2,
            mesh -> {
              try (Mlp model = new Mlp(3, 4, 2);
                  ShardedModel sharded = new ShardedModel(model, mesh, CUT);
                  GradMode.Restore off = GradMode.disable()) {
                double[] found = new double[0];
                for (int i = 0; i < 1 + 2 * mesh.rank(); i++) {
                  found = model.call(Tensor.ones(1, 3)).toDoubleArray();
                }
                sharded.synchronize();
                return found;
              }
            });
    assertTrue(Double.isFinite(outputs.get(0)[0]));
    assertArrayEquals(outputs.get(0), outputs.get(1));
  }

  @Test
  void anotherOrderOfUnitsIsAnErrorUntilItIsForgotten() {
    String text =
        refused(
            2,
            mesh -> {
              try (Odd model = new Odd();
                  ShardedModel sharded =
                      new ShardedModel(model, mesh, CUT.withUnits(bothLayers()));
                  Optimizer optimizer = new Sgd(sharded.parameters(), Sgd.Config.of(0.1))) {
                sharded.attach(optimizer);
                step(sharded, optimizer, model, Tensor.ones(1, 3));
                model.again = true;
                sharded.forgetOrder();
                step(sharded, optimizer, model, Tensor.ones(1, 3));
                model.again = false;
                step(sharded, optimizer, model, Tensor.ones(1, 3));
                return 0;
              }
            });
    assertTrue(text.contains("it comes to 'gather second' where 'gather first' was"), text);
    text =
        refused(
            2,
            mesh -> {
              try (Odd model = new Odd();
                  ShardedModel sharded =
                      new ShardedModel(model, mesh, CUT.withUnits(bothLayers()));
                  Optimizer optimizer = new Sgd(sharded.parameters(), Sgd.Config.of(0.1))) {
                sharded.attach(optimizer);
                model.again = mesh.rank() == 1;
                step(sharded, optimizer, model, Tensor.ones(1, 3));
                return 0;
              }
            });
    assertTrue(text.contains("which parts run must not depend on a rank's samples"), text);
  }

  @Test
  void optimizersThatNeedWholeTensorsAreRefused() {
    String text =
        refused(
            2,
            mesh -> {
              try (Mlp model = new Mlp(3, 2);
                  ShardedModel sharded = new ShardedModel(model, mesh, CUT);
                  Optimizer optimizer = new Lbfgs(sharded.parameters(), Lbfgs.Config.of(1))) {
                sharded.attach(optimizer);
                return 0;
              }
            });
    assertTrue(text.contains("Lbfgs looks at whole tensors"), text);
    assertTrue(text.contains("set parallel.zero to 0"), text);
  }

  @Test
  void oneRanksInfinitySkipsTheStepOnAll() {
    List<double[]> scales =
        on(
            2,
            mesh -> {
              try (Mlp model = new Mlp(3, 2);
                  ShardedModel sharded = new ShardedModel(model, mesh, CUT);
                  Optimizer optimizer = new Sgd(sharded.parameters(), Sgd.Config.of(0.1))) {
                sharded.attach(optimizer);
                GradScaler scaler =
                    new GradScaler().agreeing(here -> count(mesh.world(), here) > 0);
                double[] found = new double[4];
                for (int i = 0; i < 2; i++) {
                  sharded.beginStep();
                  Tensor sum = model.call(Tensor.ones(1, 3)).sum();
                  sharded.backward(scaler.scale(sum), true);
                  sharded.finishStep(sum.item(), 1);
                  if (i == 0 && mesh.rank() == 1) {
                    Tensor gradient = sharded.parameters().get("layers.0.weight").grad();
                    assertTrue(gradient != null);
                    gradient.fill_(Double.POSITIVE_INFINITY);
                  }
                  found[2 * i] = scaler.step(optimizer) ? 1 : 0;
                  scaler.update();
                  found[2 * i + 1] = scaler.scale();
                }
                return found;
              }
            });
    assertArrayEquals(new double[] {0, 32768, 1, 32768}, scales.get(0));
    assertArrayEquals(scales.get(0), scales.get(1));
  }

  private static double count(ProcessGroup group, boolean here) {
    try (Tensor number = Tensor.scalar(here ? 1 : 0);
        HostMirror mirror = new HostMirror(number)) {
      group.allReduce(mirror.fetch(), ReduceOp.SUM);
      return number.item();
    }
  }

  @Test
  void optimizerStateInFilesHasTheSameBits(@TempDir Path directory) throws IOException {
    List<double[]> memory = adam(null);
    List<double[]> files = adam(directory.resolve("state"));
    assertArrayEquals(memory.get(0), files.get(0));
    assertArrayEquals(memory.get(1), files.get(1));
    try (Stream<Path> left = Files.list(directory.resolve("state"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  private static List<double[]> adam(@Nullable Path directory) {
    return on(
        2,
        mesh -> {
          try (Mlp model = new Mlp(3, 5, 2);
              ShardedModel sharded = new ShardedModel(model, mesh, CUT);
              Optimizer optimizer = new Adam(sharded.parameters(), 0.1)) {
            sharded.attach(optimizer);
            FileState files = directory == null ? null : FileState.create(directory, mesh.rank());
            if (files != null) {
              optimizer.stateIn(files::allocate);
            }
            double[] norms = new double[3];
            for (int i = 0; i < 3; i++) {
              norms[i] = step(sharded, optimizer, model, Tensor.ones(1, 3));
            }
            if (files != null) {
              assertTrue(files.bytes() > 0 && files.bytes() <= Files.size(files.path()) + 64);
              files.close();
            }
            return norms;
          }
        });
  }

  @Test
  void parametersWithoutAPartInTheLossAreNamed() {
    String text =
        refused(
            2,
            mesh -> {
              try (Odd model = new Odd();
                  ShardedModel sharded = new ShardedModel(model, mesh, CUT);
                  Optimizer optimizer = new Sgd(sharded.parameters(), Sgd.Config.of(0.1))) {
                sharded.attach(optimizer);
                sharded.beginStep();
                Tensor sum = model.call(Tensor.ones(1, 3)).detach().sum();
                sharded.backward(sum.add(sharded.parameters().get("scale")), true);
                sharded.finishStep(1, 1);
                return 0;
              }
            });
    assertTrue(text.contains("does not depend on [scale, first.weight"), text);
    assertTrue(text.contains("freeze what is not trained"), text);
  }

  @Test
  void misuseIsToldApart() {
    assertTrue(
        refused(
                2,
                mesh -> {
                  try (Mlp model = new Mlp(3, 2 + mesh.rank());
                      ShardedModel sharded = new ShardedModel(model, mesh, CUT)) {
                    return 0;
                  }
                })
            .contains("build the same model on every rank"));
    assertTrue(
        refused(
                1,
                mesh -> {
                  try (Mlp model = new Mlp(3, 2);
                      ShardedModel sharded =
                          new ShardedModel(model, mesh, CUT.withUnits(UnitRule.types(Gpt.class)))) {
                    return 0;
                  }
                })
            .contains("the model has no module of"));
    assertFalse(ZeroOptions.of(ZeroStage.OPTIMIZER).sendsEachPass());
  }
}
