/**
 * The fast CPU backend: oneDNN for matrix products, blocks of the Vector API (or plain loops where
 * it is absent) for the rest.
 *
 * <p>Not here: the Vector API itself, which only the {@code vector} package names.
 */
@NullMarked
package ai.cresset.backend.cpu;

import org.jspecify.annotations.NullMarked;
