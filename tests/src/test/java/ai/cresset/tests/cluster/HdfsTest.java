package ai.cresset.tests.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.checkpoint.CheckpointDirectory;
import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.data.SampleCounts;
import ai.cresset.error.CheckpointException;
import ai.cresset.error.DataException;
import ai.cresset.spark.checkpoint.HadoopCheckpointStore;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FrameWriter;
import ai.cresset.spark.data.FrameWriterOptions;
import ai.cresset.spark.data.MaterializedFrame;
import ai.cresset.spark.launch.LaunchOptions;
import ai.cresset.spark.launch.SparkLauncher;
import ai.cresset.train.TrainingSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A real HDFS: a name node and two data nodes, one of which is restarted meanwhile. */
@NullUnmarked
@ExtendWith(TestCluster.Extension.class)
@Timeout(value = 900, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HdfsTest {
  @TempDir private static java.nio.file.Path storage;
  private static MiniDFSCluster hdfs;
  private static Configuration configuration;

  @BeforeAll
  static void start() throws IOException {
    configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, storage.toString());
    configuration.setInt("dfs.replication", 2);
    hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(2).build();
    hdfs.waitActive();
    for (int i = 0; i < 3; i++) {
      try (OutputStream out = hdfs.getFileSystem().create(new Path("/texts/" + i + ".txt"))) {
        out.write("the cat sat on a mat.\n".repeat(100).getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @AfterAll
  static void stop() {
    hdfs.shutdown();
  }

  private static String at(String path) {
    return hdfs.getURI() + path;
  }

  private static CheckpointStore store(String path) {
    return HadoopCheckpointStore.open(at(path), configuration);
  }

  private static void write(CheckpointStore store, String path, String text) throws IOException {
    store.write(
        path, channel -> channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }

  private static String read(CheckpointStore store, String path) throws IOException {
    try (SeekableByteChannel channel = store.read(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until all is read
      }
      return new String(bytes.array(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theStoreKeepsItsPromises() throws IOException {
    CheckpointStore store = store("/store");
    assertEquals(List.of(), store.list(""));
    write(store, "a/b/file", "content");
    assertEquals("content", read(store, "a/b/file"));
    assertThrows(IOException.class, () -> write(store, "a/b/file", "other"));
    assertEquals("content", read(store, "a/b/file"));
    store.rename("a/b", "c");
    assertEquals(List.of("a", "c"), store.list(""));
    store.rename("c", "a/c");
    assertThrows(IOException.class, () -> store.rename("missing", "d"));
    write(store, "d/file", "other");
    assertThrows(IOException.class, () -> store.rename("d", "a"), "a directory is in the way");
    assertEquals(List.of("a", "d"), store.list(""));
    assertEquals(List.of("c"), store.list("a"), "and nothing was moved into it");
    assertTrue(store.claim("claims/1"));
    assertFalse(store.claim("claims/1"));
    store.delete("a");
    store.delete("a");
    assertEquals(List.of("claims", "d"), store.list(""));
    assertThrows(IOException.class, () -> store.read("a/c/file"));
  }

  @Test
  void ofManyClaimsExactlyOneIsGranted() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 10; round++) {
        String path = "claims/" + round;
        List<Future<Boolean>> claims = new ArrayList<>();
        for (int each = 0; each < 4; each++) {
          CheckpointStore store = store("/claimed");
          claims.add(threads.submit(() -> store.claim(path)));
        }
        int granted = 0;
        for (Future<Boolean> claim : claims) {
          granted += claim.get() ? 1 : 0;
        }
        assertEquals(1, granted, path);
      }
    } finally {
      threads.shutdown();
    }
  }

  /** Another process created the file and was killed before it closed it. */
  @Test
  void anUnfinishedClaimIsAClaim() throws IOException {
    try (FileSystem other = FileSystem.newInstance(hdfs.getURI(), configuration);
        FSDataOutputStream unfinished = other.create(new Path("/unfinished/claims/1"), false)) {
      unfinished.hsync();
      assertFalse(store("/unfinished").claim("claims/1"));
    }
  }

  /** The writer was stopped in the middle of a file; the directory is taken from it. */
  @Test
  void aStaleWriterHasNothingLeftToCommit() throws IOException {
    CheckpointStore stale = store("/stale");
    CheckpointStore newer = store("/stale");
    assertThrows(
        IOException.class,
        () ->
            stale.write(
                ".writing-1/model",
                channel -> {
                  channel.write(ByteBuffer.allocate(1 << 16));
                  newer.rename(".writing-1", ".discarded-1");
                  newer.delete(".discarded-1");
                }));
    assertThrows(IOException.class, () -> stale.rename(".writing-1", "step-000001"));
    assertEquals(List.of(), newer.list(""));
  }

  /** A tiny model; later settings win. */
  private static List<String> recipe(String... more) {
    Stream<String> settings =
        Stream.of(
            "data.path=" + at("/texts/*.txt"),
            "data.cache_dir=" + at("/cache"),
            "output.dir=" + at("/runs/hdfs"),
            "model.layers=1",
            "model.heads=2",
            "model.width=16",
            "model.context=8",
            "model.dropout=0.1",
            "train.global_batch=5",
            "train.warmup_steps=0",
            "train.schedule=constant",
            "train.evaluate_every=0",
            "train.evaluate_samples=8",
            "train.checkpoint_every=5",
            "train.keep_checkpoints=2",
            "sample.tokens=0");
    Map<String, String> byKey = new LinkedHashMap<>();
    Stream.concat(settings, Stream.of(more))
        .forEach(each -> byKey.put(each.substring(0, each.indexOf('=')), each));
    return List.copyOf(byKey.values());
  }

  @Test
  void aRecipeReadsTrainsAndResumesThere(TestCluster cluster) throws Exception {
    TrainingRun.start(cluster, recipe("train.steps=12")).join();
    CheckpointDirectory checkpoints = CheckpointDirectory.open(store("/runs/hdfs/checkpoints"));
    assertEquals(List.of("step-000010", "step-000012"), checkpoints.names());

    assertTrue(hdfs.restartDataNode(0));
    String report = TrainingRun.start(cluster, recipe("train.steps=20")).join();
    assertTrue(report.contains("steps       20, of which 12 were done"), report);
    assertTrue(report.contains("(read by an earlier run)"), report);
    assertEquals(List.of("step-000015", "step-000020"), checkpoints.names());
    hdfs.waitActive();

    // The same as in one go.
    TrainingRun.start(cluster, recipe("train.steps=20", "output.dir=" + at("/runs/whole"))).join();
    assertEquals(
        CheckpointDirectory.open(store("/runs/whole/checkpoints"))
            .open("step-000020")
            .state()
            .files(),
        checkpoints.open("step-000020").state().files());
    List<String> left = store("/runs/hdfs/checkpoints").list("");
    assertEquals(List.of("claims", "step-000015", "step-000020"), left);
    assertTrue(hdfs.getFileSystem().exists(new Path("/runs/hdfs/report.txt")));
  }

  @Test
  void aFrameIsWrittenAndTrainedOnThere(TestCluster cluster) {
    Dataset<Row> frame =
        cluster
            .session()
            .range(0, 100, 1, 3)
            .selectExpr("array(float(id % 10)) as x", "float(id % 10) as y");
    List<ColumnRequest> columns = List.of(ColumnRequest.fixed("x", 1), ColumnRequest.of("y"));
    FrameWriterOptions named = FrameWriterOptions.defaults().withIdentity("numbers");
    MaterializedFrame written = new FrameWriter(frame, columns, named).write(at("/frames/rows"));
    assertFalse(written.reused());
    assertTrue(new FrameWriter(frame, columns, named).write(at("/frames/rows")).reused());
    List<TrainingSummary> summaries =
        new SparkLauncher(cluster.session().sparkContext(), LaunchOptions.of(2))
            .launch(new RegressionWorker(written.directory(), 1, 10, 2, at("/frames/checkpoints")));
    assertEquals(new SampleCounts(200, 0, 2, 2), summaries.get(0).samples());
    assertEquals("step-000020", summaries.get(0).checkpoint());
  }

  @Test
  void aFileSystemThatIsNotThereIsAClearError(TestCluster cluster) throws IOException {
    String output = "output.dir=nowhere://host/run";
    DataException unknown =
        assertThrows(DataException.class, () -> TrainingRun.start(cluster, recipe(output)).join());
    assertEquals(
        "nowhere://host/run cannot be reached: No FileSystem for scheme \"nowhere\"; name a path on"
            + " a file system that the driver and all executors reach",
        unknown.getMessage());

    // The name node is not there.
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String gone = "hdfs://127.0.0.1:" + port + "/run";
    Configuration hadoop = cluster.session().sparkContext().hadoopConfiguration();
    hadoop.set("ipc.client.connect.max.retries", "0");
    try {
      DataException refused =
          assertThrows(
              DataException.class,
              () -> TrainingRun.start(cluster, recipe("data.path=" + gone)).join());
      assertTrue(refused.getMessage().startsWith("data.path: cannot read '" + gone), gone);
      assertTrue(refused.getMessage().contains("Connection refused"), refused.getMessage());
      CheckpointException unreachable =
          assertThrows(
              CheckpointException.class,
              () -> TrainingRun.start(cluster, recipe("output.dir=" + gone)).join());
      assertTrue(unreachable.getMessage().contains("Connection refused"), unreachable.getMessage());
    } finally {
      hadoop.unset("ipc.client.connect.max.retries");
    }
  }
}
