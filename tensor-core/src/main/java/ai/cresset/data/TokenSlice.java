package ai.cresset.data;

import ai.cresset.error.DataException;

/** A part of a stream, such as the nine tenths that are trained on. Closing it closes nothing. */
final class TokenSlice implements TokenStream {
  private final TokenStream whole;
  private final long begin;
  private final long end;

  TokenSlice(TokenStream whole, long begin, long end) {
    if (begin < 0 || begin > end || end > whole.length()) {
      throw DataException.because(
          "tokens " + begin + " to " + end + " of a stream of " + whole.length() + " tokens");
    }
    this.whole = whole;
    this.begin = begin;
    this.end = end;
  }

  @Override
  public long length() {
    return end - begin;
  }

  @Override
  public void read(long offset, long[] to, int start, int count) {
    if (offset < 0 || count < 0 || offset > length() - count) {
      throw DataException.because(
          count + " tokens at " + offset + " of a stream of " + length() + " tokens");
    }
    whole.read(begin + offset, to, start, count);
  }

  @Override
  public String fingerprint() {
    return new Fingerprint().add(whole.fingerprint()).add(begin + " to " + end).hex();
  }

  @Override
  public void close() {}
}
