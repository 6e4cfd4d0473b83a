package ai.cresset.spark.launch;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The launches of this process that want to hear from their workers. */
final class LaunchRoutes {
  private static final Map<String, Consumer<WorkerMessage>> ROUTES = new ConcurrentHashMap<>();

  private LaunchRoutes() {}

  /** Opens the way to a launch; {@code receiver} must not wait for anything. */
  static void open(String launch, Consumer<WorkerMessage> receiver) {
    ROUTES.put(launch, receiver);
  }

  static void close(String launch) {
    ROUTES.remove(launch);
  }

  /** Hands a message to its launch; false if that launch is not of this process, or over. */
  static boolean deliver(WorkerMessage message) {
    Consumer<WorkerMessage> receiver = ROUTES.get(message.launch());
    if (receiver == null) {
      return false;
    }
    receiver.accept(message);
    return true;
  }
}
