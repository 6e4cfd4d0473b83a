package ai.cresset.tensor.autograd;

/** A hook that was registered; closing removes it. Closing twice is harmless. */
@FunctionalInterface
public interface HookHandle extends AutoCloseable {
  @Override
  void close();
}
