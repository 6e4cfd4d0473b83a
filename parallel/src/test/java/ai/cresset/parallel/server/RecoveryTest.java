package ai.cresset.parallel.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.checkpoint.LocalCheckpointStore;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.CommunicationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left when a server or a worker goes, and what is said about the rest. */
@Timeout(60)
final class RecoveryTest {
  private static final long[] ALL = LongStream.range(0, 40).toArray();

  @TempDir private Path directory = Path.of("");

  private final TableSpec spec =
      TableSpec.sparse(
          "item", 40, 3, new RowInitializer.Uniform(0.1), RowOptimizer.Adagrad.of(0.1));
  private final ServerOptions options = ServerOptions.of(List.of(spec)).withSnapshots(5, 2);

  private CheckpointStore store() {
    return new LocalCheckpointStore(directory.resolve("snapshots"));
  }

  private static void step(ServerClient client, long step) {
    long[] ids = LongStream.range(0, 40).filter(id -> (id + step) % 3 != 0).toArray();
    float[] rows = client.pull("item", ids).await();
    for (int i = 0; i < rows.length; i++) {
      rows[i] -= ids[i / 3];
    }
    client.push("item", ids, rows);
    client.endStep(2).await();
  }

  private float[] undisturbed(int steps) {
    try (Cluster cluster = new Cluster(2, 1, options, null);
        ServerClient client = cluster.client(0)) {
      for (int step = 0; step < steps; step++) {
        step(client, step);
      }
      return client.read("item", ALL).await();
    }
  }

  @Test
  void aLostServerLosesAtMostAnIntervalAndSaysWhat() {
    try (Cluster cluster = new Cluster(2, 1, options, store());
        ServerClient client = cluster.client(0)) {
      for (int step = 0; step < 8; step++) {
        step(client, step);
      }
      final float[] before = client.read("item", ALL).await();
      awaitSnapshot(cluster, 1, 5);
      cluster.replace(1);
      float[] after = client.read("item", ALL).await();
      float[] ofSnapshot = undisturbed(5);
      long lostRows = 0;
      for (int id = 0; id < 40; id++) {
        boolean lost = KeyRange.HASHED.server(id, 40, 2) == 1;
        assertArrayEquals(row(lost ? ofSnapshot : before, id), row(after, id), "id " + id);
        for (int step = 5; lost && step < 8; step++) {
          lostRows += (id + step) % 3 != 0 ? 1 : 0;
        }
      }
      assertEquals(
          List.of(new LostUpdates(1, 0, 8, 5, 5, 7, 3, Map.of("item", lostRows))), client.losses());
      assertEquals(
          "server 1 was lost and went on from its snapshot of step 5; of worker 0 it lost 3 pushes"
              + " of steps 5 to 7, gradients of rows by table: {item="
              + lostRows
              + "}",
          client.losses().get(0).toString());
      for (int step = 8; step < 12; step++) {
        step(client, step);
      }
      assertEquals(12, client.step());
      awaitSnapshot(cluster, 1, 10);
    }
  }

  /** It is written while the server goes on. */
  private static void awaitSnapshot(Cluster cluster, int server, long step) {
    while (cluster.server(server).account().snapshotStep() < step) {
      Thread.onSpinWait();
    }
  }

  private static float[] row(float[] all, int id) {
    return Arrays.copyOfRange(all, 3 * id, 3 * id + 3);
  }

  /** Between servers, once they are back at one step; within a server always. */
  @Test
  void aStepCountsOnAllServersOrOnNone() {
    try (Cluster cluster = new Cluster(2, 1, options, store());
        ServerClient client = cluster.client(0)) {
      for (int step = 0; step < 5; step++) {
        step(client, step);
      }
      client.snapshot();
      step(client, 5);
      step(client, 6);
      final float[] before = client.read("item", ALL).await();
      client.push("item", ALL, new float[120]).await();
      cluster.replace(1);
      float[] during = client.read("item", ALL).await();
      for (int id = 0; id < 40; id++) {
        if (KeyRange.HASHED.server(id, 40, 2) == 0) {
          assertArrayEquals(row(before, id), row(during, id), "half a step on server 0");
        }
      }
      client.endStep(2).await();
      LostUpdates lost = client.losses().get(0);
      assertEquals(List.of(3L, 5L, 7L), List.of(lost.pushes(), lost.firstStep(), lost.lastStep()));
      client.restore(5);
      assertArrayEquals(undisturbed(5), client.read("item", ALL).await());
      for (int step = 5; step < 9; step++) {
        step(client, step);
      }
      assertArrayEquals(undisturbed(9), client.read("item", ALL).await());
      assertEquals(1, client.losses().size());
    }
  }

