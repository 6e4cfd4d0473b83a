package ai.cresset.parallel.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ServerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a worker sees of the others' steps, on real sockets. */
@Timeout(60)
final class ConsistencyTest {
  private static final int WIDTH = 4;
  private static final int IDS = 50;

  private static TableSpec table(String name, RowOptimizer optimizer) {
    return TableSpec.sparse(name, IDS, WIDTH, new RowInitializer.Uniform(0.1), optimizer);
  }

  private static float[] gradient(float[] row, long seed) {
    Random random = new Random(seed);
    float[] gradient = new float[row.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = row[i] * 3 + (float) random.nextGaussian();
    }
    return gradient;
  }

  private static long[] ids(int worker, long step) {
    return new Random(worker * 1000L + step).longs(20, 0, IDS).distinct().toArray();
  }

  private static final long[] ALL = java.util.stream.LongStream.range(0, IDS).toArray();

  /** Three workers and three servers give the bits of one loop without any of them. */
  @ParameterizedTest
  @ValueSource(strings = {"sgd", "adagrad", "rowwise", "adam", "ftrl"})
  void synchronousIsSequential(String name) {
    RowOptimizer optimizer =
        switch (name) {
          case "sgd" -> new RowOptimizer.Sgd(0.05);
          case "adagrad" -> RowOptimizer.Adagrad.of(0.05);
          case "rowwise" -> RowOptimizer.RowWiseAdagrad.of(0.05);
          case "adam" -> RowOptimizer.Adam.of(0.01);
          default -> new RowOptimizer.Ftrl(0.1, 1, 0.01, 0.01);
        };
    TableSpec spec = table("t", optimizer);
    int workers = 3;
    int steps = 12;
    float[] sequential = sequential(spec, workers, steps);
    try (Cluster cluster = new Cluster(3, workers, ServerOptions.of(List.of(spec)), null)) {
      List<float[]> results =
          cluster.workers(
              client -> {
                for (long step = 0; step < steps; step++) {
                  long[] ids = ids(client.worker(), step);
                  float[] rows = client.pull("t", ids).await();
                  client.push("t", ids, gradient(rows, step * 7 + client.worker()));
                  client.endStep(1 + client.worker());
                }
                return client.read("t", ALL).await();
              });
      for (float[] result : results) {
        assertArrayEquals(sequential, result);
      }
    }
  }

  private static float[] sequential(TableSpec spec, int workers, int steps) {
    RowTable table = new RowTable(spec, 0);
    for (long step = 0; step < steps; step++) {
      float[] sums = new float[IDS * WIDTH];
      boolean[] touched = new boolean[IDS];
      double weight = 0;
      for (int worker = 0; worker < workers; worker++) {
        long[] ids = ids(worker, step);
        float[] rows = new float[ids.length * WIDTH];
        int[] places = table.places(ids);
        table.make(ids, places);
        table.read(ids, places, rows);
        float[] gradient = gradient(rows, step * 7 + worker);
        for (int i = 0; i < ids.length; i++) {
          int row = (int) ids[i];
          for (int j = 0; j < WIDTH; j++) {
            float more = gradient[i * WIDTH + j];
            sums[row * WIDTH + j] = touched[row] ? sums[row * WIDTH + j] + more : more;
          }
          touched[row] = true;
        }
        weight += 1 + worker;
      }
      for (int row = 0; row < IDS; row++) {
        if (touched[row]) {
          table.update(table.create(row), sums, row * WIDTH, (float) (1 / weight), step);
        }
      }
    }
    float[] result = new float[IDS * WIDTH];
    table.read(ALL, table.places(ALL), result);
    return result;
  }

