/** Several workers on one device, real or emulated. */
@NullMarked
package ai.cresset.tests.device;

import org.jspecify.annotations.NullMarked;
