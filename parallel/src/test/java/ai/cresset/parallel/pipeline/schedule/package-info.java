/** Tests of schedules as data. */
@NullMarked
package ai.cresset.parallel.pipeline.schedule;

import org.jspecify.annotations.NullMarked;
