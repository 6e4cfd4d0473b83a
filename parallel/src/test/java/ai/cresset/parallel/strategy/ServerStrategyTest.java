package ai.cresset.parallel.strategy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.Batch;
import ai.cresset.data.BatchPlan;
import ai.cresset.data.Dataset;
import ai.cresset.data.ShuffledSampler;
import ai.cresset.data.TensorDataset;
import ai.cresset.memory.Scope;
import ai.cresset.model.RankingConfig;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.Layer;
import ai.cresset.nn.functional.Losses;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.EmbeddingOptions;
import ai.cresset.optim.Optimizer;
import ai.cresset.optim.Sgd;
import ai.cresset.parallel.comm.CommOptions;
import ai.cresset.parallel.comm.ProcessGroup;
import ai.cresset.parallel.comm.ReduceOrder;
import ai.cresset.parallel.data.DataParallelOptions;
import ai.cresset.parallel.launch.LaunchOptions;
import ai.cresset.parallel.launch.ThreadLauncher;
import ai.cresset.parallel.server.Consistency;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.parallel.server.RowInitializer;
import ai.cresset.parallel.server.RowOptimizer;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.parallel.server.ServerOptions;
import ai.cresset.parallel.server.ShardedEmbedding;
import ai.cresset.parallel.server.ShardedEmbeddingBag;
import ai.cresset.parallel.server.TableSpec;
import ai.cresset.random.Generator;
import ai.cresset.tensor.EmbeddingBag;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.Objective;
import ai.cresset.train.Trainer;
import ai.cresset.train.TrainerConfig;
import ai.cresset.train.TrainingTask;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dense layers under data parallelism and tables on servers, in one model. */
@Timeout(60)
final class ServerStrategyTest {
  private static final int IDS = 40;
  private static final int WIDTH = 5;
  private static final int STEPS = 12;
  private static final double RATE = 0.1;

  private record Outcome(float[] first, float[] second, double loss, long ahead)
      implements Serializable {}

  private static TableSpec spec(String name) {
    return TableSpec.sparse(
        name, IDS, WIDTH, new RowInitializer.Uniform(0.3), new RowOptimizer.Sgd(RATE));
  }

