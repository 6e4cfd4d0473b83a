package ai.cresset.peer.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.transformer.IdEmbedding;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;

/**
 * Token ids {@code [batch, length]} to the sums of two embeddings {@code [batch, length, width]}.
 */
final class TokensAndPositions extends AbstractBlock {
  private final IdEmbedding tokens;
  private final IdEmbedding positions;
  private final int width;

  TokensAndPositions(int vocabulary, int context, int width) {
    this.width = width;
    tokens = addChildBlock("tokens", Workload.embedding(vocabulary, width));
    positions = addChildBlock("positions", Workload.embedding(context, width));
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      PairList<String, Object> options) {
    NDArray ids = inputs.singletonOrThrow();
    NDArray places = ids.getManager().arange(0, ids.getShape().get(1), 1, DataType.INT64);
    NDArray embedded = tokens.forward(parameters, inputs, training).singletonOrThrow();
    NDArray placed = positions.forward(parameters, new NDList(places), training).singletonOrThrow();
    return new NDList(embedded.add(placed));
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    tokens.initialize(manager, DataType.FLOAT32, shapes);
    positions.initialize(manager, DataType.FLOAT32, new Shape(shapes[0].get(1)));
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return new Shape[] {shapes[0].add(width)};
  }
}
