package ai.cresset.parallel.strategy;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.error.ConfigException;
import ai.cresset.memory.Scope;
import ai.cresset.model.RankingConfig;
import ai.cresset.model.WideAndDeep;
import ai.cresset.nn.functional.Losses;
import ai.cresset.optim.AdamW;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.server.EmbeddingTable;
import ai.cresset.parallel.server.RowInitializer;
import ai.cresset.parallel.server.RowOptimizer;
import ai.cresset.parallel.server.ServerAccount;
import ai.cresset.parallel.server.ServerGroup;
import ai.cresset.parallel.server.ServerOptions;
import ai.cresset.parallel.server.ShardedEmbedding;
import ai.cresset.parallel.server.TableSpec;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LossSum;
import ai.cresset.train.SingleDevice;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Times Wide &amp; Deep on three tables of 1,000,000 ids, of which some are frequent, with a server
 * beside the only worker, and prints {@code name value unit} lines. With {@code --peer PYTHON}
 * PyTorch does the same in turns, with sparse gradients, as many threads, and all tables in memory.
 * At the end once more while the server stores its rows all the time.
 */
public final class RecommenderBenchmark {
  private static final int TABLES = 3;
  private static final int IDS = 1_000_000;
  private static final int BATCH = 2048;
  private static final int BATCHES = 64;
  private static final int WARM_UP_SECONDS = 12; // until the compilers are done
  private static final int ROUNDS = 3;
  private static final double EXPONENT = 1.2;
  private static final RankingConfig CONFIG = new RankingConfig(1, 8, List.of(64, 32));

  private RecommenderBenchmark() {}

  /** A batch. */
  private record Clicks(Tensor numbers, List<Tensor> ids, Tensor labels) {}

  public static void main(String[] arguments) throws IOException {
    String peer = null;
    int seconds = 5;
    try {
      for (int i = 0; i < arguments.length; i += 2) {
        String value = i + 1 < arguments.length ? arguments[i + 1] : "";
        switch (arguments[i]) {
          case "--peer" -> peer = value;
          case "--seconds" -> {
            if (!value.matches("[1-9][0-9]{0,3}")) {
              throw ConfigException.value("--seconds", "'" + value + "'", "a whole number from 1");
            }
            seconds = Integer.parseInt(value);
          }
          default ->
              throw ConfigException.because(
                  "unknown option " + arguments[i] + "; known are --seconds, --peer");
        }
      }
    } catch (ConfigException e) {
      System.err.println("error: " + e.getMessage());
      System.exit(2);
    }
    measure(seconds, peer);
  }

