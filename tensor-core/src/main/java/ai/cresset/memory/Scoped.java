package ai.cresset.memory;

import org.jspecify.annotations.Nullable;

/** Something with native memory behind it that a {@link Scope} can own. */
public interface Scoped {
  /** The scope that owns this now; null when nobody but its maker does. */
  @Nullable Scope owner();

  /** Called by scopes only: changes the owner. */
  void owner(@Nullable Scope scope);

  /**
   * Called by scopes only, once: frees what is behind this and forgets the owner. {@code by} names
   * the scope.
   */
  void releasedBy(String by);
}
