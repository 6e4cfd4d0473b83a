package ai.cresset.nn;

import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a state fits a model.
 *
 * @param missing names the model has and the state has not
 * @param unexpected names the state has and the model has not
 * @param misshaped names in both whose shapes or kinds of element differ, each with both specs
 */
public record StateReport(List<String> missing, List<String> unexpected, List<String> misshaped) {
  public StateReport {
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    misshaped = List.copyOf(misshaped);
  }

  /** Whether names and shapes are the same. */
  public boolean isExact() {
    return missing.isEmpty() && unexpected.isEmpty() && misshaped.isEmpty();
  }

  static StateReport compare(Map<String, Tensor> model, Map<String, Tensor> state) {
    List<String> missing = new ArrayList<>();
    List<String> unexpected = new ArrayList<>(state.keySet());
    unexpected.removeAll(model.keySet());
    List<String> misshaped = new ArrayList<>();
    model.forEach(
        (name, own) -> {
          Tensor given = state.get(name);
          if (given == null) {
            missing.add(name);
          } else if (!given.shape().equals(own.shape())
              || given.dtype().category() != own.dtype().category()) {
            misshaped.add(name + " (expected " + own.spec() + ", got " + given.spec() + ")");
          }
        });
    return new StateReport(missing, unexpected, misshaped);
  }
}
