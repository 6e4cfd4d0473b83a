package ai.cresset.spark.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One executor whose discovery script names two GPUs; nobody opens them. */
@NullUnmarked
@Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GpuPlacementTest {
  @TempDir private static Path directory;
  private static SparkContext spark;

  @BeforeAll
  static void start() throws Exception {
    Path script = directory.resolve("discover.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    assertTrue(script.toFile().setExecutable(true));
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[1,4,1024]")
            .setAppName("placement test")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.memory", "512m")
            .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .set("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
            .set("spark.executorEnv.SPARK_SQL_TESTING", "1")
            .set("spark.worker.resource.gpu.amount", "2")
            .set("spark.worker.resource.gpu.discoveryScript", script.toString())
            .set("spark.executor.resource.gpu.amount", "2")
            .set("spark.plugins", ProgressPlugin.class.getName());
    spark = new SparkContext(conf);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<String> devices(int workers, double gpus) {
    LaunchOptions options =
        LaunchOptions.of(workers)
            .withCoresPerWorker(1)
            .withGpusPerWorker(gpus)
            .withSlotWait(Duration.ofSeconds(20));
    return new SparkLauncher(spark, options)
        .<String>launch(context -> context.device().toString()).stream().sorted().toList();
  }

  @Test
  void eachWorkerGetsItsOwnGpu() {
    assertEquals(List.of("cuda:0", "cuda:1"), devices(2, 1));
  }

  @Test
  void fractionsShareGpus() {
    assertEquals(List.of("cuda:0", "cuda:0", "cuda:1", "cuda:1"), devices(4, 0.5));
  }

  @Test
  void workersWithoutDemandTrainOnTheCpu() {
    assertEquals(List.of(Device.CPU.toString()), devices(1, 0));
  }

  @Test
  void moreWorkersThanGpusAreRefusedWithTheSlot() {
    LaunchOptions options =
        LaunchOptions.of(3).withCoresPerWorker(1).withGpusPerWorker(1).withSlotWait(Duration.ZERO);
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () -> new SparkLauncher(spark, options).launch(context -> "never"));
    assertTrue(refused.getMessage().contains("(a slot is 1 core and 1 GPU)"), refused.getMessage());
  }
}
