package ai.cresset.peer.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block of a GPT with normalisation in front, {@code [batch, length, width]} to the same. DJL has
 * no causal attention of its own, so this is products, a mask and a softmax.
 */
final class TransformerBlock extends AbstractBlock {
  private final int heads;
  private final long context;
  private final LayerNorm firstNorm;
  private final LayerNorm secondNorm;
  private final Linear attention;
  private final Linear projection;
  private final Linear wider;
  private final Linear narrower;
  private final Block gelu = Activation.geluBlock();
  private @Nullable NDArray later;

  TransformerBlock(int width, int heads, long context) {
    this.heads = heads;
    this.context = context;
    firstNorm = addChildBlock("first_norm", LayerNorm.builder().axis(2).build());
    secondNorm = addChildBlock("second_norm", LayerNorm.builder().axis(2).build());
    attention = addChildBlock("attention", Linear.builder().setUnits(3L * width).build());
    projection = addChildBlock("projection", Linear.builder().setUnits(width).build());
    wider = addChildBlock("wider", Linear.builder().setUnits(4L * width).build());
    narrower = addChildBlock("narrower", Linear.builder().setUnits(width).build());
  }

  @Override
  protected NDList forwardInternal(
      ParameterStore parameters,
      NDList inputs,
      boolean training,
      PairList<String, Object> options) {
    NDArray x = inputs.singletonOrThrow();
    NDArray mixed =
        attend(call(attention, parameters, call(firstNorm, parameters, x, training), training));
    x = x.add(call(projection, parameters, mixed, training));
    NDArray inner = call(wider, parameters, call(secondNorm, parameters, x, training), training);
    NDArray active = call(gelu, parameters, inner, training);
    return new NDList(x.add(call(narrower, parameters, active, training)));
  }

  private static NDArray call(
      Block block, ParameterStore parameters, NDArray input, boolean training) {
    return block.forward(parameters, new NDList(input), training).singletonOrThrow();
  }

  private NDArray attend(NDArray joined) {
    Shape shape = joined.getShape();
    long width = shape.get(2) / 3;
    NDList parts = joined.split(3, 2);
    NDArray query = byHeads(parts.get(0));
    NDArray key = byHeads(parts.get(1));
    NDArray value = byHeads(parts.get(2));
    NDArray scores =
        query
            .matMul(key.transpose(0, 1, 3, 2))
            .mul(1 / Math.sqrt((double) width / heads))
            .add(Objects.requireNonNull(later, "initialized"));
    return scores
        .softmax(-1)
        .matMul(value)
        .transpose(0, 2, 1, 3)
        .reshape(shape.get(0), shape.get(1), width);
  }

  private NDArray byHeads(NDArray part) {
    Shape shape = part.getShape();
    return part.reshape(shape.get(0), shape.get(1), heads, shape.get(2) / heads)
        .transpose(0, 2, 1, 3);
  }

  @Override
  protected void initializeChildBlocks(NDManager manager, DataType type, Shape... shapes) {
    Shape shape = shapes[0];
    Shape wide = new Shape(shape.get(0), shape.get(1), 4 * shape.get(2));
    firstNorm.initialize(manager, type, shape);
    secondNorm.initialize(manager, type, shape);
    attention.initialize(manager, type, shape);
    projection.initialize(manager, type, shape);
    wider.initialize(manager, type, shape);
    narrower.initialize(manager, type, wide);
    NDArray places = manager.arange(0, context, 1, DataType.INT64);
    NDArray ahead = places.reshape(1, context).gt(places.reshape(context, 1));
    later = ahead.toType(DataType.FLOAT32, false).mul(-1e9f).reshape(1, 1, context, context);
  }

  @Override
  public Shape[] getOutputShapes(Shape[] shapes) {
    return shapes;
  }
}
