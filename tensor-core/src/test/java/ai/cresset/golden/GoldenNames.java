package ai.cresset.golden;

import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * PyTorch's names of a case's state as ours. They are the same, except for models that PyTorch does
 * not have: whoever wrote the case named the parts, so states are paired in their order.
 */
final class GoldenNames {
  private static final List<String> LEAVES =
      List.of("weight", "bias", "running_mean", "running_var", "num_batches_tracked");

  private GoldenNames() {}

  /** Our name by PyTorch's. */
  static Map<String, String> of(Map<String, Tensor> given, Map<String, Tensor> ours) {
    Map<String, String> names = new LinkedHashMap<>();
    given.keySet().forEach(name -> names.put(name, name));
    if (given.keySet().equals(ours.keySet()) || given.size() != ours.size()) {
      return names;
    }
    Iterator<String> own = ours.keySet().iterator();
    for (String name : ordered(given)) {
      names.put(name, own.next());
    }
    return names;
  }

  /** Parts with convolutions first, numbers by size, then parameters before buffers. */
  private static List<String> ordered(Map<String, Tensor> given) {
    Set<String> convolutional = new TreeSet<>();
    given.forEach(
        (name, tensor) -> {
          if (tensor.rank() == 4) {
            convolutional.add(part(name));
          }
        });
    List<String> names = new ArrayList<>(given.keySet());
    names.sort(
        Comparator.comparing(
                (String name) -> !number(part(name)) && !convolutional.contains(part(name)))
            .thenComparing(GoldenNames::padded));
    return names;
  }

  private static String part(String name) {
    return name.substring(0, Math.max(0, name.indexOf('.')));
  }

  private static boolean number(String text) {
    return !text.isEmpty() && text.chars().allMatch(Character::isDigit);
  }

  /** A text that sorts as the name does. */
  private static String padded(String name) {
    StringBuilder text = new StringBuilder();
    for (String step : List.of(name.split("\\.", -1))) {
      int leaf = LEAVES.indexOf(step);
      String shown = leaf >= 0 ? Integer.toString(leaf) : step;
      text.append(
          number(shown) ? String.format(Locale.ROOT, "%06d", Integer.parseInt(shown)) : shown);
      text.append('.');
    }
    return text.toString();
  }
}
