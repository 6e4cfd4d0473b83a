package ai.cresset.parallel.mesh;

import ai.cresset.parallel.comm.ProcessGroup;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The ranks of a job in their places, with a process group along each axis or several:
 *
 * <pre>{@code
 * DeviceMesh mesh = new DeviceMesh(ParallelDims.of(2, 2), world);
 * mesh.group(MeshAxis.SHARD)                  // the 2 ranks that share state with this one
 * mesh.group(MeshAxis.DATA, MeshAxis.SHARD)   // all 4, flattened
 * }</pre>
 *
 * <p>A group is connected when it is first asked for, so every rank asks for the same ones in the
 * same order. Closing closes these groups; the world stays the caller's. Confined to the rank's
 * thread.
 */
public final class DeviceMesh implements AutoCloseable {
  private final ParallelDims dims;
  private final ProcessGroup world;
  private final MeshCoordinates coordinates;
  private final Map<Set<MeshAxis>, ProcessGroup> groups = new LinkedHashMap<>();

  /**
   * A mesh over all ranks of a group.
   *
   * @throws ai.cresset.error.ConfigException if the axes do not make as many ranks
   */
  public DeviceMesh(ParallelDims dims, ProcessGroup world) {
    dims.checkWorldSize("the number of ranks", world.size());
    this.dims = dims;
    this.world = world;
    this.coordinates = dims.coordinates(world.rank());
  }

  public ParallelDims dims() {
    return dims;
  }

  /** All ranks. */
  public ProcessGroup world() {
    return world;
  }

  /** This rank in the world. */
  public int rank() {
    return world.rank();
  }

  /** Where this rank stands. */
  public MeshCoordinates coordinates() {
    return coordinates;
  }

  /** The ranks of {@link #group}, as ranks of the world, in ascending order. */
  public List<Integer> ranks(MeshAxis... axes) {
    return dims.ranksAlong(rank(), axes);
  }

  /** This rank and those that differ from it along these axes alone, in ascending order. */
  public ProcessGroup group(MeshAxis... axes) {
    Set<MeshAxis> key = EnumSet.noneOf(MeshAxis.class);
    key.addAll(Arrays.asList(axes));
    key.removeIf(axis -> dims.size(axis) == 1); // groups of the same ranks are one
    ProcessGroup known = groups.get(key);
    if (known != null) {
      return known;
    }
    List<Integer> members = ranks(key.toArray(MeshAxis[]::new));
    if (members.size() == world.size()) {
      return world;
    }
    ProcessGroup made = world.subgroup(members);
    groups.put(key, made);
    return made;
  }

  @Override
  public void close() {
    groups.values().forEach(ProcessGroup::close);
    groups.clear();
  }

  @Override
  public String toString() {
    return dims + ", rank " + rank();
  }
}
