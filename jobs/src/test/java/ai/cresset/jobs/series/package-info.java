/** Series of hand-written rows. */
@NullMarked
package ai.cresset.jobs.series;

import org.jspecify.annotations.NullMarked;
