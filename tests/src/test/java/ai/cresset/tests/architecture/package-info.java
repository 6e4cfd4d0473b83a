/**
 * The walls of the house, as tests: who may import whom, who alone may name what, how files look.
 *
 * <p>Not here: behaviour.
 */
@NullMarked
package ai.cresset.tests.architecture;

import org.jspecify.annotations.NullMarked;