  /** Their rows are made anew, and what was stored of later steps is gone. */
  @Test
  void serversPutBackToTheBeginningAreEmpty() {
    try (Cluster cluster = new Cluster(2, 1, options, store());
        ServerClient client = cluster.client(0)) {
      for (int step = 0; step < 6; step++) {
        step(client, step);
      }
      assertEquals(0, client.restore(0));
      cluster.replace(0);
      assertEquals(-1, cluster.server(0).account().snapshotStep());
      for (int step = 0; step < 3; step++) {
        step(client, step);
      }
      assertArrayEquals(undisturbed(3), client.read("item", ALL).await());
    }
  }

  @Test
  void aServerThatGoesRightAfterASnapshotLosesNothing() {
    try (Cluster cluster = new Cluster(2, 1, options, store());
        ServerClient client = cluster.client(0)) {
      for (int step = 0; step < 10; step++) {
        step(client, step);
      }
      for (int server = 0; server < 2; server++) {
        awaitSnapshot(cluster, server, 10);
        cluster.replace(server);
      }
      for (int step = 10; step < 13; step++) {
        step(client, step);
      }
      assertArrayEquals(undisturbed(13), client.read("item", ALL).await());
      assertTrue(client.losses().stream().allMatch(lost -> lost.pushes() == 0));
      assertEquals(2, client.losses().size());
    }
  }

  /** The successor begins the step anew; what its predecessor pushed of it counts once. */
  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE})
  void aLostWorkerLosesNothing(long staleness) {
    ServerOptions chosen = options.withConsistency(new Consistency(staleness));
    try (Cluster cluster = new Cluster(2, 1, chosen, null)) {
      try (ServerClient first = cluster.client(0)) {
        for (int step = 0; step < 4; step++) {
          step(first, step);
        }
        first.push("item", new long[] {1, 2, 3, 4}, new float[12]).await();
      }
      try (ServerClient second = cluster.client(0)) {
        assertEquals(4, second.step());
        for (int step = 4; step < 9; step++) {
          step(second, step);
        }
        assertArrayEquals(undisturbed(9), second.read("item", ALL).await());
      }
    }
  }

  @Test
  void snapshotsAreReadByAnyNumberOfServers() {
    float[] expected;
    try (Cluster cluster = new Cluster(3, 1, options, store());
        ServerClient client = cluster.client(0)) {
      for (int step = 0; step < 7; step++) {
        step(client, step);
      }
      client.snapshot();
      expected = client.read("item", ALL).await();
    }
    try (Cluster cluster = new Cluster(2, 1, options, store());
        ServerClient client = cluster.client(0)) {
      CheckpointException none =
          assertThrows(
              CheckpointException.class,
              () -> new ShardSnapshots(store(), 0, 2, 2).read(4, List.of()));
      assertTrue(
          String.valueOf(none.getMessage()).contains("has no complete snapshot of step 4"),
          none.toString());
      client.restore(7);
      assertEquals(7, client.step());
      assertArrayEquals(expected, client.read("item", ALL).await());
      for (int step = 7; step < 9; step++) {
        step(client, step);
      }
      assertArrayEquals(undisturbed(9), client.read("item", ALL).await());
    }
  }

  @Test
  void aDamagedSnapshotIsRefused() throws IOException {
    try (Cluster cluster = new Cluster(1, 1, options, store());
        ServerClient client = cluster.client(0)) {
      step(client, 0);
      client.snapshot();
    }
    Path file = directory.resolve("snapshots/server-00000-of-00001/step-000000000001.rows");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    CheckpointException refused =
        assertThrows(CheckpointException.class, () -> new Cluster(1, 1, options, store()).close());
    assertTrue(
        String.valueOf(refused.getMessage()).contains("the checksum does not fit"),
        refused.toString());
  }

  @Test
  void aServerThatStaysAwayFailsTheRequest() {
    ServerOptions hasty = options.withTimeouts(Duration.ofSeconds(20), Duration.ofMillis(300));
    Cluster cluster = new Cluster(1, 1, hasty, null);
    try (ServerClient client = cluster.client(0)) {
      step(client, 0);
      cluster.close();
      CommunicationException lost =
          assertThrows(CommunicationException.class, () -> client.read("item", ALL).await());
      assertTrue(
          String.valueOf(lost.getMessage())
              .startsWith("parameter server 0 did not come back within 0.3 s ("),
          lost.toString());
    }
  }
}
