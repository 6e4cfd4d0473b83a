package ai.cresset.parallel.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.nn.Placement;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.ParameterGroup;
import ai.cresset.parallel.checkpoint.CheckpointPeers;
import ai.cresset.parallel.checkpoint.ShardedCheckpoints;
import ai.cresset.parallel.checkpoint.ShardedLoad;
import ai.cresset.parallel.checkpoint.ShardedState;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.parallel.launch.WorkerContext;
import ai.cresset.parallel.mesh.DeviceMesh;
import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.sequence.DividedCheckpointTest.Run.Left;
import ai.cresset.parallel.tensor.TensorParallel;
import ai.cresset.parallel.tensor.TensorPlan;
import ai.cresset.random.Generator;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What some ranks saved, any other number of ranks loads, bit for bit. */
@NullUnmarked
class DividedCheckpointTest {
  @TempDir Path directory;

  /**
   * Loads what is there, or trains two steps, then saves and makes one more step.
   *
   * @param directory of the checkpoints
   * @param number of the run, so that each starts from other weights
   * @param tensor ranks
   */
  record Run(String directory, int number, int tensor) implements Worker<Left> {
    /** What a run leaves: parameters when saved and after the next step, and that step's loss. */
    record Left(Map<String, double[]> saved, double loss, Map<String, double[]> next)
        implements Serializable {}

    @Override
    public Left run(WorkerContext context) {
      Generator before = Generator.use(new Generator(number));
      try (ProcessGroup world = context.connect(CommOptions.defaults());
          DeviceMesh mesh =
              new DeviceMesh(ParallelDims.SINGLE.with(MeshAxis.TENSOR, tensor), world);
          Gpt model =
              new Gpt(
                  DividedTraining.of(tensor, 1).config(),
                  new Placement(DType.FLOAT64, Device.CPU));
          TensorParallel divided = TensorParallel.apply(model, TensorPlan.gpt(), mesh);
          Optimizer optimizer =
              new AdamW(ParameterGroup.single(model.namedParameters()), AdamW.config(0.01));
          ShardedCheckpoints checkpoints =
              ShardedCheckpoints.claim(
                  new LocalCheckpointStore(Path.of(directory)),
                  "run " + number,
                  0,
                  CheckpointPeers.of(world),
                  10)) {
        ShardLayout layout = divided.layout();
        TrainingCheckpoint found = checkpoints.latest().orElse(null);
        if (found == null) {
          step(model, optimizer, 0);
          step(model, optimizer, 1);
        } else {
          ShardedLoad.model(found, model, layout, mesh.rank(), true);
          ShardedLoad.optimizer(found, optimizer, layout, mesh.rank());
        }
        Map<String, double[]> saved = DividedTraining.whole(model, layout, mesh, false);
        try (ShardedState state =
            new ShardedState()
                .withModel(model, layout, mesh.rank())
                .withOptimizer(optimizer, layout, mesh.rank())) {
          checkpoints.save(state, progress(number + 1L, tensor));
        }
        double loss = step(model, optimizer, 2);
        return new Left(saved, loss, DividedTraining.whole(model, layout, mesh, false));
      } finally {
        Generator.use(before);
      }
    }

    private static TrainingState.Progress progress(long step, int ranks) {
      return new TrainingState.Progress(
          step,
          0,
          step,
          ranks,
          List.of(new Generator.Key(1, step)),
          "constant",
          "data",
          Map.of(),
          Map.of(),
          Map.of());
    }

    private static double step(Gpt model, Optimizer optimizer, int number) {
      try (Scope scope = Scope.open("step")) {
        optimizer.zeroGrad();
        Tensor tokens = Tensor.of(new long[] {1, 2, 3, 4 + number, 5, 6, 12, 0}, 2, 4);
        Tensor loss = model.loss(tokens, tokens).mean();
        loss.backward();
        optimizer.step();
        return loss.item();
      }
    }
  }

  @Test
  void twoRanksOneFourAndTwoAgain() {
    int[] ranks = {2, 1, 4, 2};
    Left first = null;
    for (int run = 0; run < ranks.length; run++) {
      Run worker = new Run(directory.toString(), run, ranks[run]);
      List<Left> all = new ThreadLauncher(LaunchOptions.of(ranks[run])).launch(worker);
      Left left = all.get(0);
      first = first == null ? left : first;
      for (String name : first.saved().keySet()) {
        assertArrayEquals(
            first.saved().get(name), left.saved().get(name), name + " on " + ranks[run]);
        // The moments came along too.
        double tolerance = ranks[run] == 2 ? 0 : 1e-10;
        assertArrayEquals(first.next().get(name), left.next().get(name), tolerance, name);
      }
      assertEquals(first.loss(), left.loss(), ranks[run] == 2 ? 0 : 1e-10);
    }
  }
}
