package ai.cresset.parallel.checkpoint;

import ai.cresset.parallel.mesh.MeshAxis;
import ai.cresset.parallel.mesh.ParallelDims;
import ai.cresset.parallel.mesh.ShardLayout;
import ai.cresset.parallel.mesh.ShardSpec;
import ai.cresset.type.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * How a state is cut in a test.
 *
 * @param name for messages
 * @param model how weights are cut
 * @param optimizer how their states are cut
 */
record Layout(String name, ShardLayout model, ShardLayout optimizer) {
  /** Every rank holds everything. */
  static Layout copies(int ranks) {
    ShardLayout whole = ShardLayout.replicated(ParallelDims.of(ranks, 1), State.SHAPES);
    return new Layout(ranks + " copies", whole, whole);
  }

  /** ZeRO 1 and 2: weights are whole. */
  static Layout optimizerInRows(int ranks) {
    ParallelDims dims = ParallelDims.of(1, ranks);
    return new Layout(
        "optimizer over " + ranks,
        ShardLayout.replicated(dims, State.SHAPES),
        cut(dims, shape -> ShardSpec.rows(shape, MeshAxis.SHARD)));
  }

  /** ZeRO 3. */
  static Layout rows(int data, int shard) {
    ShardLayout rows =
        cut(ParallelDims.of(data, shard), shape -> ShardSpec.rows(shape, MeshAxis.SHARD));
    return new Layout("rows over " + data + " x " + shard, rows, rows);
  }

  /** Tensor parallelism inside of ZeRO 3. */
  static Layout grid(int shard, int tensor) {
    ShardLayout grid =
        cut(
            new ParallelDims(1, shard, tensor, 1, 1),
            shape ->
                shape.rank() == 0
                    ? ShardSpec.replicated(shape)
                    : ShardSpec.split(shape, -1, MeshAxis.TENSOR).andSplit(0, MeshAxis.SHARD));
    return new Layout("grid of " + shard + " x " + tensor, grid, grid);
  }

  private static ShardLayout cut(ParallelDims dims, Function<Shape, ShardSpec> how) {
    Map<String, ShardSpec> specs = new LinkedHashMap<>();
    State.SHAPES.forEach((name, shape) -> specs.put(name, how.apply(shape)));
    return new ShardLayout(dims, specs);
  }

  int ranks() {
    return model.dims().worldSize();
  }

  @Override
  public String toString() {
    return name;
  }
}