  private static Dataset rows() {
    Random random = new Random(3);
    int count = 90;
    long[] one = random.longs(count, 0, IDS).toArray();
    long[] two = random.longs(count, 0, IDS).toArray();
    float[] label = new float[count];
    for (int i = 0; i < count; i++) {
      label[i] = (one[i] + two[i]) % 3 == 0 ? 1 : 0;
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("one", Tensor.of(one, count));
    tensors.put("two", Tensor.of(two, count));
    tensors.put("label", Tensor.of(label, count));
    return new TensorDataset(tensors);
  }

  private static Objective objective(WideAndDeep model) {
    return batch ->
        Losses.binaryCrossEntropyWithLogits(
            model.call(null, List.of(batch.get("one"), batch.get("two"))),
            batch.get("label"),
            null,
            null);
  }

  private static Trainer trainer(
      WideAndDeep model, Optimizer optimizer, Dataset training, ai.cresset.train.Strategy how) {
    TrainingTask task =
        new TrainingTask(
            model,
            optimizer,
            (step, initial) -> initial,
            objective(model),
            training,
            new BatchPlan(new ShuffledSampler(training.size(), 1), 16, false),
            null,
            TrainingTask.Unit.SAMPLES);
    return new Trainer(task, TrainerConfig.of(STEPS), how);
  }

  private static List<Outcome> sharded(int workers, Consistency consistency, boolean prefetch) {
    return new ThreadLauncher(LaunchOptions.of(workers))
        .launch(
            context -> {
              Generator before = Generator.use(new Generator(4));
              CommOptions options =
                  CommOptions.defaults().withInJvm(false).withOrder(ReduceOrder.RANK_ORDER);
              List<EmbeddingTable> tables =
                  List.of(new EmbeddingTable(spec("one")), new EmbeddingTable(spec("two")));
              try (ProcessGroup group = context.connect(options);
                  WideAndDeep model =
                      new WideAndDeep(
                          tables.stream().map(ShardedEmbedding::new).toList(),
                          new RankingConfig(0, WIDTH - 1, List.of(8)));
                  ServerGroup servers =
                      ServerGroup.beside(
                          group,
                          0,
                          context.host(),
                          context.secret(),
                          ServerOptions.of(List.of(spec("one"), spec("two")))
                              .withConsistency(consistency),
                          null);
                  ServerStrategy strategy =
                      new ServerStrategy(
                          new DataParallelStrategy(group, DataParallelOptions.DEFAULT),
                          servers.client(),
                          tables);
                  Sgd optimizer = new Sgd(model.namedParameters(), RATE);
                  Scope scope = Scope.open("rows");
                  Dataset plain = rows()) {
                Dataset training =
                    prefetch
                        ? new PrefetchedRows(
                            plain, Map.of("one", tables.get(0), "two", tables.get(1)))
                        : plain;
                double loss = trainer(model, optimizer, training, strategy).run().trainingLoss();
                long[] all = java.util.stream.LongStream.range(0, IDS).toArray();
                Outcome outcome =
                    new Outcome(
                        servers.client().read("one", all).await(),
                        servers.client().read("two", all).await(),
                        loss,
                        tables.get(0).lookupsAhead());
                servers.leave();
                return outcome;
              } finally {
                Generator.use(before);
              }
            });
  }

  /** The same model with its tables in one process, under data parallelism of as many ranks. */
  private static Outcome whole(int workers) {
    return new ThreadLauncher(LaunchOptions.of(workers))
        .launch(
            context -> {
              Generator before = Generator.use(new Generator(4));
              CommOptions options =
                  CommOptions.defaults().withInJvm(false).withOrder(ReduceOrder.RANK_ORDER);
              try (ProcessGroup group = context.connect(options);
                  WideAndDeep model =
                      new WideAndDeep(
                          List.of(table("one"), table("two")),
                          new RankingConfig(0, WIDTH - 1, List.of(8)));
                  DataParallelStrategy strategy =
                      new DataParallelStrategy(group, DataParallelOptions.DEFAULT);
                  Sgd optimizer = new Sgd(model.namedParameters(), RATE);
                  Scope scope = Scope.open("rows");
                  Dataset training = rows()) {
                double loss = trainer(model, optimizer, training, strategy).run().trainingLoss();
                Map<String, ? extends Tensor> parameters = model.namedParameters();
                return new Outcome(
                    weights(parameters, "tables.0.weight"),
                    weights(parameters, "tables.1.weight"),
                    loss,
                    0);
              } finally {
                Generator.use(before);
              }
            })
        .get(0);
  }

  private static float[] weights(Map<String, ? extends Tensor> parameters, String name) {
    Tensor found = parameters.get(name);
    if (found == null) {
      throw new AssertionError(parameters.keySet());
    }
    return found.toFloatArray();
  }

  /** A table whose rows begin as those on servers do. */
  private static Layer table(String name) {
    float[] values = new float[IDS * WIDTH];
    long key = RowInitializer.key(0, name);
    for (int id = 0; id < IDS; id++) {
      new RowInitializer.Uniform(0.3).fill(key, id, values, id * WIDTH, WIDTH);
    }
    Tensor made = Scope.detach(Tensor.of(values, IDS, WIDTH));
    return Embedding.fromPretrained(made, false, EmbeddingOptions.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void synchronousServersGiveTheBitsOfTablesInTheProcess(boolean prefetch) {
    Outcome whole = whole(2);
    for (Outcome rank : sharded(2, Consistency.SYNCHRONOUS, prefetch)) {
      assertArrayEquals(whole.first(), rank.first());
      assertArrayEquals(whole.second(), rank.second());
      assertEquals(whole.loss(), rank.loss());
      assertTrue(!prefetch || rank.ahead() >= STEPS / 2, "only " + rank.ahead() + " ahead");
    }
  }

  @Test
  void boundedStalenessLearnsTheSame() {
    double whole = whole(2).loss();
    for (Outcome rank : sharded(2, Consistency.bounded(2), true)) {
      assertEquals(whole, rank.loss(), 0.15);
    }
  }

  @Test
  void bagsAreThoseOfTheLibrary() {
    ServerOptions options = ServerOptions.of(List.of(spec("one")));
    long[] flat = {3, 7, 7, 1, 3, 9};
    try (Scope scope = Scope.open("bags");
        EmbeddingTable table = new EmbeddingTable(spec("one"));
        ServerGroup servers =
            ServerGroup.beside(null, 0, "127.0.0.1", new byte[32], options, null)) {
      table.bind(servers.client());
      Embedding whole = (Embedding) table("one");
      Tensor padded = Tensor.of(new long[] {3, 7, 7, 1, 3, -1, -1, -1, -1, 9, -1, -1}, 4, 3);
      Tensor offsets = Tensor.of(new long[] {0, 3, 5, 5}, 4);
      for (EmbeddingBag mode : EmbeddingBag.values()) {
        try (ShardedEmbeddingBag bag = new ShardedEmbeddingBag(table, mode)) {
          Tensor expected = mode.of(Tensor.of(flat, 6), whole.weight(), offsets);
          assertArrayEquals(expected.toFloatArray(), bag.call(padded).toFloatArray());
          assertArrayEquals(
              expected.toFloatArray(), bag.call(Tensor.of(flat, 6), offsets).toFloatArray());
        }
      }
      whole.close();
      try (Batch empty = Batch.of(Map.of("ids", Tensor.of(new long[] {-1, -1}, 2, 1)));
          ShardedEmbeddingBag bag = new ShardedEmbeddingBag(table, EmbeddingBag.MEAN)) {
        assertArrayEquals(new float[2 * WIDTH], bag.call(empty.get("ids")).toFloatArray());
      }
      servers.leave();
    }
  }
}
