package ai.cresset.spark.launch;

import ai.cresset.parallel.launch.Progress;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's end of the way that progress takes. What cannot be delivered is counted. */
final class ProgressSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressSender.class);

  private final String launch;
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean sent;

  ProgressSender(String launch) {
    this.launch = launch;
  }

  void send(Progress progress) {
    if (ProgressRoutes.deliver(launch, progress)) {
      return;
    }
    PluginContext channel = ProgressPlugin.channel();
    if (channel == null) {
      lost.incrementAndGet();
      return;
    }
    try {
      channel.send(new ProgressMessage(launch, progress));
      sent = true;
    } catch (Exception e) {
      if (lost.getAndIncrement() == 0) {
        LOG.warn("progress cannot be sent to the driver", e);
      }
    }
  }

  /** Waits until the driver has what was sent. */
  @Override
  public void close() {
    PluginContext channel = ProgressPlugin.channel();
    if (sent && channel != null) {
      try {
        channel.ask(new ProgressMessage(launch, null));
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
