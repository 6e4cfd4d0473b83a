package ai.cresset.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.cresset.error.LifetimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ScopeTest {
  private final List<String> released = new ArrayList<>();

  private final class Thing implements Scoped {
    private final String name;
    private @Nullable Scope owner;

    Thing(String name) {
      this.name = name;
      Scope.register(this);
    }

    @Override
    public @Nullable Scope owner() {
      return owner;
    }

    @Override
    public void owner(@Nullable Scope scope) {
      owner = scope;
    }

    @Override
    public void releasedBy(String by) {
      owner = null;
      released.add(name + " by " + by);
    }
  }

  @Test
  void whatWasMadeInsideIsReleasedLastFirst() {
    try (Scope scope = Scope.open("step")) {
      assertSame(scope, new Thing("a").owner());
      assertSame(scope, new Thing("b").owner());
    }
    assertEquals(List.of("b by scope 'step'", "a by scope 'step'"), released);
    assertNull(Scope.current());
  }

  @Test
  void whatIsKeptGoesToTheEnclosingScope() {
    try (Scope outer = Scope.open("outer")) {
      Thing kept;
      try (Scope inner = Scope.open("inner")) {
        kept = inner.keep(new Thing("kept"));
        assertSame(kept, inner.keep(kept), "keeping twice changes nothing");
      }
      assertEquals(List.of(), released);
      assertSame(outer, kept.owner());
    }
    assertEquals(List.of("kept by scope 'outer'"), released);
  }

  @Test
  void whatIsKeptByTheOutermostScopeOrDetachedBelongsToTheCaller() {
    Thing kept;
    Thing detached;
    try (Scope scope = Scope.open()) {
      kept = scope.keep(new Thing("kept"));
      detached = Scope.detach(new Thing("detached"));
    }
    assertEquals(List.of(), released);
    assertNull(kept.owner());
    assertNull(detached.owner());
    assertNull(new Thing("outside").owner());
  }

  @Test
  void scopesNestAndBelongToTheirThread() throws Exception {
    Scope outer = Scope.open("outer");
    Scope inner = Scope.open("inner");
    LifetimeException thrown = assertThrows(LifetimeException.class, outer::close);
    assertEquals(
        "scope 'outer' is closed before scopes opened inside of it; use try-with-resources",
        thrown.getMessage());
    Thread thread = new Thread(() -> assertThrows(LifetimeException.class, inner::close));
    List<Throwable> failures = new ArrayList<>();
    thread.setUncaughtExceptionHandler((on, failure) -> failures.add(failure));
    thread.start();
    thread.join();
    assertEquals(List.of(), failures);
    inner.close();
    outer.close();
    outer.close();
  }

  @Test
  void manyThingsThatLeftAreForgotten() {
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < 5000; i++) {
        Scope.detach(new Thing("gone"));
      }
      new Thing("stays");
    }
    assertEquals(1, released.size());
  }
}
