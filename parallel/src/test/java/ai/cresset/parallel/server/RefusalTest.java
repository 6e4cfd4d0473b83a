package ai.cresset.parallel.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.ServerException;
import ai.cresset.parallel.comm.handshake.JobSecret;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** What servers refuse, in which words; the rows stay as they were. */
@Timeout(60)
final class RefusalTest {
  private static final long[] FEW = {1, 2, 3};

  private final TableSpec spec =
      TableSpec.sparse("user", 1000, 2, new RowInitializer.Uniform(0.1), new RowOptimizer.Sgd(0.1));
  private final ServerOptions options = ServerOptions.of(List.of(spec));

  private static String refusal(Executable asked) {
    return String.valueOf(assertThrows(ServerException.class, asked).getMessage());
  }

  @Test
  void whatDoesNotFitChangesNothing() {
    try (Cluster cluster = new Cluster(2, 1, options, null);
        ServerClient client = cluster.client(0)) {
      final float[] before = client.pull("user", FEW).await();
      assertEquals(
          "table 'usr' does not exist; the servers have [user]: name one of them, or add it to the"
              + " tables that the servers are started with",
          refusal(() -> client.pull("usr", FEW)));
      assertEquals(
          "table 'user': expected ids from 0 to 999, got 1000; make the table larger, or check what"
              + " gives the ids. Nothing was changed",
          refusal(() -> client.pull("user", new long[] {5, 1000})));
      assertEquals(
          "table 'user': expected 3 x 2 = 6 numbers for 3 rows, got 9; the width of a table is fixed"
              + " when it is made. Nothing was changed",
          refusal(() -> client.push("user", FEW, new float[9])));
      assertEquals(
          "table 'user': the gradient of id 2 is not finite; lower the learning rate, or clip."
              + " Nothing was changed",
          refusal(() -> client.push("user", FEW, new float[] {1, 1, 1, Float.NaN, 1, 1}).await()));
      client.endStep(1);
      assertEquals(3, cluster.server(0).account().totalRows() + other(cluster).totalRows());
      client.push("user", FEW, new float[] {0, 0, 0, 0, 0, 0});
      client.endStep(1);
      assertArrayEquals(before, client.pull("user", FEW).await());
    }
  }

  private static ServerAccount other(Cluster cluster) {
    return cluster.server(1).account();
  }

  @Test
  void aFullServerKeepsWhatItHas() {
    ServerOptions small = options.withMemoryBytes(3 << 20);
    TableSpec wide =
        TableSpec.sparse(
            "wide", 100_000, 64, new RowInitializer.Uniform(1), new RowOptimizer.Sgd(0.1));
    ServerOptions tight =
        ServerOptions.of(List.of(spec, wide)).withMemoryBytes(small.memoryBytes());
    try (Cluster cluster = new Cluster(1, 1, tight, null);
        ServerClient client = cluster.client(0)) {
      long[] fits = LongStream.range(0, 4000).toArray();
      final float[] before = client.pull("wide", fits).await();
      long[] more = LongStream.range(3000, 40_000).toArray();
      String text = refusal(() -> client.pull("wide", more).await());
      assertTrue(text.startsWith("server 0 is full: table 'wide' needs 36000 new rows, "), text);
      assertTrue(
          text.endsWith(
              " of 3145728 bytes are used; raise the memory limit, add servers, or evict rows that"
                  + " were not used for long. Nothing was changed"),
          text);
      assertEquals(4000, cluster.server(0).account().totalRows());
      assertArrayEquals(before, client.pull("wide", fits).await());
      // What is asked to go makes room.
      for (int step = 0; step < 10; step++) {
        client.pull("wide", new long[] {7}).await();
        client.endStep(1).await();
      }
      assertEquals(3999, client.evict("wide", 5));
      client.pull("wide", LongStream.range(50_000, 53_000).toArray()).await();
      assertEquals(3001, cluster.server(0).account().totalRows());
      assertEquals(3999, cluster.server(0).account().evictedRows());
    }
  }

