package ai.cresset.parallel.mesh;

import ai.cresset.error.ConfigException;
import ai.cresset.type.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the tensors of a module, or the state of its optimizer, are cut over a mesh. A value: it can
 * be made, compared and computed with for any mesh.
 *
 * @param dims the mesh
 * @param specs by dotted name, in the module's order
 */
public record ShardLayout(ParallelDims dims, Map<String, ShardSpec> specs) {
  public ShardLayout {
    specs = Collections.unmodifiableMap(new LinkedHashMap<>(specs));
  }

  /** Every tensor whole on every rank. */
  public static ShardLayout replicated(ParallelDims dims, Map<String, Shape> shapes) {
    Map<String, ShardSpec> specs = new LinkedHashMap<>();
    shapes.forEach((name, shape) -> specs.put(name, ShardSpec.replicated(shape)));
    return new ShardLayout(dims, specs);
  }

  /**
   * How a tensor is cut.
   *
   * @throws ConfigException if there is no tensor of this name
   */
  public ShardSpec spec(String name) {
    ShardSpec found = specs.get(name);
    if (found == null) {
      throw ConfigException.because(
          "the layout has no tensor '" + name + "'; it has " + specs.keySet());
    }
    return found;
  }

  /** The part of a tensor that a rank holds. */
  public Box box(String name, int rank) {
    return spec(name).box(dims, rank);
  }

  /** Whether a rank is the one that writes the part of a tensor that it holds. */
  public boolean writes(String name, int rank) {
    return spec(name).writes(dims, dims.coordinates(rank));
  }

  /** Elements of all parts that a rank holds. */
  public long numel(int rank) {
    return specs.values().stream().mapToLong(spec -> spec.local(dims, rank).numel()).sum();
  }
}
