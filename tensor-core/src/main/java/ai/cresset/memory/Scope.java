package ai.cresset.memory;

import ai.cresset.error.LifetimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owns what is made while it is open on a thread, and releases it at its end, unless kept.
 *
 * <pre>{@code
 * try (Scope step = Scope.open("step")) {
 *   Tensor loss = model.call(batch);
 *   ...
 * } // everything made inside is released here
 * }</pre>
 *
 * <p>Scopes of a thread nest and are closed in reverse order. Confined to one thread.
 */
public final class Scope implements AutoCloseable {
  private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

  private final String name;
  private final @Nullable Scope parent;
  private final Thread thread = Thread.currentThread();
  private List<Scoped> owned = new ArrayList<>();
  private int compactAt = 1024;
  private boolean closed;

  private Scope(String name, @Nullable Scope parent) {
    this.name = name;
    this.parent = parent;
  }

  /** Opens a scope inside of the thread's current one. The name appears in errors. */
  public static Scope open(String name) {
    Scope scope = new Scope(name, CURRENT.get());
    CURRENT.set(scope);
    return scope;
  }

  /** Opens an unnamed scope. */
  public static Scope open() {
    return open("scope");
  }

  /** The innermost open scope of this thread. */
  public static @Nullable Scope current() {
    return CURRENT.get();
  }

  /** Gives {@code made} to the current scope; false if there is none, and its maker owns it. */
  public static boolean register(Scoped made) {
    Scope scope = CURRENT.get();
    if (scope == null) {
      return false;
    }
    scope.own(made);
    return true;
  }

  private void own(Scoped made) {
    if (owned.size() >= compactAt) {
      owned.removeIf(each -> each.owner() != this);
      compactAt = Math.max(1024, 2 * owned.size());
    }
    owned.add(made);
    made.owner(this);
  }

  /**
   * Hands {@code kept} to the enclosing scope, so that it outlives this one. Without an enclosing
   * scope it belongs to the caller, who closes it.
   */
  public <T extends Scoped> T keep(T kept) {
    checkThread();
    Scope owner = kept.owner();
    if (owner != this) {
      return kept;
    }
    if (parent == null) {
      kept.owner(null);
    } else {
      parent.own(kept);
    }
    return kept;
  }

  /** Takes {@code kept} out of every scope: from now on the caller closes it. */
  public static <T extends Scoped> T detach(T kept) {
    kept.owner(null);
    return kept;
  }

  public String name() {
    return name;
  }

  /** Whether the calling thread opened this. */
  public boolean isOfThisThread() {
    return Thread.currentThread() == thread;
  }

  /** The name of the thread that opened this. */
  public String threadName() {
    return thread.getName();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    checkThread();
    if (CURRENT.get() != this) {
      throw LifetimeException.because(
          "scope '"
              + name
              + "' is closed before scopes opened inside of it; use try-with-resources");
    }
    closed = true;
    if (parent == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(parent);
    }
    String by = "scope '" + name + "'";
    List<Scoped> all = owned;
    owned = List.of();
    for (int i = all.size() - 1; i >= 0; i--) {
      Scoped each = all.get(i);
      if (each.owner() == this) {
        each.releasedBy(by);
      }
    }
  }

  private void checkThread() {
    if (Thread.currentThread() != thread) {
      throw LifetimeException.because(
          "scope '"
              + name
              + "' belongs to thread "
              + thread.getName()
              + ", not to "
              + Thread.currentThread().getName());
    }
  }
}
