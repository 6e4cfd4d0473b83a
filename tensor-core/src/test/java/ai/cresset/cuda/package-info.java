/** Devices and kernels of users. */
@NullMarked
package ai.cresset.cuda;

import org.jspecify.annotations.NullMarked;
