package ai.cresset.backend.cpu;

import ai.cresset.backend.Backend;
import ai.cresset.backend.Backends;
import ai.cresset.error.ConfigException;
import ai.cresset.type.Device;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens {@link CpuBackend} with as many threads as {@code OMP_NUM_THREADS} says, the variable that
 * oneDNN's runtime and other numerical libraries of the process obey.
 */
public final class CpuProvider implements Backends.Provider {
  private static final Logger LOG = LoggerFactory.getLogger(CpuProvider.class);
  private static final String THREADS = "OMP_NUM_THREADS";

  @Override
  public Device.Kind kind() {
    return Device.Kind.CPU;
  }

  @Override
  public Backend open(Device device) {
    return new CpuBackend(threads(System.getenv()), VectorKernelsLoader.kernels());
  }

  static int threads(Map<String, String> environment) {
    int processors = Runtime.getRuntime().availableProcessors();
    String value = environment.get(THREADS);
    if (value == null || value.isBlank()) {
      LOG.warn(
          "{} is not set: kernels use all {} processors; set it in the environment of the process"
              + " (Spark: spark.executorEnv.{}) to the cores of one task",
          THREADS,
          processors,
          THREADS);
      return processors;
    }
    // A list gives the threads of nested regions, outermost first.
    String outermost = value.split(",", -1)[0].trim();
    try {
      int threads = Integer.parseInt(outermost);
      if (threads > 0) {
        return threads;
      }
    } catch (NumberFormatException e) {
      throw ConfigException.value(THREADS, value, "a number of threads, such as 2");
    }
    throw ConfigException.value(THREADS, value, "a number of threads, such as 2");
  }
}
