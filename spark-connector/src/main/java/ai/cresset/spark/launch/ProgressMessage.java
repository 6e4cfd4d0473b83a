package ai.cresset.spark.launch;

import ai.cresset.parallel.launch.Progress;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What goes from executors to the driver: a report, or, without one, the question whether all
 * earlier reports of this sender have arrived.
 *
 * @param launch the launch it belongs to
 */
record ProgressMessage(String launch, @Nullable Progress progress) implements Serializable {}
