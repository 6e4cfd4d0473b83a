package ai.cresset.golden;

import ai.cresset.memory.Allocator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Gives each test an allocator of its own and fails it if native memory is left at its end. */
public final class NativeMemoryCheck implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace HERE =
      ExtensionContext.Namespace.create(NativeMemoryCheck.class);

  private record Bound(Allocator allocator, Allocator.Binding binding) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    Allocator allocator = Allocator.create(context.getDisplayName(), Long.MAX_VALUE);
    context.getStore(HERE).put("bound", new Bound(allocator, allocator.bind()));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Bound bound = context.getStore(HERE).remove("bound", Bound.class);
    if (bound != null) {
      bound.binding().close();
      bound.allocator().close();
    }
  }
}
