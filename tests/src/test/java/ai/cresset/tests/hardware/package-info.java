/** What a build could not show because its machine lacks a device or a compiler. */
@NullMarked
package ai.cresset.tests.hardware;

import org.jspecify.annotations.NullMarked;
