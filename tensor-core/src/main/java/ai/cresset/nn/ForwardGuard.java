package ai.cresset.nn;

import ai.cresset.tensor.autograd.HookHandle;

/**
 * What must hold while a module computes, such as that its parameters are there; see {@link
 * Module#registerForwardGuard}.
 */
@FunctionalInterface
public interface ForwardGuard {
  /**
   * Called right before the module computes.
   *
   * @return closed right after it has, or has failed
   */
  HookHandle enter(Module module);
}
