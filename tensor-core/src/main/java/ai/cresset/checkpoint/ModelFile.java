package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.nn.Module;
import ai.cresset.nn.StateDict;
import ai.cresset.type.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A whole model in one file: a safetensors file with its state, and in its metadata under {@code
 * cresset.model} what it is made from. Other readers of safetensors see the weights.
 */
public final class ModelFile {
  static final String KEY = "cresset.model";

  private ModelFile() {}

  /**
   * Writes a model.
   *
   * @throws CheckpointException if it has a module that the registry does not know
   */
  public static void save(Path path, Module model, ModuleRegistry registry) {
    String description = registry.describe(model);
    try (StateDict state = model.stateDict()) {
      SafetensorsWriter.save(path, state.tensors(), Map.of(KEY, description));
    }
  }

  /**
   * Makes the model of a file and loads its weights, in the type they have there. The caller closes
   * it.
   *
   * @param type what the model must be
   * @throws CheckpointException if the file holds no model, one with a module that the registry
   *     does not know, or another type
   */
  public static <M extends Module> M load(Path path, Class<M> type, ModuleRegistry registry) {
    try (SafetensorsFile file = SafetensorsFile.open(path);
        StateDict state = new StateDict()) {
      String description = file.metadata().get(KEY);
      if (description == null) {
        throw CheckpointException.because(
            path
                + ": it has weights alone; build the model and load them with loadStateDict, or write"
                + " it with ModelFile.save");
      }
      file.entries().forEach(entry -> state.put(entry.name(), file.read(entry.name())));
      Module made = registry.make(path.toString(), description);
      boolean done = false;
      try {
        if (!type.isInstance(made)) {
          throw CheckpointException.because(
              path + ": it holds a " + made.getClass().getName() + ", expected " + type.getName());
        }
        List<DType> types =
            file.entries().stream()
                .map(SafetensorsEntry::dtype)
                .filter(DType::isFloating)
                .distinct()
                .toList();
        if (types.size() == 1) {
          made.to(types.get(0));
        }
        made.loadStateDict(state);
        done = true;
        return type.cast(made);
      } finally {
        if (!done) {
          made.close();
        }
      }
    }
  }
}
