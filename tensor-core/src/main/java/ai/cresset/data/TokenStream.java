package ai.cresset.data;

/** A sequence of tokens, read from any place. Safe for use by several threads until closed. */
public interface TokenStream extends AutoCloseable {
  /** How many tokens there are. */
  long length();

  /** Reads {@code count} tokens from {@code offset} on into {@code to}, from {@code start} on. */
  void read(long offset, long[] to, int start, int count);

  /** The tokens from {@code begin} up to {@code end}, as long as this stream is open. */
  default TokenStream slice(long begin, long end) {
    return new TokenSlice(this, begin, end);
  }

  /** Equal fingerprints mean equal tokens. */
  String fingerprint();

  /** Releases files and memory. */
  @Override
  void close();
}
