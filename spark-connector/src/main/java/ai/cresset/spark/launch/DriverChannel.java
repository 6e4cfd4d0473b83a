package ai.cresset.spark.launch;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's way to its launch on the driver. What cannot be delivered is counted. */
final class DriverChannel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DriverChannel.class);

  private final String launch;
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean sent;

  DriverChannel(String launch) {
    this.launch = launch;
  }

  /** Sends without waiting. */
  void send(WorkerMessage message) {
    if (LaunchRoutes.deliver(message)) {
      return;
    }
    PluginContext channel = ProgressPlugin.channel();
    if (channel == null) {
      lost.incrementAndGet();
      return;
    }
    try {
      channel.send(message);
      sent = true;
    } catch (Exception e) {
      if (lost.getAndIncrement() == 0) {
        LOG.warn("the driver cannot be told of progress", e);
      }
    }
  }

  /** Waits until the driver has what was sent. */
  @Override
  public void close() {
    PluginContext channel = ProgressPlugin.channel();
    if (sent && channel != null && !Thread.currentThread().isInterrupted()) {
      try {
        channel.ask(new WorkerMessage.Flush(launch));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("the last progress reports may not have reached the driver", e);
      }
    }
    if (lost.get() > 0) {
      LOG.warn(
          "{} progress reports were not delivered; set {}={}",
          lost.get(),
          ProgressPlugin.SETTING,
          ProgressPlugin.class.getName());
    }
  }
}
