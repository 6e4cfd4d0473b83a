package ai.cresset.spark.launch;

import java.io.IOException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries progress from executors to the driver while a job runs. Spark loads it when {@code
 * spark.plugins} names this class.
 */
public final class ProgressPlugin implements SparkPlugin {
  /** The setting that loads plugins. */
  public static final String SETTING = "spark.plugins";

  private static final Logger LOG = LoggerFactory.getLogger(ProgressPlugin.class);
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
        if (message instanceof WorkerMessage worker && !(worker instanceof WorkerMessage.Hello)) {
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
        try {
          context.send(new WorkerMessage.Hello(""));
        } catch (IOException | RuntimeException e) {
          LOG.warn("progress of workers here cannot be sent to the driver", e);
        }
        executor = context;
      }

      @Override
      public void shutdown() {
        executor = null;
      }
    };
  }
}
