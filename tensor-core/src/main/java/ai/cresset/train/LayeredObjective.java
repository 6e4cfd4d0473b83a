package ai.cresset.train;

import ai.cresset.data.Batch;
import ai.cresset.nn.Layered;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The objective of a model that is a sequence of pieces: what goes into the first, and the loss of
 * what comes out of the last. Whoever has only some of the pieces can work on it too.
 */
public interface LayeredObjective extends Objective {
  /**
   * The objective of a model that takes the inputs of a batch.
   *
   * @param loss of what the model makes of them
   */
  static LayeredObjective of(Layered model, BiFunction<Tensor, Batch, Loss> loss) {
    return new LayeredObjective() {
      @Override
      public Layered model() {
        return model;
      }

      @Override
      public Tensor input(Batch batch) {
        return batch.inputs();
      }

      @Override
      public Loss loss(Tensor output, Batch batch) {
        return loss.apply(output, batch);
      }
    };
  }

  /** The model. */
  Layered model();

  /** What the first piece takes. */
  Tensor input(Batch batch);

  /** The loss of what the last piece made. */
  Loss loss(Tensor output, Batch batch);

  /** Runs a part of the forward pass as this objective wants it, such as in lower precision. */
  default <T> T within(Supplier<T> part) {
    return part.get();
  }

  /**
   * All pieces one after the other, then the loss. Override it with the model's own call where
   * hooks on the whole model must run, such as those that bring parameters which are cut.
   */
  @Override
  default Loss loss(Batch batch) {
    return within(
        () -> {
          Tensor value = input(batch);
          for (Layered.Piece piece : model().pieces()) {
            value = piece.forward().apply(value);
          }
          return loss(value, batch);
        });
  }
}
