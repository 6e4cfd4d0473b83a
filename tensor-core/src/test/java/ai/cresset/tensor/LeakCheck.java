package ai.cresset.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.cresset.memory.Allocator;
import ai.cresset.memory.MemoryStatistics;
import ai.cresset.memory.Scope;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives each test an allocator of its own and a scope around it, and fails the test if a native
 * byte is left when both are gone. Tests that are about lifetimes themselves do without the scope:
 * {@link NoScope}.
 */
public final class LeakCheck implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(LeakCheck.class);

  private record Bound(Allocator allocator, Allocator.Binding binding, Scope[] scope) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    Allocator allocator = Allocator.create(context.getDisplayName(), Long.MAX_VALUE);
    Allocator.Binding binding = allocator.bind();
    boolean bare = AnnotationSupport.isAnnotated(context.getElement(), NoScope.class);
    Scope[] scope = bare ? new Scope[0] : new Scope[] {Scope.open("test")};
    context.getStore(HERE).put("bound", new Bound(allocator, binding, scope));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Bound bound = context.getStore(HERE).remove("bound", Bound.class);
    if (bound == null) {
      return;
    }
    for (Scope scope : bound.scope()) {
      scope.close();
    }
    bound.binding().close();
    MemoryStatistics left = bound.allocator().statistics();
    String report = bound.allocator().report();
    assertEquals(0, left.liveStorages(), report);
    assertEquals(0, left.liveBytes(), report);
    bound.allocator().close();
  }
}
