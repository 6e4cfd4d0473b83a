/** Data parallelism against one process, with ranks as threads over real sockets. */
@NullMarked
package ai.cresset.parallel.data;

import org.jspecify.annotations.NullMarked;
