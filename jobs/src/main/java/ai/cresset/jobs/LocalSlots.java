package ai.cresset.jobs;

import ai.cresset.error.ConfigException;
import ai.cresset.jobs.recipe.SparkSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The slots of a master that says itself how many it has. Others are asked when executors are there
 * ({@code SparkLauncher}).
 */
final class LocalSlots {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*([0-9]+)\\s*,\\s*([0-9]+)\\s*,\\s*[0-9]+\\s*]");

  private LocalSlots() {}

  /**
   * Refuses more workers than slots, before anything starts.
   *
   * @throws ConfigException if they cannot all run at once
   */
  static void check(String master, SparkSettings settings) {
    Matcher parts = LOCAL_CLUSTER.matcher(master);
    if (!parts.matches()) {
      return;
    }
    int executors = Integer.parseInt(parts.group(1));
    int cores = Integer.parseInt(parts.group(2));
    int slots = executors * (cores / settings.coresPerWorker());
    if (settings.workers() <= slots) {
      return;
    }
    String start =
        slots == 0
            ? "CRESSET_EXECUTOR_CORES=" + settings.coresPerWorker() + " gives them more"
            : "CRESSET_EXECUTORS=" + settings.workers() + " starts more";
    throw ConfigException.value(
        "spark.workers",
        settings.workers(),
        "at most "
            + slots
            + ", because there are "
            + executors
            + " executors with "
            + cores
            + (cores == 1 ? " core" : " cores")
            + " each and a worker takes "
            + settings.coresPerWorker()
            + " ("
            + start
            + ")");
  }
}
