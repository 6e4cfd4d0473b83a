package ai.cresset.checkpoint;

/**
 * Modules of a library that {@link ModuleRegistry#standard()} knows, found by Java's service
 * loader. An implementation is public, has a public constructor without parameters and is named in
 * {@code META-INF/services/ai.cresset.checkpoint.ModuleCatalog}.
 */
public interface ModuleCatalog {
  /** Adds the modules. */
  void register(ModuleRegistry registry);
}