  private static void measure(int seconds, @Nullable String python) throws IOException {
    List<TableSpec> specs = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      specs.add(
          TableSpec.sparse(
              "table" + i,
              IDS,
              CONFIG.tableWidth(),
              new RowInitializer.Gaussian(0.01),
              RowOptimizer.Adagrad.of(0.05)));
    }
    try (Scope scope = Scope.open("batches")) {
      measure(seconds, python, specs, batches());
    }
  }

  private static void measure(
      int seconds, @Nullable String python, List<TableSpec> specs, List<Clicks> batches)
      throws IOException {
    double theirs = 0;
    double ours = 0;
    try (Peer peer = python == null ? null : Peer.start(python);
        Job job = new Job(ServerOptions.of(specs), null)) {
      job.rate(WARM_UP_SECONDS, batches);
      for (int round = 0; round < ROUNDS; round++) {
        ours = Math.max(ours, job.rate(seconds, batches));
        theirs = peer == null ? 0 : Math.max(theirs, peer.rate(seconds));
      }
      print("recommender %.0f rows/s", ours);
      ServerAccount account = job.servers.client().accounts().get(0);
      print("recommender_server %.1f MB", account.totalBytes() * 1e-6);
    }
    if (python != null) {
      print("pytorch_recommender %.0f rows/s", theirs);
      print("recommender_versus_pytorch %.2f x", ours / theirs);
    }
    storing(seconds, specs, batches);
  }

  private static void print(String line, double figure) {
    System.out.printf(Locale.ROOT, line + "%n", figure);
  }

  /** The same while the server writes one snapshot after the other. */
  private static void storing(int seconds, List<TableSpec> specs, List<Clicks> batches)
      throws IOException {
    Path directory = Files.createTempDirectory("recommender");
    LocalCheckpointStore store = new LocalCheckpointStore(directory);
    try (Job job = new Job(ServerOptions.of(specs).withSnapshots(1, 1), store)) {
      job.rate(seconds, batches);
      print("recommender_storing %.0f rows/s", job.rate(seconds, batches));
      print("recommender_longest_step %.1f ms", job.longest * 1e-6);
    } finally {
      store.delete("");
    }
  }

  /** A model, its server and its optimizer. */
  private static final class Job implements AutoCloseable {
    final Scope scope = Scope.open("benchmark");
    final WideAndDeep model;
    final ServerGroup servers;
    final ServerStrategy strategy;
    final AdamW optimizer;
    long longest;

    Job(ServerOptions options, @Nullable CheckpointStore store) {
      List<EmbeddingTable> tables = options.tables().stream().map(EmbeddingTable::new).toList();
      model = new WideAndDeep(tables.stream().map(ShardedEmbedding::new).toList(), CONFIG);
      servers = ServerGroup.beside(null, 0, "127.0.0.1", JobSecret.random(), options, store);
      strategy = new ServerStrategy(new SingleDevice(), servers.client(), tables);
      optimizer = new AdamW(model.namedParameters(), 1e-3);
      strategy.prepare(model);
    }

    double rate(int seconds, List<Clicks> batches) {
      longest = 0;
      long begin = System.nanoTime();
      long rows = 0;
      for (int i = 0; System.nanoTime() - begin < seconds * 1_000_000_000L; i++) {
        long started = System.nanoTime();
        step(batches.get(i % BATCHES));
        longest = Math.max(longest, System.nanoTime() - started);
        rows += BATCH;
      }
      return rows / ((System.nanoTime() - begin) * 1e-9);
    }

    private void step(Clicks batch) {
      try (Scope step = Scope.open("step")) {
        strategy.beginStep();
        Loss loss =
            Losses.binaryCrossEntropyWithLogits(
                model.call(batch.numbers(), batch.ids()), batch.labels(), null, null);
        strategy.backward(loss, true);
        strategy.finishStep(new LossSum(loss.sum().item(), loss.weight()));
        optimizer.step();
      }
    }

    @Override
    public void close() {
      servers.leave();
      optimizer.close();
      strategy.close();
      servers.close();
      model.close();
      scope.close();
    }
  }

  private static List<Clicks> batches() {
    Random random = new Random(1);
    List<Clicks> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      List<Tensor> ids = new ArrayList<>();
      for (int table = 0; table < TABLES; table++) {
        long[] values = new long[BATCH];
        for (int row = 0; row < BATCH; row++) {
          values[row] = id(random.nextDouble());
        }
        ids.add(Tensor.of(values, BATCH));
      }
      float[] labels = new float[BATCH];
      for (int row = 0; row < BATCH; row++) {
        labels[row] = random.nextInt(4) == 0 ? 1 : 0;
      }
      batches.add(new Clicks(Tensor.randn(BATCH, 1), ids, Tensor.of(labels, BATCH)));
    }
    return batches;
  }

  /** The inverse of a power law. */
  private static long id(double u) {
    double whole = Math.pow(IDS + 1.0, 1 - EXPONENT) - 1;
    long rank = (long) Math.pow(1 + u * whole, 1 / (1 - EXPONENT)) - 1;
    return Math.floorMod(rank * 2_654_435_761L, (long) IDS);
  }

  /** PyTorch in a process of its own. */
  private record Peer(Process process, Writer asks, BufferedReader answers)
      implements AutoCloseable {
    static Peer start(String python) throws IOException {
      Path script = Path.of(System.getProperty("cresset.home"), "tests/peers/recommender.py");
      Process process =
          new ProcessBuilder(python, script.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return new Peer(process, process.outputWriter(), process.inputReader());
    }

    double rate(int seconds) throws IOException {
      asks.write(seconds + "\n");
      asks.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("PyTorch ended without a figure");
      }
      return Double.parseDouble(line);
    }

    @Override
    public void close() throws IOException {
      asks.close();
      process.destroy();
    }
  }
}
