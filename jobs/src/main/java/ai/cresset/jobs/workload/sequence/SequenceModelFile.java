package ai.cresset.jobs.workload.sequence;

import ai.cresset.jobs.recipe.RecipeKind;
import ai.cresset.jobs.recipe.SequenceModelSettings;
import ai.cresset.jobs.workload.ModelFile;
import ai.cresset.model.SequenceToSequence;
import ai.cresset.model.SequenceToSequenceConfig;
import ai.cresset.model.TextClassifier;
import ai.cresset.model.TextClassifierConfig;
import ai.cresset.model.TextClassifierConfig.Cell;
import ai.cresset.model.TextTransformer;
import ai.cresset.model.TextTransformerConfig;
import ai.cresset.nn.Module;
import ai.cresset.nn.Placement;
import ai.cresset.type.Device;
import com.fasterxml.jackson.annotation.JsonTypeName;

/**
 * A model of texts.
 *
 * @param sourceVocabulary numbers of tokens that are read
 * @param targetVocabulary numbers of tokens that are written; 0 for a classifier
 * @param classes how many there are; 0 for a model that writes
 * @param length tokens of the longest text, with beginning and end where it is written
 * @param settings the recipe's section {@code model}
 */
@JsonTypeName("sequence")
public record SequenceModelFile(
    int sourceVocabulary,
    int targetVocabulary,
    int classes,
    int length,
    SequenceModelSettings settings)
    implements ModelFile {
  private static final int FEED_FORWARD = 4;

  @Override
  public RecipeKind recipe() {
    return RecipeKind.SEQUENCE;
  }

  @Override
  public Module build(Device device) {
    Placement placement = new Placement(settings.dtype().dtype(), device);
    int width = settings.width();
    int layers = settings.layers();
    if (classes == 0) {
      return new SequenceToSequence(
          new SequenceToSequenceConfig(
              sourceVocabulary,
              targetVocabulary,
              width,
              settings.heads(),
              layers,
              layers,
              (long) FEED_FORWARD * width,
              settings.dropout(),
              length,
              0),
          placement);
    }
    return switch (settings.kind()) {
      case LSTM, GRU -> new TextClassifier(recurrent(), placement);
      case TRANSFORMER ->
          new TextTransformer(
              new TextTransformerConfig(
                  sourceVocabulary,
                  classes,
                  width,
                  settings.heads(),
                  layers,
                  settings.dropout(),
                  length,
                  0),
              placement);
    };
  }

  private TextClassifierConfig recurrent() {
    boolean lstm = settings.kind() == SequenceModelSettings.Kind.LSTM;
    return TextClassifierConfig.of(lstm ? Cell.LSTM : Cell.GRU, sourceVocabulary, classes)
        .withSizes(settings.width(), settings.width(), settings.layers())
        .withDropout(settings.dropout())
        .withBidirectional(settings.bidirectional());
  }
}
