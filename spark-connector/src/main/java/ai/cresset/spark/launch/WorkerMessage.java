package ai.cresset.spark.launch;

import ai.cresset.parallel.launch.Progress;
import java.io.Serializable;

/** What goes from workers to the driver while they run. */
sealed interface WorkerMessage extends Serializable {
  /** The launch it belongs to. */
  String launch();

  /** A progress report. */
  record Report(String launch, Progress progress) implements WorkerMessage {}

  /** A worker failed; Spark says so too, but not when it ended the task meanwhile. */
  record Failed(String launch, int attempt, WorkerFailure failure) implements WorkerMessage {}

  /**
   * The first message of an executor. Spark looks for the driver at the first message and, when the
   * sending task is interrupted just then, never again: so no task sends it.
   */
  record Hello(String launch) implements WorkerMessage {}

  /** Asks for an answer, which comes after all earlier messages of the same sender. */
  record Flush(String launch) implements WorkerMessage {}
}
