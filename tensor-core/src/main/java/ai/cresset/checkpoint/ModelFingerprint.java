package ai.cresset.checkpoint;

import ai.cresset.error.CheckpointException;
import ai.cresset.tensor.Spec;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which names, shapes and types a model has: what must be equal for a checkpoint to fit it. */
final class ModelFingerprint {
  private static final int SHOWN = 5;

  private ModelFingerprint() {}

  static String of(Map<String, Tensor> tensors) {
    Map<String, Spec> specs = new TreeMap<>();
    tensors.forEach((name, tensor) -> specs.put(name, tensor.spec()));
    return ofSpecs(specs);
  }

  static String ofSpecs(Map<String, Spec> tensors) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) ->
                text.append(name)
                    .append(' ')
                    .append(form(tensor.dtype(), tensor.shape()))
                    .append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    return DigestChannel.of(bytes, 0, bytes.length);
  }

  private static String form(DType dtype, Shape shape) {
    return dtype.toString() + shape;
  }

  /**
   * Refuses a file that does not fit.
   *
   * @param what the model or optimizer, for the message
   * @throws CheckpointException naming the first differences
   */
  static void check(StoredTensors file, Map<String, Tensor> expected, String what) {
    Map<String, String> wanted = new TreeMap<>();
    expected.forEach((name, tensor) -> wanted.put(name, form(tensor.dtype(), tensor.shape())));
    Map<String, String> stored = new TreeMap<>();
    file.tensors()
        .forEach((name, tensor) -> stored.put(name, form(tensor.dtype(), tensor.shape())));
    List<String> differences = new ArrayList<>();
    wanted.forEach((name, form) -> compare(name, form, stored.get(name), differences));
    stored.forEach(
        (name, form) -> {
          if (!wanted.containsKey(name)) {
            differences.add(name + ": only in the checkpoint (" + form + ")");
          }
        });
    if (!differences.isEmpty()) {
      int more = differences.size() - SHOWN;
      throw CheckpointException.because(
          file
              + " does not fit the "
              + what
              + "\n  "
              + String.join("\n  ", differences.subList(0, Math.min(SHOWN, differences.size())))
              + (more > 0 ? "\n  and " + more + " more" : "")
              + "\n  nothing was loaded; use the configuration that the checkpoint was made with, or"
              + " an empty checkpoint directory");
    }
  }

  private static void compare(
      String name, String wanted, @Nullable String stored, List<String> differences) {
    if (stored == null) {
      differences.add(name + ": only in the model (" + wanted + ")");
    } else if (!stored.equals(wanted)) {
      differences.add(name + ": " + wanted + " in the model, " + stored + " in the checkpoint");
    }
  }
}
