package ai.cresset.data;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import ai.cresset.tensor.Tensor;
import ai.cresset.tensor.op.CrossEntropy;
import java.util.Arrays;

/**
 * Windows of a token stream for next-token prediction: {@code inputs} {@code [batch, length]} and
 * {@code targets} {@code [batch, length]}, both int64, the targets one token further on.
 *
 * <p>{@link #atEveryOffset} has a window for each offset where a whole one fits, to draw from at
 * random; {@link #consecutive} cuts the stream so that every token but the first is predicted
 * exactly once. Its last window may be shorter: it is filled up with token 0 and targets {@link
 * #IGNORE_INDEX}, which a causal model never lets the real ones see.
 */
public final class TokenWindows implements Dataset {
  /** The target that losses leave out. */
  public static final long IGNORE_INDEX = CrossEntropy.IGNORE_INDEX;

  private final TokenStream tokens;
  private final int length;
  private final long stride;
  private final long size;

  private TokenWindows(TokenStream tokens, int length, long stride, long size) {
    this.tokens = tokens;
    this.length = length;
    this.stride = stride;
    this.size = size;
  }

  /** Window {@code i} starts at token {@code i}. The stream is closed with the result. */
  public static TokenWindows atEveryOffset(TokenStream tokens, int length) {
    check(tokens, length);
    if (tokens.length() <= length) {
      throw DataException.because(
          "windows of "
              + length
              + " tokens and the one to predict need "
              + (length + 1L)
              + " tokens, the text has "
              + tokens.length()
              + "; use more text or a shorter context");
    }
    return new TokenWindows(tokens, length, 1, tokens.length() - length);
  }

  /** Window {@code i} starts at token {@code i * length}. The stream is closed with the result. */
  public static TokenWindows consecutive(TokenStream tokens, int length) {
    check(tokens, length);
    return new TokenWindows(tokens, length, length, (tokens.length() - 1 + length - 1) / length);
  }

  private static void check(TokenStream tokens, int length) {
    if (length < 1) {
      throw ConfigException.value("window length", length, "at least 1");
    }
    if (tokens.length() < 2) {
      throw DataException.because(
          "next-token prediction needs at least 2 tokens, the text has "
              + tokens.length()
              + "; use more text");
    }
  }

  @Override
  public long size() {
    return size;
  }

  /** Tokens of a window. */
  public int length() {
    return length;
  }

  /** Tokens that one pass over all windows predicts. */
  public long numTargets() {
    return stride == 1 ? size * length : tokens.length() - 1;
  }

  @Override
  public Batch gather(long[] samples) {
    long[] window = new long[length + 1];
    long[] inputs = new long[samples.length * length];
    long[] targets = new long[samples.length * length];
    Arrays.fill(targets, IGNORE_INDEX);
    for (int i = 0; i < samples.length; i++) {
      if (samples[i] < 0 || samples[i] >= size) {
        throw DataException.because(
            "window " + samples[i] + " of a data set of " + size + " windows");
      }
      long offset = samples[i] * stride;
      int predicted = (int) Math.min(length, tokens.length() - 1 - offset);
      tokens.read(offset, window, 0, predicted + 1);
      System.arraycopy(window, 0, inputs, i * length, predicted);
      System.arraycopy(window, 1, targets, i * length, predicted);
    }
    return Batch.of(
        Tensor.of(inputs, samples.length, length), Tensor.of(targets, samples.length, length));
  }

  @Override
  public String fingerprint() {
    return new Fingerprint()
        .add(tokens.fingerprint())
        .add("windows of " + length + " every " + stride)
        .hex();
  }

  @Override
  public void close() {
    tokens.close();
  }
}
