package ai.cresset.spark.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.error.CommunicationException;
import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.error.LaunchException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.parallel.launch.Progress;
import ai.cresset.parallel.launch.Worker;
import ai.cresset.spark.data.BatchStream;
import ai.cresset.spark.data.ColumnRequest;
import ai.cresset.spark.data.FeedOptions;
import ai.cresset.spark.data.FrameFeed;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two executor processes; workers are lambdas, as a user writes them. */
@NullUnmarked
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalClusterTest {
  private static SparkContext spark;

  record Seen(
      int rank,
      int worldSize,
      int attempt,
      int cores,
      long process,
      List<String> peers,
      String secret,
      String host)
      implements Serializable {}

  @BeforeAll
  static void start() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,2,1024]")
            .setAppName("launcher test")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.memory", "512m")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
            .set("spark.executorEnv.SPARK_SQL_TESTING", "1")
            .set("spark.plugins", ProgressPlugin.class.getName());
    spark = new SparkContext(conf);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static LaunchOptions two() {
    return LaunchOptions.of(2).withCoresPerWorker(2).withBackOff(Duration.ofMillis(100));
  }

  private static Worker<Seen> observer() {
    return context ->
        new Seen(
            context.rank(),
            context.worldSize(),
            context.attempt(),
            context.cores(),
            ProcessHandle.current().pid(),
            context.rendezvous().exchange("hello from " + context.rank()),
            HexFormat.of().formatHex(context.secret()),
            context.host());
  }

  @Test
  void ranksKnowThemselvesAndFindEachOther() {
    List<Seen> seen = new SparkLauncher(spark, two()).launch(observer());
    assertEquals(2, seen.size());
    for (int rank = 0; rank < 2; rank++) {
      Seen one = seen.get(rank);
      assertEquals(rank, one.rank());
      assertEquals(2, one.worldSize());
      assertEquals(0, one.attempt());
      assertEquals(2, one.cores(), "the task owns the cores of its executor");
      assertEquals(List.of("hello from 0", "hello from 1"), one.peers());
      assertTrue(Set.of("127.0.0.1", "localhost").contains(one.host()), one.host());
    }
    assertNotEquals(seen.get(0).process(), seen.get(1).process(), "one worker an executor");
    assertNotEquals(ProcessHandle.current().pid(), seen.get(0).process());
    assertEquals(64, seen.get(0).secret().length());
    assertEquals(seen.get(0).secret(), seen.get(1).secret());
  }

  @Test
  void tooManyWorkersAreRefusedAtOnceWithTheSettingToChange() {
    SparkLauncher launcher = new SparkLauncher(spark, LaunchOptions.of(3).withCoresPerWorker(2));
    ConfigException refused =
        assertThrows(ConfigException.class, () -> launcher.launch(observer()));
    assertEquals(
        "workers: 3 slots wanted, 2 available (a slot is 2 cores); ask for at most 2 workers, or"
            + " start with --master local-cluster[3,2,memory]",
        refused.getMessage());
  }

  @Test
  void aFailureStartsAllAgainAsTheNextAttempt() {
    List<String> notices = Collections.synchronizedList(new ArrayList<>());
    Worker<Seen> flaky =
        context -> {
          if (context.attempt() == 0 && context.rank() == 1) {
            throw new IllegalStateException("the disk is gone");
          }
          return observer().run(context);
        };
    List<Seen> seen = new SparkLauncher(spark, two()).onNotice(notices::add).launch(flaky);
    assertEquals(List.of(1, 1), seen.stream().map(Seen::attempt).toList());
    String told = String.join("\n", notices);
    assertTrue(told.matches("(?s).*attempt 1 of 3 failed: rank 1 on \\S+ \\(executor.*"), told);
    assertTrue(told.contains("IllegalStateException: the disk is gone"), told);
  }

  /** The peer notices first; what started it is told first all the same. */
  @Test
  void theRootCauseComesBeforeItsConsequences() {
    Worker<Integer> failing =
        context -> {
          context.report(new Progress(context.rank(), 12, 0, Map.of(), ""));
          context.rendezvous().exchange("");
          if (context.rank() == 0) {
            throw CommunicationException.because("rank 1 does not answer");
          }
          Thread.sleep(300); // the consequence overtakes the cause
          throw new IllegalStateException("the disk is gone");
        };
    LaunchException failed =
        assertThrows(
            LaunchException.class,
            () -> new SparkLauncher(spark, two().withAttempts(1)).launch(failing));
    String text = failed.getMessage();
    assertTrue(text.matches("(?s)attempt 1 of 1 failed: rank 1 on \\S+ \\(executor .*"), text);
    assertTrue(text.contains("after step 12: IllegalStateException: the disk is gone"), text);
    assertTrue(text.contains("\n  as a consequence: rank 0 on "), text);
    assertTrue(text.contains("rank 1 does not answer"), text);
  }

  @Test
  void whatAnotherAttemptCannotMendIsNotTriedAgain() {
    Worker<Integer> refusing =
        context -> {
          throw DataException.because("column 'x' is not there");
        };
    LaunchException failed =
        assertThrows(LaunchException.class, () -> new SparkLauncher(spark, two()).launch(refusing));
    assertTrue(failed.getMessage().startsWith("attempt 1 of 3 failed: "), failed.getMessage());
    assertTrue(failed.getMessage().contains("DataException: column 'x' is not there"));
  }

  /** The survivor blocks in a socket: only the watchdog frees its slot. */
  @Test
  void aKilledExecutorIsReplacedAndTheNextAttemptSucceeds() {
    List<String> notices = Collections.synchronizedList(new ArrayList<>());
    Worker<Seen> victim =
        context -> {
          Seen seen = observer().run(context);
          if (context.attempt() == 0) {
            if (context.rank() == 1) {
              new ProcessBuilder("kill", "-9", Long.toString(seen.process())).start().waitFor();
            }
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
              context.onAbort(server);
              server.accept();
            }
          }
          return seen;
        };
    List<Seen> seen =
        new SparkLauncher(spark, two().withSlotWait(Duration.ofSeconds(60)))
            .onNotice(notices::add)
            .launch(victim);
    assertEquals(List.of(1, 1), seen.stream().map(Seen::attempt).toList());
    String told = String.join("\n", notices);
    assertTrue(told.contains("was lost"), told);
    assertFalse(told.contains("still hold their slots"), told);
  }

  @Test
  void progressArrivesWhileWorkersRun() throws Exception {
    CountDownLatch heard = new CountDownLatch(2);
    List<Progress> all = Collections.synchronizedList(new ArrayList<>());
    try (ServerSocket gate = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
      int port = gate.getLocalPort();
      Worker<Integer> reporting =
          context -> {
            context.report(
                new Progress(context.rank(), 1, 100, Map.of("train.loss", 0.5), "first"));
            // Waits for the driver, which waits for the report.
            try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
              assertEquals('!', socket.getInputStream().read());
            }
            for (int step = 2; step <= 100; step++) {
              context.report(new Progress(context.rank(), step, 100, Map.of(), ""));
            }
            return context.rank();
          };
      CompletableFuture<List<Integer>> done =
          CompletableFuture.supplyAsync(
              () ->
                  new SparkLauncher(spark, two())
                      .onProgress(
                          progress -> {
                            all.add(progress);
                            heard.countDown();
                          })
                      .launch(reporting));
      assertTrue(heard.await(60, TimeUnit.SECONDS));
      assertFalse(done.isDone());
      for (int i = 0; i < 2; i++) {
        try (var socket = gate.accept()) {
          socket.getOutputStream().write('!');
        }
      }
      assertEquals(List.of(0, 1), done.get());
    }
    assertEquals(200, all.size());
    assertEquals(Map.of("train.loss", 0.5), all.get(0).metrics());
  }

  @Test
  void cancellingTheJobGroupFreesTheTasks() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    Worker<Integer> endless =
        context -> {
          context.report(new Progress(context.rank(), 1, 0, Map.of(), ""));
          try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            context.onAbort(server);
            server.accept();
          }
          return 0;
        };
    CompletableFuture<List<Integer>> job =
        CompletableFuture.supplyAsync(
            () -> {
              spark.setJobGroup("training", "a job to cancel", false);
              return new SparkLauncher(spark, two())
                  .onProgress(progress -> running.countDown())
                  .launch(endless);
            });
    assertTrue(running.await(60, TimeUnit.SECONDS));
    spark.cancelJobGroup("training");
    Throwable ended = assertThrows(Exception.class, job::get).getCause();
    LaunchException cancelled = (LaunchException) ended;
    assertTrue(cancelled.isCancelled(), cancelled.getMessage());
    // The slots are free and the context lives.
    assertEquals(2, new SparkLauncher(spark, two()).launch(observer()).size());
  }

  @Test
  void cancelEndsALaunchFromAnotherThread() throws Exception {
    CountDownLatch running = new CountDownLatch(2);
    Worker<Integer> endless =
        context -> {
          context.report(new Progress(context.rank(), 1, 0, Map.of(), ""));
          Thread.sleep(600_000);
          return 0;
        };
    SparkLauncher launcher = new SparkLauncher(spark, two());
    launcher.onProgress(progress -> running.countDown());
    CompletableFuture<List<Integer>> job =
        CompletableFuture.supplyAsync(() -> launcher.launch(endless));
    assertTrue(running.await(60, TimeUnit.SECONDS));
    launcher.cancel();
    Throwable ended = assertThrows(Exception.class, job::get).getCause();
    assertTrue(((LaunchException) ended).isCancelled(), ended.getMessage());
  }

  /** Every row goes to exactly one worker, through the rows reader and through the columnar one. */
  @Test
  void aFrameIsFedIntoTheWorkers(@TempDir Path directory) {
    SparkSession session = SparkSession.builder().sparkContext(spark).getOrCreate();
    JavaSparkContext java = JavaSparkContext.fromSparkContext(spark);
    List<List<Long>> parts = new ArrayList<>();
    long next = 0;
    for (int size : new int[] {0, 1, 7, 1000}) {
      parts.add(LongStream.range(next, next + size).boxed().toList());
      next += size;
    }
    Dataset<Row> rows =
        session
            .createDataset(
                java.parallelize(parts, 4).flatMap(List::iterator).rdd(), Encoders.LONG())
            .toDF("id");
    String parquet = directory.resolve("ids").toString();
    rows.write().parquet(parquet);
    for (Dataset<Row> frame : List.of(rows, session.read().parquet(parquet))) {
      FrameFeed feed = FrameFeed.of(frame, List.of(ColumnRequest.of("id")), 2, FeedOptions.of(64));
      FrameFeed.Reader reader = feed.reader();
      List<ArrayList<Long>> seen =
          new SparkLauncher(spark, two())
              .launch(
                  feed.partitions(),
                  (context, shares) -> {
                    ArrayList<Long> ids = new ArrayList<>();
                    try (BatchStream batches = reader.open(shares, Allocator.current())) {
                      for (ColumnBatch batch = batches.take();
                          batch != null;
                          batch = batches.take()) {
                        for (int i = 0; i < batch.rows(); i++) {
                          ids.add(NativeMemory.getLong(batch.column(0).address(i)));
                        }
                        batch.close();
                      }
                      assertEquals(ids.size(), batches.rowsRead());
                    }
                    assertEquals(0, Allocator.current().statistics().liveStorages());
                    return ids;
                  });
      List<Long> all = new ArrayList<>(seen.get(0));
      all.addAll(seen.get(1));
      Collections.sort(all);
      assertEquals(LongStream.range(0, 1008).boxed().toList(), all);
    }
  }

  @Test
  void twoLaunchesRunSideBySide() throws Exception {
    LaunchOptions one = LaunchOptions.of(2).withCoresPerWorker(1);
    CompletableFuture<List<Seen>> first =
        CompletableFuture.supplyAsync(() -> new SparkLauncher(spark, one).launch(observer()));
    List<Seen> second = new SparkLauncher(spark, one).launch(observer());
    assertNotEquals(first.get().get(0).secret(), second.get(0).secret());
  }
}
