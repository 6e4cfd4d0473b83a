package ai.cresset.spark.launch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed.
 *
 * @param text the root cause, then in one line what followed from it
 * @param retryable whether another attempt may go better
 * @param failure the worker's own failure, when it is the cause
 */
record RootCause(String text, boolean retryable, @Nullable WorkerFailure failure) {
  private static final int MOST_SHOWN = 200;

  /**
   * Chooses among all that is known: a worker's own failure, else a lost executor, else what Spark
   * says, else the first worker that lost a peer.
   *
   * @param spark what the failed job threw
   */
  static RootCause of(AttemptListener attempt, Throwable spark) {
    List<WorkerFailure> byTime =
        attempt.failures().stream()
            .sorted(Comparator.comparingLong(WorkerFailure::timeMillis))
            .toList();
    List<WorkerFailure> primary = byTime.stream().filter(each -> !each.isSecondary()).toList();
    List<String> lost = attempt.lostExecutors();
    List<String> others = attempt.otherFailures();
    if (!primary.isEmpty()) {
      WorkerFailure cause = primary.get(0);
      return new RootCause(
          cause.getMessage() + consequences(byTime, cause, lost), cause.isRetryable(), cause);
    }
    if (!lost.isEmpty()) {
      return new RootCause(
          String.join("; ", lost) + consequences(byTime, null, List.of()), true, null);
    }
    if (!others.isEmpty()) {
      return new RootCause(
          others.get(0) + missingClasses(others.get(0)) + consequences(byTime, null, List.of()),
          true,
          null);
    }
    if (!byTime.isEmpty()) {
      WorkerFailure first = byTime.get(0);
      return new RootCause(
          first.getMessage() + consequences(byTime, first, List.of()), true, first);
    }
    return new RootCause(String.valueOf(spark.getMessage()), true, null);
  }

  private static String missingClasses(String failure) {
    return failure.contains("SerializedLambda") || failure.contains("ClassNotFoundException")
        ? " (the executors do not have the application's classes: pass its jar to spark-submit, or"
            + " set spark.jars)"
        : "";
  }

  private static String consequences(
      List<WorkerFailure> all, @Nullable WorkerFailure cause, List<String> lost) {
    List<String> lines =
        Stream.concat(
                all.stream().filter(each -> each != cause).map(WorkerFailure::getMessage),
                lost.stream())
            .map(RootCause::shortened)
            .collect(Collectors.toCollection(ArrayList::new));
    return lines.isEmpty() ? "" : "\n  as a consequence: " + String.join(" | ", lines);
  }

  private static String shortened(@Nullable String text) {
    String line = String.valueOf(text).replace('\n', ' ');
    return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
  }
}