  /** Workers are held up at random; what they read is never older than allowed. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 3})
  void theStalenessBoundHolds(long bound) {
    // Each worker adds 1 to a number of its own in each step; readers see how far it is.
    TableSpec spec =
        TableSpec.sparse("clock", 8, 1, new RowInitializer.Zeros(), new RowOptimizer.Sgd(1));
    ServerOptions options = ServerOptions.of(List.of(spec)).withConsistency(new Consistency(bound));
    int workers = 3;
    int steps = 40;
    AtomicLongArray ahead = new AtomicLongArray(1);
    try (Cluster cluster = new Cluster(2, workers, options, null)) {
      cluster.workers(
          client -> {
            Random random = new Random(client.worker());
            long[] all = {0, 1, 2};
            for (long step = 0; step < steps; step++) {
              float[] seen = client.pull("clock", all).await();
              for (int other = 0; other < workers; other++) {
                long behind = step - (long) seen[other];
                ahead.accumulateAndGet(0, behind, Math::max);
                assertTrue(
                    behind <= bound,
                    "step " + step + " saw " + Arrays.toString(seen) + ", bound " + bound);
              }
              if (random.nextInt(4) == 0) {
                Thread.sleep(random.nextInt(client.worker() == 1 ? 12 : 3)); // the delay under test
              }
              // Synchronous servers divide by the weights of all three.
              float[] one = {bound == 0 ? -workers : -1};
              client.push("clock", new long[] {client.worker()}, one);
              client.endStep(1);
            }
            return true;
          });
      for (int server = 0; server < 2; server++) {
        assertTrue(cluster.server(server).account().worstStaleness() <= bound);
      }
    }
    if (bound > 0) {
      assertTrue(ahead.get(0) > 0, "nobody was ever ahead: the test shows nothing");
    }
  }

  @Test
  void asynchronousConverges() {
    TableSpec spec = table("t", RowOptimizer.Adagrad.of(0.7));
    ServerOptions options =
        ServerOptions.of(List.of(spec)).withConsistency(Consistency.ASYNCHRONOUS);
    try (Cluster cluster = new Cluster(2, 3, options, null)) {
      cluster.workers(
          client -> {
            for (long step = 0; step < 200; step++) {
              long[] ids = ids(client.worker(), step);
              float[] rows = client.pull("t", ids).await();
              for (int i = 0; i < rows.length; i++) {
                rows[i] -= ids[i / WIDTH] % 5; // the gradient of half a square
              }
              client.push("t", ids, rows);
              client.endStep(1);
            }
            return true;
          });
      try (ServerClient reader = cluster.client(0)) {
        float[] rows = reader.read("t", ALL).await();
        for (int i = 0; i < rows.length; i++) {
          assertEquals(i / WIDTH % 5, rows[i], 0.05f);
        }
      }
    }
  }

  @Test
  void denseTablesAreReadAndChangedAsAWhole() {
    TableSpec spec =
        TableSpec.dense("bias", 7, 2, new RowInitializer.Zeros(), new RowOptimizer.Sgd(0.5));
    try (Cluster cluster = new Cluster(3, 2, ServerOptions.of(List.of(spec)), null)) {
      List<float[]> results =
          cluster.workers(
              client -> {
                float[] gradient = new float[14];
                for (int i = 0; i < 14; i++) {
                  gradient[i] = i + client.worker();
                }
                client.pushWhole("bias", gradient);
                client.endStep(1);
                return client.pullWhole("bias").await();
              });
      for (float[] result : results) {
        for (int i = 0; i < 14; i++) {
          assertEquals(-0.5f * (2 * i + 1) / 2, result[i]);
        }
      }
    }
  }

  @Test
  void pushPullSeesItsOwnStep() {
    TableSpec spec =
        TableSpec.sparse("t", IDS, 1, new RowInitializer.Zeros(), new RowOptimizer.Sgd(1));
    try (Cluster cluster = new Cluster(2, 2, ServerOptions.of(List.of(spec)), null)) {
      List<float[]> results =
          cluster.workers(
              client -> {
                float[] seen = new float[2];
                for (int step = 0; step < 10; step++) {
                  float[] gradient = {-1, -3};
                  seen = client.pushPull("t", new long[] {4, 9}, gradient, 1).await();
                }
                return seen;
              });
      for (float[] result : results) {
        assertArrayEquals(new float[] {10, 30}, result);
      }
    }
  }

  @Test
  void whoWaitsTooLongIsToldForWhom() {
    TableSpec spec = table("t", new RowOptimizer.Sgd(1));
    ServerOptions options =
        ServerOptions.of(List.of(spec))
            .withTimeouts(Duration.ofMillis(100), Duration.ofSeconds(10));
    try (Cluster cluster = new Cluster(1, 2, options, null);
        ServerClient client = cluster.client(0)) {
      client.endStep(1).await();
      ServerException refused =
          assertThrows(ServerException.class, () -> client.pull("t", new long[] {1}).await());
      assertEquals(
          "worker 0 waited 0.1 s at server 0 for step 1: worker 1 has ended 0 steps, 1 are needed"
              + " (synchronous); see what holds it up, or raise the request timeout",
          refused.getMessage());
    }
  }

  @Test
  void requestsInFlightAreBounded() {
    TableSpec spec = table("t", new RowOptimizer.Sgd(1));
    ServerOptions options = ServerOptions.of(List.of(spec)).withMaxInFlight(2);
    try (Cluster cluster = new Cluster(1, 1, options, null);
        ServerClient client = cluster.client(0)) {
      List<Ticket<float[]>> tickets = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        tickets.add(client.pull("t", new long[] {i % IDS}));
        long open = tickets.stream().filter(ticket -> !ticket.isDone()).count();
        assertTrue(open <= 3, open + " requests under way");
      }
      tickets.forEach(Ticket::await);
    }
  }
}
