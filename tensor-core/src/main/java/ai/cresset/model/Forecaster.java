package ai.cresset.model;

import ai.cresset.error.ShapeException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.Module;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.Placement;
import ai.cresset.nn.activation.Relu;
import ai.cresset.nn.container.Sequential;
import ai.cresset.nn.layer.Dropout;
import ai.cresset.nn.layer.Linear;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Forecasts all steps of a horizon at once from the past and from what is known ahead. An encoder
 * reads the past; two linear layers make the forecasts of its state and of the covariates of the
 * horizon. Values are taken relative to their mean or their last one (the idea of Kim et al.,
 * "Reversible instance normalization", 2022, without its scale), so that a trend leads to nothing
 * new; a linear shortcut (Lai et al., "LSTNet", 2018) leaves what is linear to a linear map.
 *
 * <p>Input the past {@code [batch, context, targets + covariates]} and the covariates of the
 * horizon {@code [batch, horizon, covariates]}; output {@code [batch, horizon, targets, outputs]}.
 * Children {@code encoder}, {@code head} and, where there is one, {@code shortcut}.
 */
public final class Forecaster extends Module {
  private static final int[] TIME = {1};

  private final ForecasterConfig config;
  private final Layer encoder;
  private final Sequential head;
  private final @Nullable Linear shortcut;

  public Forecaster(ForecasterConfig config) {
    this(config, Placement.DEFAULT);
  }

  public Forecaster(ForecasterConfig config, Placement placement) {
    this.config = config;
    encoder =
        child(
            "encoder",
            switch (config.encoder()) {
              case LSTM, GRU -> new RecurrentEncoder(config, placement);
              case TCN -> new TemporalConvolutions(config, placement);
              case TRANSFORMER -> new SeriesTransformer(config, placement);
            });
    long ahead = (long) config.horizon() * config.numCovariates();
    long outputs = (long) config.horizon() * config.numTargets() * config.numOutputs();
    head =
        child(
            "head",
            new Sequential(
                new Linear(config.width() + ahead, config.width(), true, placement),
                new Relu(),
                new Dropout(config.dropout()),
                new Linear(config.width(), outputs, true, placement)));
    long past = (long) config.context() * config.numFeatures();
    shortcut =
        config.shortcut()
            ? child("shortcut", new Linear(past + ahead, outputs, true, placement))
            : null;
  }

  public ForecasterConfig config() {
    return config;
  }

  /**
   * Runs the model; the result belongs to the caller's scope.
   *
   * @param past {@code [batch, context, targets + covariates]}, the targets first
   * @param ahead {@code [batch, horizon, covariates]}; null if there are no covariates
   * @return {@code [batch, horizon, targets, outputs]}
   */
  public Tensor call(Tensor past, @Nullable Tensor ahead) {
    return scoped(() -> forecast(past, ahead));
  }

  private Tensor forecast(Tensor past, @Nullable Tensor ahead) {
    long batch = past.size(0);
    check(past, ahead);
    Tensor values = past.narrow(2, 0, config.numTargets());
    Tensor anchor =
        switch (config.anchor()) {
          case NONE -> null;
          case LAST -> values.narrow(1, config.context() - 1L, 1);
          case MEAN -> values.mean(TIME, true);
        };
    Tensor read = anchor == null ? past : moved(past, values.sub(anchor));
    List<Tensor> known = new ArrayList<>(List.of(encoder.call(read)));
    List<Tensor> linear = new ArrayList<>(List.of(read.flatten(1, 2)));
    if (ahead != null) {
      known.add(ahead.flatten(1, 2));
      linear.add(ahead.flatten(1, 2));
    }
    Tensor said = head.call(joined(known));
    Tensor all = shortcut == null ? said : said.add(shortcut.call(joined(linear)));
    Tensor steps = all.reshape(batch, config.horizon(), config.numTargets(), config.numOutputs());
    return anchor == null ? steps : steps.add(anchor.unsqueeze(-1));
  }

  private void check(Tensor past, @Nullable Tensor ahead) {
    boolean fits =
        past.rank() == 3
            && past.size(1) == config.context()
            && past.size(2) == config.numFeatures();
    if (!fits) {
      throw ShapeException.mismatch(
          "Forecaster",
          "a past [batch, " + config.context() + ", " + config.numFeatures() + "]",
          past.shape());
    }
    boolean none = config.numCovariates() == 0;
    if (ahead == null ? !none : none || ahead.size(2) != config.numCovariates()) {
      throw ShapeException.mismatch(
          "Forecaster",
          none
              ? "no covariates"
              : "covariates [batch, " + config.horizon() + ", " + config.numCovariates() + "]",
          ahead == null ? "none" : ahead.shape());
    }
  }

  private Tensor moved(Tensor past, Tensor values) {
    return config.numCovariates() == 0
        ? values
        : Functional.cat(
            List.of(values, past.narrow(2, config.numTargets(), config.numCovariates())), 2);
  }

  private static Tensor joined(List<Tensor> parts) {
    return parts.size() == 1 ? parts.get(0) : Functional.cat(parts, 1);
  }

  @Override
  protected String settings() {
    return config.encoder().name().toLowerCase(Locale.ROOT)
        + ", context "
        + config.context()
        + ", horizon "
        + config.horizon();
  }

  @Override
  public void describe(ModuleDescription description) {
    description.options("config", config);
  }
}