  @Test
  void whatHasNoPlaceIsRefusedInWords() {
    TableSpec dense =
        TableSpec.dense("bias", 4, 2, new RowInitializer.Zeros(), new RowOptimizer.Sgd(0.1));
    try (Cluster cluster = new Cluster(2, 1, ServerOptions.of(List.of(spec, dense)), null);
        ServerClient client = cluster.client(0)) {
      assertEquals(
          "table 'user': expected ids from 0 to 999, got -1; make the table larger, or check what"
              + " gives the ids. Nothing was changed",
          refusal(() -> client.push("user", new long[] {3, -1}, new float[4])));
      assertEquals(
          "table 'bias': expected 4 x 2 = 8 numbers for 4 rows, got 6; the width of a table is fixed"
              + " when it is made. Nothing was changed",
          refusal(() -> client.pushWhole("bias", new float[6])));
      assertEquals(
          "table 'bias' is dense: its rows cannot be evicted",
          refusal(() -> client.evict("bias", 3)));
      assertEquals(
          "server 0 has nowhere to put a snapshot; start the servers with a store",
          refusal(client::snapshot));
      assertEquals(
          "server 0 has no snapshots to go back to; start the servers with a store",
          refusal(() -> client.restore(7)));
      assertEquals(
          "the weight of a step must be 0 or above, got NaN",
          refusal(() -> client.endStep(Double.NaN)));
      client.pushWhole("bias", new float[] {1, 1, 1, 1, 1, 1, 1, 1}).await();
      assertArrayEquals(new float[8], client.pullWhole("bias").await());
    }
  }

  /** A push that would need rows beyond the limit; what came before and after it counts. */
  @Test
  void aFullServerRefusesGradientsAndGoesOn() {
    TableSpec wide =
        TableSpec.sparse(
            "wide", 100_000, 64, new RowInitializer.Zeros(), new RowOptimizer.Sgd(0.5));
    ServerOptions tight = ServerOptions.of(List.of(wide)).withMemoryBytes(3 << 20);
    try (Cluster cluster = new Cluster(1, 1, tight, null);
        ServerClient client = cluster.client(0)) {
      float[] ones = new float[64];
      Arrays.fill(ones, 1);
      client.push("wide", new long[] {7}, ones).await();
      long[] many = LongStream.range(100, 40_000).toArray();
      String text = refusal(() -> client.push("wide", many, new float[many.length * 64]).await());
      assertTrue(text.startsWith("server 0 is full: table 'wide' needs 39900 new rows, "), text);
      client.push("wide", new long[] {8}, ones).await();
      client.endStep(1).await();
      assertEquals(2, cluster.server(0).account().totalRows());
      float[] rows = client.read("wide", new long[] {7, 8}).await();
      assertEquals(-0.5f, rows[0]);
      assertEquals(-0.5f, rows[64]);
    }
  }

  @Test
  void strangersAreRefused() {
    ServerOptions hasty = options.withTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(5));
    try (Cluster cluster = new Cluster(1, 1, options, null)) {
      CommunicationException refused =
          assertThrows(
              CommunicationException.class,
              () ->
                  ServerClient.connect(
                      0,
                      new ServerPlace(1, 1, 0, false),
                      hasty,
                      JobSecret.random(),
                      number -> cluster.server(0).address(),
                      null));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("the job secrets differ"),
          refused.toString());
      CommunicationException late =
          assertThrows(
              CommunicationException.class,
              () ->
                  ServerClient.connect(
                      0,
                      new ServerPlace(1, 1, 3, false),
                      hasty,
                      Cluster.SECRET,
                      number -> cluster.server(0).address(),
                      null));
      assertTrue(
          String.valueOf(late.getMessage()).contains("a worker of an older attempt must end"),
          late.toString());
    }
  }

  @Test
  void anUnboundTableSaysWhatIsMissing() {
    try (EmbeddingTable table = new EmbeddingTable(spec)) {
      ConfigException refused = assertThrows(ConfigException.class, () -> table.find(FEW, true));
      assertEquals(
          "the embedding table 'user' is bound to no parameter server; call bind(client) before the"
              + " model runs",
          refused.getMessage());
    }
  }
}
