/** Pipelines against one process. */
@NullMarked
package ai.cresset.parallel.pipeline;

import org.jspecify.annotations.NullMarked;
