package ai.cresset.spark.launch;

import ai.cresset.parallel.launch.Progress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The launches of this process that want to hear of progress. */
final class ProgressRoutes {
  private static final Map<String, Consumer<Progress>> ROUTES = new ConcurrentHashMap<>();

  private ProgressRoutes() {}

  static void open(String launch, Consumer<Progress> receiver) {
    ROUTES.put(launch, receiver);
  }

  static void close(String launch) {
    ROUTES.remove(launch);
  }

  /** Hands a report to its launch, without waiting; false if that launch is not of this process. */
  static boolean deliver(String launch, Progress progress) {
    Consumer<Progress> receiver = ROUTES.get(launch);
    if (receiver == null) {
      return false;
    }
    receiver.accept(progress);
    return true;
  }
}
