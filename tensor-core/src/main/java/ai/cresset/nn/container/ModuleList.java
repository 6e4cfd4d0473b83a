package ai.cresset.nn.container;

import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import java.util.Iterator;
import java.util.List;

/**
 * Modules named {@code 0}, {@code 1}, ..., without a call of its own ({@code torch.nn.ModuleList}).
 * Shapes are those of the modules.
 */
public final class ModuleList<M extends Module> extends Module implements Iterable<M> {
  private final List<M> modules;

  public ModuleList(List<? extends M> modules) {
    this.modules = List.copyOf(modules);
    for (int i = 0; i < modules.size(); i++) {
      child(Integer.toString(i), modules.get(i));
    }
  }

  public M get(int index) {
    return modules.get(index);
  }

  /** All of them in order. */
  public List<M> modules() {
    return modules;
  }

  public int size() {
    return modules.size();
  }

  @Override
  public Iterator<M> iterator() {
    return modules.iterator();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.modules("modules", modules);
  }
}
