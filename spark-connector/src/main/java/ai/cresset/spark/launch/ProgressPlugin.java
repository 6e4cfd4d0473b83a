package ai.cresset.spark.launch;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Carries progress from executors to the driver while a job runs. Spark loads it when {@code
 * spark.plugins} names this class.
 */
public final class ProgressPlugin implements SparkPlugin {
  /** The setting that loads plugins. */
  public static final String SETTING = "spark.plugins";

  private static volatile @Nullable PluginContext executor;

  /** Whether an application with these settings loads this plugin. */
  static boolean isConfigured(SparkConf conf) {
    return conf.get(SETTING, "").contains(ProgressPlugin.class.getName());
  }

  /** The channel to the driver, in a process where Spark loaded the plugin. */
  static @Nullable PluginContext channel() {
    return executor;
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public @Nullable Object receive(Object message) {
        if (message instanceof WorkerMessage.Flush) {
          return true;
        }
        if (message instanceof WorkerMessage worker) {
          LaunchRoutes.deliver(worker);
        }
        return null;
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> extra) {
        executor = context;
      }

      @Override
      public void shutdown() {
        executor = null;
      }
    };
  }
}
