/**
 * What belongs to a training task: cores and devices, as Spark assigned them.
 *
 * <p>Not here: starting tasks ({@code ai.cresset.spark.launch}).
 */
@NullMarked
package ai.cresset.spark.resource;

import org.jspecify.annotations.NullMarked;
