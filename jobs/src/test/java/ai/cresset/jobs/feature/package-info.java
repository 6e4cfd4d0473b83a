/** Features of made-up and of hand-written rows. */
@NullMarked
package ai.cresset.jobs.feature;

import org.jspecify.annotations.NullMarked;
