package ai.cresset.jobs.train;

import ai.cresset.amp.Autocast;
import ai.cresset.data.Batch;
import ai.cresset.nn.Layered;
import ai.cresset.tensor.Loss;
import ai.cresset.tensor.Tensor;
import ai.cresset.train.LayeredObjective;
import ai.cresset.train.Objective;
import ai.cresset.train.Player;
import ai.cresset.train.ScoredLoss;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.List;
import java.util.function.Supplier;

/**
 * An objective whose products and convolutions run in bfloat16, as {@code torch.autocast} has it;
 * weights, gradients and the optimizer's state stay as they are. bfloat16 has the range of float32,
 * so that losses need no scaling.
 *
 * @param objective what is computed
 * @param kind of the model's device
 */
record MixedPrecision(Objective objective, Device.Kind kind) implements Objective {
  /** An objective in lower precision, in pieces if it is so itself. */
  static Objective of(Objective objective, Device.Kind kind) {
    return objective instanceof LayeredObjective layered
        ? new InPieces(layered, kind)
        : new MixedPrecision(objective, kind);
  }

  /** The same of a model in pieces. */
  private record InPieces(LayeredObjective objective, Device.Kind kind)
      implements LayeredObjective {
    @Override
    public Layered model() {
      return objective.model();
    }

    @Override
    public Tensor input(Batch batch) {
      return objective.input(batch);
    }

    @Override
    public Loss loss(Tensor output, Batch batch) {
      return objective.loss(output, batch);
    }

    @Override
    public <T> T within(Supplier<T> part) {
      try (Autocast cast = Autocast.enable(kind, DType.BFLOAT16)) {
        return objective.within(part);
      }
    }

    @Override
    public Loss loss(Batch batch) {
      return within(() -> objective.loss(batch));
    }
  }

  @Override
  public Loss loss(Batch batch) {
    try (Autocast cast = Autocast.enable(kind, DType.BFLOAT16)) {
      return objective.loss(batch);
    }
  }

  @Override
  public ScoredLoss evaluate(Batch batch) {
    try (Autocast cast = Autocast.enable(kind, DType.BFLOAT16)) {
      return objective.evaluate(batch);
    }
  }

  @Override
  public List<Player> players() {
    return objective.players().stream()
        .map(
            each ->
                new Player(each.name(), each.part(), new MixedPrecision(each.objective(), kind)))
        .toList();
  }
}
