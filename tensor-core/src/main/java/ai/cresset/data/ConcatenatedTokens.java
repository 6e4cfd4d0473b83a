package ai.cresset.data;

import ai.cresset.error.DataException;
import java.util.Arrays;
import java.util.List;

/** Streams one after another, as one. They are closed with it. */
public final class ConcatenatedTokens implements TokenStream {
  private final List<TokenStream> parts;
  private final long[] starts;

  public ConcatenatedTokens(List<? extends TokenStream> parts) {
    this.parts = List.copyOf(parts);
    this.starts = new long[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      starts[i + 1] = starts[i] + parts.get(i).length();
    }
  }

  @Override
  public long length() {
    return starts[parts.size()];
  }

  @Override
  public void read(long offset, long[] to, int start, int count) {
    if (offset < 0 || count < 0 || offset > length() - count) {
      throw DataException.because(
          count + " tokens at " + offset + " of a stream of " + length() + " tokens");
    }
    int found = Arrays.binarySearch(starts, offset);
    int part = found < 0 ? -found - 2 : found;
    int done = 0;
    while (done < count) {
      long within = offset + done - starts[part];
      int here = (int) Math.min(count - done, parts.get(part).length() - within);
      if (here > 0) {
        parts.get(part).read(within, to, start + done, here);
        done += here;
      }
      part++;
    }
  }

  @Override
  public String fingerprint() {
    Fingerprint digest = new Fingerprint();
    for (TokenStream part : parts) {
      digest.add(part.length() + " " + part.fingerprint());
    }
    return digest.hex();
  }

  @Override
  public void close() {
    parts.forEach(TokenStream::close);
  }
}
