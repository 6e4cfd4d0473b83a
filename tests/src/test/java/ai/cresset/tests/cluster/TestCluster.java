package ai.cresset.tests.cluster;

import ai.cresset.spark.launch.ProgressPlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A Spark cluster of processes: a master, and three executors with one core and a small heap each.
 * It is started once for all tests of a JVM, so tests leave it as they found it. Two workers train;
 * the third executor is there when one of theirs is lost.
 */
public final class TestCluster implements AutoCloseable {
  /** The Java heap of an executor. */
  public static final int EXECUTOR_HEAP_MIB = 160;

  private static final int EXECUTORS = 3;

  private final Path scratch;
  private final SparkSession session;
  private final ExecutorLog log;

  private TestCluster() throws IOException {
    scratch = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "cluster-");
    log = new ExecutorLog(Files.createDirectories(scratch.resolve("executors")));
    String logging =
        "-Dlog4j2.configurationFile="
            + Objects.requireNonNull(
                TestCluster.class.getResource("/executor-log4j2.properties"), "in test resources");
    session =
        SparkSession.builder()
            .master("local-cluster[" + EXECUTORS + ",1,1024]")
            .appName("cluster tests")
            .config("spark.ui.enabled", "false")
            .config("spark.executor.memory", EXECUTOR_HEAP_MIB + "m")
            // Spark reserves 300 MiB of each heap otherwise.
            .config("spark.testing.reservedMemory", Integer.toString(32 << 20))
            // Spark wants this to fit into memory beside the heap, which is as large as the heap.
            .config("spark.network.maxRemoteBlockSizeFetchToMem", "64m")
            // Rows that were collected on the driver would not pass.
            .config("spark.driver.maxResultSize", "1m")
            .config("spark.deploy.maxExecutorRetries", "-1")
            .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
            .config(
                "spark.executor.extraJavaOptions",
                "-XX:+UseSerialGC "
                    + logging
                    + " -Dcresset.executors.log="
                    + log.file()
                    + " -Dcresset.leaks=on")
            .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13")
            .config("spark.executorEnv.SPARK_SQL_TESTING", "1")
            .config("spark.executorEnv.OMP_NUM_THREADS", "1")
            .config("spark.local.dir", scratch.resolve("local").toString())
            .config("spark.sql.warehouse.dir", scratch.resolve("warehouse").toString())
            .config(ProgressPlugin.SETTING, ProgressPlugin.class.getName())
            .getOrCreate();
  }

  /** The driver's session. */
  public SparkSession session() {
    return session;
  }

  /** What the executors log. */
  public ExecutorLog log() {
    return log;
  }

  /** The number by which Spark knows an executor process. */
  public static String executorId(long process) throws IOException {
    List<String> command =
        List.of(Files.readString(Path.of("/proc", Long.toString(process), "cmdline")).split("\0"));
    return command.get(command.indexOf("--executor-id") + 1);
  }

  @Override
  public void close() {
    session.stop();
  }

  /** Gives the cluster to tests that have a parameter for it. */
  public static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .getOrComputeIfAbsent(TestCluster.class, key -> start(), TestCluster.class);
    }

    private static TestCluster start() {
      try {
        return new TestCluster();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
