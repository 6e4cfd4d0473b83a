package ai.cresset.golden;

import ai.cresset.error.CressetException;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.autograd.Autograd;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Runs the cases of {@code ops.json} of a folder and compares with what PyTorch computed. */
public final class GoldenRunner implements GoldenCases {
  /**
   * Operations of which each result and gradient is a sum of products over a whole dimension. Their
   * float32 rounding grows with its size and depends on the order of the sum.
   */
  private static final Set<String> SUMS_OF_MANY =
      Set.of(
          "F.conv1d",
          "F.conv2d",
          "F.conv3d",
          "F.conv_transpose1d",
          "F.conv_transpose2d",
          "F.linear",
          "F.scaled_dot_product_attention",
          "Tensor.t.matmul",
          "torch.einsum",
          "torch.matmul");

  private final JsonNode cases;
  private final GoldenTensors file;

  /** Opens {@code ops.json} and {@code ops.safetensors} of a folder. */
  public GoldenRunner(Path folder) throws IOException {
    this(folder, "ops.json", Device.CPU);
  }

  /** Opens another list of cases over the tensors of {@code ops.safetensors}, for a device. */
  GoldenRunner(Path folder, String list, Device device) throws IOException {
    cases = new ObjectMapper().readTree(Files.readString(folder.resolve(list))).get("cases");
    file = GoldenTensors.open(folder.resolve("ops.safetensors"), device);
  }

  /** Whether the operation of a case has a counterpart here. */
  public static boolean knows(JsonNode each) {
    return GoldenOperations.ALL.containsKey(each.get("op").asText());
  }

  @Override
  public List<JsonNode> cases() {
    List<JsonNode> all = new ArrayList<>();
    cases.forEach(all::add);
    return all;
  }

