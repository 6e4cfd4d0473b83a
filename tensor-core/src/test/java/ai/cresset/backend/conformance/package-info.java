/**
 * What every backend must do, as test interfaces: a backend's test class implements them all and
 * names its backend. Results are compared with the reference backend's.
 */
@NullMarked
package ai.cresset.backend.conformance;

import org.jspecify.annotations.NullMarked;
