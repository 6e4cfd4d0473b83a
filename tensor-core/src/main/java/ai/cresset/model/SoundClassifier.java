package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.tensor.Tensor;

/**
 * Classifies sounds by the mean of what gated recurrent units know at each window of a spectrogram.
 *
 * <p>Input {@code [batch, 1, bands, windows]}, output {@code [batch, classes]}. Children {@code
 * gru}, {@code dropout}, {@code fc}.
 */
public final class SoundClassifier extends Layer {
  private static final int[] TIME = {1};

  private final SoundClassifierConfig config;
  private final Gru gru;
  private final Dropout dropout;
  private final Linear fc;

  public SoundClassifier(SoundClassifierConfig config) {
    this(config, Placement.DEFAULT);
  }

  public SoundClassifier(SoundClassifierConfig config, Placement placement) {
    this.config = config;
    RecurrentOptions options =
        RecurrentOptions.DEFAULT
            .withNumLayers(config.numLayers())
            .withBatchFirst(true)
            .withBidirectional(config.bidirectional())
            .withDropout(config.numLayers() > 1 ? config.dropout() : 0);
    gru = child("gru", new Gru(config.bands(), config.hiddenSize(), options, placement));
    dropout = child("dropout", new Dropout(config.dropout()));
    long states = config.bidirectional() ? 2 * config.hiddenSize() : config.hiddenSize();
    fc = child("fc", new Linear(states, config.numClasses(), true, placement));
  }

  public SoundClassifierConfig config() {
    return config;
  }

  @Override
  protected Tensor forward(Tensor pictures) {
    Tensor windows = pictures.squeeze(1).transpose(1, 2);
    Tensor known = gru.call(windows).output().mean(TIME, false);
    return fc.call(dropout.call(known));
  }

  @Override
  protected String settings() {
    return "bands " + config.bands() + ", classes " + config.numClasses();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
