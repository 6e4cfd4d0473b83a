/**
 * Training workers as tasks of a Spark barrier stage: slot check, rendezvous, retry, watchdog, root
 * cause, progress to the driver.
 *
 * <p>Not here: data ({@code ai.cresset.spark.data}) and what workers do.
 */
@NullMarked
package ai.cresset.spark.launch;

import org.jspecify.annotations.NullMarked;
