package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.Placement;
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a recurrent layer knows after the last step: {@code [batch, length, features]} to {@code
 * [batch, width]}. Child {@code lstm} or {@code gru}.
 */
final class RecurrentEncoder extends Layer {
  private final @Nullable Lstm lstm;
  private final @Nullable Gru gru;

  RecurrentEncoder(ForecasterConfig config, Placement placement) {
    RecurrentOptions options =
        RecurrentOptions.DEFAULT
            .withNumLayers(config.numLayers())
            .withBatchFirst(true)
            .withDropout(config.numLayers() > 1 ? config.dropout() : 0);
    boolean isLstm = config.encoder() == ForecasterConfig.Encoder.LSTM;
    long features = config.numFeatures();
    long width = config.width();
    lstm = isLstm ? child("lstm", new Lstm(features, width, 0, options, placement)) : null;
    gru = isLstm ? null : child("gru", new Gru(features, width, options, placement));
  }

  @Override
  protected Tensor forward(Tensor steps) {
    Tensor states =
        lstm != null ? lstm.call(steps).output() : Objects.requireNonNull(gru).call(steps).output();
    return states.select(1, -1);
  }
}
