/** Tests of launchers, with real processes that are really killed. */
@NullMarked
package ai.cresset.parallel.launch;

import org.jspecify.annotations.NullMarked;
