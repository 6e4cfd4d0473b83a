/** Tests of process groups: real sockets, real threads, real processes. */
@NullMarked
package ai.cresset.parallel.comm;

import org.jspecify.annotations.NullMarked;
