package ai.cresset.nn.layer;

import ai.cresset.error.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How a table of vectors is read.
 *
 * @param paddingIdx the row that stands for padding: it starts at 0, gets no gradient and does not
 *     count in bags; a negative number counts from the end, null for none
 * @param maxNorm rows that are read and have a larger norm are scaled down to it, in place; null
 *     for none
 * @param normType the p of that norm
 * @param scaleGradByFrequency whether a row's gradient is divided by how often the batch reads it
 */
public record EmbeddingOptions(
    @Nullable Long paddingIdx,
    @Nullable Double maxNorm,
    double normType,
    boolean scaleGradByFrequency) {
  /** None of it. */
  public static final EmbeddingOptions DEFAULT = new EmbeddingOptions(null, null, 2, false);

  public EmbeddingOptions {
    if (maxNorm != null && !(maxNorm >= 0)) {
      throw ConfigException.value("Embedding.maxNorm", maxNorm, "a number of at least 0");
    }
    if (!(normType > 0)) {
      throw ConfigException.value("Embedding.normType", normType, "a number greater than 0");
    }
  }

  public EmbeddingOptions withPaddingIdx(long row) {
    return new EmbeddingOptions(row, maxNorm, normType, scaleGradByFrequency);
  }

  public EmbeddingOptions withMaxNorm(double norm) {
    return new EmbeddingOptions(paddingIdx, norm, normType, scaleGradByFrequency);
  }

  public EmbeddingOptions withNormType(double p) {
    return new EmbeddingOptions(paddingIdx, maxNorm, p, scaleGradByFrequency);
  }

  public EmbeddingOptions withScaleGradByFrequency(boolean wanted) {
    return new EmbeddingOptions(paddingIdx, maxNorm, normType, wanted);
  }

  /** The padding row from 0, or -1 for none. */
  long paddingRow(long numEmbeddings) {
    if (paddingIdx == null) {
      return -1;
    }
    long row = paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    if (row < 0 || row >= numEmbeddings) {
      throw ConfigException.value(
          "Embedding.paddingIdx", paddingIdx, "a row of " + numEmbeddings + " embeddings");
    }
    return row;
  }
}
