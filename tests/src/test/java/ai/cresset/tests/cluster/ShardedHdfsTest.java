package ai.cresset.tests.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.FailingStore;
import ai.cresset.checkpoint.ModelFolder;
import ai.cresset.checkpoint.StoredTensors;
import ai.cresset.checkpoint.TrainingCheckpoint;
import ai.cresset.checkpoint.TrainingState;
import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Scope;
import ai.cresset.model.Gpt;
import ai.cresset.model.GptConfig;
import ai.cresset.optim.AdamW;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.OptimizerState;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.strategy.ParallelOptions;
import ai.cresset.parallel.strategy.Parallelize;
import ai.cresset.random.Generator;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.CheckpointParts;
import ai.cresset.train.CheckpointPolicy;
import ai.cresset.train.LossSum;
import ai.cresset.train.Resume;
import ai.cresset.train.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sharded checkpoints on a real HDFS; ranks are threads. */
@NullUnmarked
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ShardedHdfsTest {
  @TempDir private static Path storage;
  private static MiniDFSCluster hdfs;
  private static Configuration configuration;

  @BeforeAll
  static void start() throws IOException {
    configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, storage.toString());
    configuration.setInt("dfs.replication", 1);
    hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    hdfs.waitActive();
  }

  @AfterAll
  static void stop() {
    hdfs.shutdown();
  }

  private static CheckpointStore store(String path) {
    return HadoopCheckpointStore.open(hdfs.getURI() + path, configuration);
  }

  /** What a rank does with its part of the model. */
  interface Body {
    void run(int rank, Gpt model, Optimizer optimizer, Strategy strategy);
  }

  private static void ranks(int ranks, int zero, Body body) {
    new ThreadLauncher(LaunchOptions.of(ranks))
        .launch(
            context -> {
              Generator before = Generator.use(new Generator(context.rank()));
              ParallelOptions options = ParallelOptions.of(ParallelDims.of(1, ranks), zero);
              try (ProcessGroup world = context.connect(CommOptions.defaults());
                  Gpt model = new Gpt(GptConfig.of(11, 6, 1, 2, 8));
                  Parallelize parallel = Parallelize.apply(model, world, options);
                  Optimizer optimizer = parallel.optimizer(parts -> new AdamW(parts, 0.01))) {
                body.run(context.rank(), model, optimizer, parallel.strategy());
              } finally {
                Generator.use(before);
              }
              return true;
            });
  }

  private static void step(Gpt model, Optimizer optimizer, Strategy strategy) {
    try (Scope scope = Scope.open("step")) {
      strategy.beginStep();
      Tensor tokens = Tensor.of(new long[] {1, 2, 3, 4, 5, 6}, 1, 6);
      Loss loss = model.loss(tokens, tokens);
      strategy.backward(loss, true);
      strategy.finishStep(LossSum.ZERO.plus(loss.sum().item(), loss.weight()));
      optimizer.step();
    }
  }

  private static CheckpointPolicy policy(CheckpointStore store, String run, int attempt) {
    return new CheckpointPolicy(store, run, attempt, 1, 9, Resume.AUTO, Map.of());
  }

  private static TrainingState.Progress progress(long step, int ranks) {
    return new TrainingState.Progress(
        step, 0, step, ranks, List.of(), "", "", Map.of(), Map.of(), Map.of());
  }

  /** Every element that is stored. */
  private static Map<String, double[]> content(TrainingCheckpoint checkpoint) {
    Map<String, double[]> all = new TreeMap<>();
    try (StoredTensors model = checkpoint.model();
        StoredTensors optimizer = checkpoint.optimizer()) {
      for (StoredTensors stored : List.of(model, optimizer)) {
        for (String name : stored.tensors().keySet()) {
          try (Tensor tensor = stored.read(name)) {
            all.put(name, tensor.toDoubleArray());
          }
        }
      }
    }
    checkpoint.optimizerNumbers().forEach((name, number) -> all.put(name, new double[] {number}));
    return all;
  }

  private static void assertSame(TrainingCheckpoint expected, TrainingCheckpoint actual) {
    Map<String, double[]> one = content(expected);
    Map<String, double[]> other = content(actual);
    assertEquals(one.keySet(), other.keySet());
    one.forEach((name, values) -> assertArrayEquals(values, other.get(name), name));
  }

  @Test
  void fourRanksGoOnAsOneTwoAndThreeAndBack() {
    CheckpointStore store = store("/reshard");
    ranks(
        4,
        3,
        (rank, model, optimizer, strategy) -> {
          strategy.prepare(model);
          step(model, optimizer, strategy);
          CheckpointPolicy policy = policy(store, "first", 0);
          try (CheckpointParts parts = strategy.checkpointParts(policy, model, optimizer)) {
            parts.save(progress(1, 4), false);
            assertEquals("step-000001", parts.committed(true));
          }
        });
    int next = 2;
    for (int ranks : new int[] {1, 2, 3, 4}) {
      int step = next++;
      ranks(
          ranks,
          ranks == 2 ? 1 : 3,
          (rank, model, optimizer, strategy) -> {
            CheckpointPolicy policy = policy(store, "run " + step, 0);
            try (CheckpointParts parts = strategy.checkpointParts(policy, model, optimizer)) {
              parts.load(parts.latest().orElseThrow());
              strategy.prepare(model);
              parts.save(progress(step, ranks), true);
              assertEquals(String.format("step-%06d", step), parts.committed(true));
            }
          });
    }
    CheckpointDirectory directory = CheckpointDirectory.open(store);
    TrainingCheckpoint first = directory.open("step-000001");
    for (String name : directory.names()) {
      assertSame(first, directory.open(name));
    }
    try (StoredTensors weights = first.model()) {
      assertTrue(ModelFolder.write(weights, store, "export", 1000).size() > 1);
    }
    try (StoredTensors weights = first.model();
        StoredTensors exported = ModelFolder.open(store, "export")) {
      assertEquals(weights.tensors().keySet(), exported.tensors().keySet());
    }
  }

  /** The process of the first rank dies after every sixth change on the file system. */
  @Test
  void deathAtAWriteLeavesTheCheckpointBefore() {
    boolean[] over = new boolean[1];
    for (int changes = 0; !over[0]; changes += 6) {
      int after = changes;
      CheckpointStore store = store("/death-" + changes);
      ranks(
          2,
          3,
          (rank, model, optimizer, strategy) -> {
            strategy.prepare(model);
            step(model, optimizer, strategy);
            save(strategy, model, optimizer, policy(store, "run", 0), 1);
            step(model, optimizer, strategy);
            FailingStore failing = new FailingStore(store, after);
            try {
              save(strategy, model, optimizer, policy(rank == 0 ? failing : store, "run", 1), 2);
              assertTrue(rank == 1 || !failing.isDead());
              over[0] = true;
            } catch (CheckpointException e) {
              assertTrue(e.getMessage().contains("died here"), e.toString());
            }
            CheckpointPolicy last = policy(store, "run", 2);
            try (CheckpointParts parts = strategy.checkpointParts(last, model, optimizer)) {
              TrainingCheckpoint found = parts.latest().orElseThrow();
              assertTrue(found.state().step() == 2 || !over[0]);
              parts.load(found);
              try (OptimizerState state = optimizer.stateDict()) {
                assertEquals(
                    (double) found.state().step(),
                    state.numbers().get("step/transformer.ln_f.weight"));
              }
            }
          });
      assertTrue(changes < 200);
    }
  }

  private static void save(
      Strategy strategy, Gpt model, Optimizer optimizer, CheckpointPolicy policy, long step) {
    try (CheckpointParts parts = strategy.checkpointParts(policy, model, optimizer)) {
      parts.save(progress(step, 2), false);
    }
  }
}