  @Override
  public boolean hasElements(JsonNode each) {
    for (JsonNode output : each.get("outputs")) {
      if (file.file().entry(output.asText()).shape().numel() > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public @Nullable String failure(JsonNode each) {
    GoldenOperations.Operation operation = GoldenOperations.ALL.get(each.get("op").asText());
    if (operation == null) {
      return "unknown operation " + each.get("op").asText();
    }
    try (Scope scope = Scope.open(each.get("name").asText())) {
      return check(each, operation);
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  /**
   * What an operation gives for a case that PyTorch refuses, or null for a refusal that is ours.
   */
  @Nullable String acceptance(JsonNode each) {
    GoldenOperations.Operation operation =
        Objects.requireNonNull(GoldenOperations.ALL.get(each.get("op").asText()));
    try (Scope scope = Scope.open(each.get("name").asText())) {
      return operation.apply(new GoldenArguments(each, file)).toString();
    } catch (CressetException e) {
      return null;
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  private @Nullable String check(JsonNode each, GoldenOperations.Operation operation) {
    GoldenArguments arguments = new GoldenArguments(each, file);
    List<Tensor> outputs = operation.apply(arguments);
    if (!arguments.unread().isEmpty()) {
      return "does not know " + arguments.unread();
    }
    JsonNode expected = each.get("outputs");
    if (outputs.size() != expected.size()) {
      return outputs.size() + " outputs instead of " + expected.size();
    }
    List<Tensor> roots = new ArrayList<>();
    List<Tensor> cotangents = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      String wrong =
          compare(
              "output " + i,
              file.expected(expected.get(i).asText()),
              outputs.get(i),
              isSumOfMany(each));
      if (wrong != null) {
        return wrong;
      }
      JsonNode cotangent = each.path("cotangents").path(i);
      if (cotangent.isTextual()) {
        roots.add(outputs.get(i));
        cotangents.add(file.input(cotangent.asText()));
      }
    }
    String changed = changes(each, arguments);
    if (changed != null) {
      return changed;
    }
    return roots.isEmpty() ? null : gradients(each, arguments, roots, cotangents);
  }

  /**
   * Arguments that were to change in place, by position. Where a fixture holds the changed value as
   * the input too, what it was before is not known: then it only has to have changed once more.
   */
  private @Nullable String changes(JsonNode each, GoldenArguments arguments) {
    for (Map.Entry<String, JsonNode> next : each.path("after").properties()) {
      Tensor changed = arguments.leaf(Integer.parseInt(next.getKey()));
      String what = "argument " + next.getKey() + " after the call";
      JsonNode argument = each.get("args").get(Integer.parseInt(next.getKey()));
      Tensor before = file.expected(argument.get("tensor").asText());
      Tensor after = file.expected(next.getValue().asText());
      if (changed == null) {
        return what + " is missing";
      }
      boolean unknown = compare(what, after, before) == null;
      String wrong = compare(what, after, changed);
      if (unknown && wrong == null) {
        return what + " is what it was before";
      }
      if (!unknown && wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static boolean isSumOfMany(JsonNode each) {
    return SUMS_OF_MANY.contains(each.get("op").asText());
  }

  private @Nullable String gradients(
      JsonNode each, GoldenArguments arguments, List<Tensor> roots, List<Tensor> cotangents) {
    Map<String, Tensor> leaves = new TreeMap<>(arguments.leaves());
    leaves.values().removeIf(leaf -> !leaf.requiresGrad());
    boolean twice = each.get("flags").path("double").asBoolean();
    List<Tensor> inputs = new ArrayList<>(leaves.values());
    List<@Nullable Tensor> found = Autograd.gradOrNull(roots, inputs, cotangents, twice, twice);
    if (twice) {
      Tensor squares = null;
      for (Tensor gradient : found) {
        if (gradient != null) {
          Tensor sum = gradient.square().sum();
          squares = squares == null ? sum : squares.add(sum);
        }
      }
      if (squares == null) {
        return "no first gradients";
      }
      found =
          Autograd.gradOrNull(
              List.of(squares), inputs, List.of(Tensor.ones(squares.spec())), false, false);
    }
    Iterator<@Nullable Tensor> next = found.iterator();
    for (String key : leaves.keySet()) {
      Tensor gradient = next.next();
      JsonNode expected = each.get("grads").path(key);
      if (expected.isTextual()) {
        String what = "gradient of " + key;
        Tensor wanted = file.expected(expected.asText());
        // A missing gradient is 0.
        Tensor got = gradient == null ? Tensor.zeros(wanted.spec()) : gradient;
        String wrong = compare(what, wanted, got, isSumOfMany(each));
        if (wrong != null) {
          return wrong;
        }
      }
    }
    return null;
  }

  static @Nullable String compare(String what, Tensor expected, Tensor got) {
    return compare(what, expected, got, false);
  }

  /** Null if the results are the same within the tolerance of their type. */
  static @Nullable String compare(
      String what, Tensor expected, Tensor computed, boolean sumsOfMany) {
    Tensor got = computed.to(Device.CPU);
    if (!expected.spec().equals(got.spec())) {
      return what + ": expected " + expected.spec() + ", got " + got.spec();
    }
    double[] wanted = expected.toDoubleArray();
    double[] values = got.toDoubleArray();
    for (int i = 0; i < wanted.length; i++) {
      boolean same =
          Double.compare(wanted[i], values[i]) == 0
              || Math.abs(wanted[i] - values[i])
                  <= tolerance(expected.dtype(), wanted[i], sumsOfMany);
      if (!same) {
        return what + " at " + i + ": expected " + wanted[i] + ", got " + values[i];
      }
    }
    return null;
  }

  private static double tolerance(DType type, double value, boolean sumsOfMany) {
    double size = Math.abs(value);
    return switch (type) {
      case FLOAT64 -> 1e-10 * Math.max(size, 1e-2);
      case FLOAT32 -> (sumsOfMany ? 10 : 1) * (1e-5 * size + 1e-6);
      case FLOAT16 -> 1e-3 * size + 1e-7;
      case BFLOAT16 -> 8e-3 * size + 1e-7;
      default -> 0;
    };
  }

  @Override
  public void close() {
    file.close();
  }
}
