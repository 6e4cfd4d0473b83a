package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.Scope;
import ai.cresset.nn.Module;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.GradMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A whole model in one file: a safetensors file with its parameters and buffers, and in its
 * metadata under {@code cresset.model} what it is made from. Other readers of safetensors see the
 * weights.
 *
 * <p>What comes back: the tree of modules with their settings, every tensor bit by bit in its own
 * type, which modules and parameters are one and the same, replaced children, parametrizations,
 * masks of pruning, what is frozen, and the training or evaluation mode of each module. What does
 * not: hooks, gradients, devices (models are made on the CPU) and groups of synchronised norms.
 *
 * <p>A file is data: what it names must stand in the {@link ModuleRegistry}, its settings go
 * through the checks of constructors and records, and it cannot make a reader allocate much more
 * than it has bytes.
 */
public final class ModelFile {
  static final String KEY = "cresset.model";

  /** Constructors draw first weights in float32 or float64, with temporaries beside them. */
  private static final long BYTES_PER_ELEMENT = 32;

  private static final long BYTES_PER_TENSOR = 4096;
  private static final long BYTES_OF_ALL = 1 << 20;

  private ModelFile() {}

  /** Writes a model of this library's modules. */
  public static void save(Path path, Module model) {
    save(path, model, ModuleRegistry.standard());
  }

  /**
   * Writes a model.
   *
   * @throws CheckpointException if it has a module that the registry does not know
   */
  public static void save(Path path, Module model, ModuleRegistry registry) {
    String description = ModelDescriber.describe(model, registry);
    SafetensorsWriter.save(path, model.namedTensors(), Map.of(KEY, description));
  }

  /** Makes a model of this library's modules. */
  public static <M extends Module> M load(Path path, Class<M> type) {
    return load(path, type, ModuleRegistry.standard());
  }

  /**
   * Makes the model of a file with its tensors, in the types that they have there. The caller
   * closes it.
   *
   * @param type what the model must be
   * @throws CheckpointException if the file holds no model, one with a module that the registry
   *     does not know, another type, or tensors other than the model's
   */
  public static <M extends Module> M load(Path path, Class<M> type, ModuleRegistry registry) {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      String description = file.metadata().get(KEY);
      if (description == null) {
        throw CheckpointException.because(
            path
                + ": it has weights alone; build the model and load them with loadStateDict, or write"
                + " it with ModelFile.save");
      }
      Allocator bounded = Allocator.bounded("model of " + path, mostBytes(file));
      boolean done = false;
      try {
        Module made = ModelMaker.make(path.toString(), description, registry, bounded);
        adopt(path, type, made, file);
        done = true;
        return type.cast(made);
      } finally {
        if (!done) {
          bounded.releaseAll();
        }
        if (bounded.statistics().liveStorages() == 0) {
          bounded.close();
        }
      }
    }
  }

  /** The most that a model may take while it is made. */
  private static long mostBytes(SafetensorsFile file) {
    long bytes = BYTES_OF_ALL;
    for (SafetensorsEntry entry : file.entries()) {
      bytes += BYTES_PER_TENSOR + BYTES_PER_ELEMENT * entry.shape().numel();
    }
    return bytes;
  }

  private static void adopt(Path path, Class<?> type, Module made, SafetensorsFile file) {
    boolean done = false;
    try {
      if (!type.isInstance(made)) {
        throw CheckpointException.because(
            path + ": it holds a " + made.getClass().getName() + ", expected " + type.getName());
      }
      Map<String, Tensor> tensors = made.namedTensors();
      checkFits(made, tensors, file);
      Set<Tensor> filled = Collections.newSetFromMap(new IdentityHashMap<>());
      try (GradMode.Restore off = GradMode.disable();
          Scope scope = Scope.open("load")) {
        tensors.forEach(
            (name, tensor) -> {
              if (filled.add(tensor)) {
                tensor.data(file.read(name));
              }
            });
      }
      done = true;
    } finally {
      if (!done) {
        made.close();
      }
    }
  }

  /** Names and shapes must be the same, and types of one kind. */
  private static void checkFits(Module made, Map<String, Tensor> tensors, SafetensorsFile file) {
    List<String> missing = new ArrayList<>();
    List<String> unexpected = new ArrayList<>();
    List<String> misshaped = new ArrayList<>();
    file.entries()
        .forEach(
            entry -> {
              if (!tensors.containsKey(entry.name())) {
                unexpected.add(entry.name());
              }
            });
    tensors.forEach(
        (name, tensor) -> {
          if (!file.contains(name)) {
            missing.add(name);
            return;
          }
          SafetensorsEntry entry = file.entry(name);
          boolean sameKind =
              entry.dtype() == tensor.dtype()
                  || (entry.dtype().isFloating() && tensor.dtype().isFloating());
          if (!sameKind || !entry.shape().equals(tensor.shape())) {
            misshaped.add(
                name
                    + " (expected "
                    + tensor.spec()
                    + ", got "
                    + entry.dtype()
                    + entry.shape()
                    + ")");
          }
        });
    if (!missing.isEmpty() || !unexpected.isEmpty() || !misshaped.isEmpty()) {
      throw CheckpointException.stateMismatch(
          made.getClass().getSimpleName(), missing, unexpected, misshaped);
    }
  }
}
