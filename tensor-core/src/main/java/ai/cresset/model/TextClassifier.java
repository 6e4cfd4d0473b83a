package ai.cresset.model;

import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Embedding;
import ai.cresset.nn.layer.Linear;
import ai.cresset.nn.recurrent.Gru;
import ai.cresset.nn.recurrent.Lstm;
import ai.cresset.nn.recurrent.PackedSequence;
import ai.cresset.nn.recurrent.RecurrentOptions;
import ai.cresset.nn.recurrent.Sequences;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Classifies texts by what a recurrent layer knows after their last token; read from both ends, by
 * what it knows at either end, forward first.
 *
 * <p>Input int64 {@code [batch, length]}, padded behind the text; output {@code [batch, classes]}.
 * Children {@code embedding}, {@code lstm} or {@code gru}, {@code fc}. A text of padding alone is
 * read as one token of it.
 */
public final class TextClassifier extends Layer {
  private final TextClassifierConfig config;
  private final Embedding embedding;
  private final @Nullable Lstm lstm;
  private final @Nullable Gru gru;
  private final Dropout dropout;
  private final Linear fc;

  public TextClassifier(TextClassifierConfig config) {
    this(config, Placement.DEFAULT);
  }

  public TextClassifier(TextClassifierConfig config, Placement placement) {
    this.config = config;
    long features = config.embeddingSize();
    long hidden = config.hiddenSize();
    embedding =
        child(
            "embedding",
            new Embedding(config.vocabularySize(), features, config.paddingIndex(), placement));
    RecurrentOptions options =
        RecurrentOptions.DEFAULT
            .withNumLayers(config.numLayers())
            .withBatchFirst(true)
            .withBidirectional(config.bidirectional())
            .withDropout(config.numLayers() > 1 ? config.dropout() : 0);
    boolean isLstm = config.cell() == TextClassifierConfig.Cell.LSTM;
    lstm = isLstm ? child("lstm", new Lstm(features, hidden, 0, options, placement)) : null;
    gru = isLstm ? null : child("gru", new Gru(features, hidden, options, placement));
    long states = config.bidirectional() ? 2 * hidden : hidden;
    dropout = child("dropout", new Dropout(config.dropout()));
    fc = child("fc", new Linear(states, config.numClasses(), true, placement));
  }

  public TextClassifierConfig config() {
    return config;
  }

  @Override
  protected Tensor forward(Tensor tokens) {
    Tensor features = embedding.call(tokens);
    Tensor known =
        config.bidirectional()
            ? atBothEnds(features, tokens)
            : atLastToken(recur(features), tokens);
    return fc.call(dropout.call(known));
  }

  /** How many tokens come before the padding, at least one. */
  private Tensor lengths(Tensor tokens) {
    return tokens.ne(config.paddingIndex()).countNonzero(1).clampMin(1);
  }

  /** Packed, so that the way back begins at each text's own end. */
  private Tensor atBothEnds(Tensor features, Tensor tokens) {
    PackedSequence packed = Sequences.packPaddedSequence(features, lengths(tokens), true, false);
    Tensor ends =
        lstm != null
            ? lstm.call(packed).hidden()
            : Objects.requireNonNull(gru).call(packed).hidden();
    long last = ends.size(0) - 1;
    return Functional.cat(List.of(ends.select(0, last - 1), ends.select(0, last)), -1);
  }

  private Tensor recur(Tensor features) {
    if (lstm != null) {
      return lstm.call(features).output();
    }
    return Objects.requireNonNull(gru).call(features).output();
  }

  /** The state at the last token that is no padding: {@code [batch, hidden]}. */
  private Tensor atLastToken(Tensor states, Tensor tokens) {
    Tensor last = lengths(tokens).sub(1);
    Tensor places = last.reshape(-1, 1, 1).expand(states.size(0), 1, states.size(2));
    return states.gather(1, places).squeeze(1);
  }

  @Override
  protected String settings() {
    return config.cell().name().toLowerCase(Locale.ROOT)
        + ", vocabulary "
        + config.vocabularySize();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
