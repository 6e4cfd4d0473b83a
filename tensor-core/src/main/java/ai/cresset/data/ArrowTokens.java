package ai.cresset.data;

import ai.cresset.data.arrow.ColumnSlice;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.data.arrow.PartReader;
import java.util.ArrayList;
import java.util.List;

/** The tokens of a column of a stored data set, row after row, read where they are mapped. */
public final class ArrowTokens implements TokenStream {
  private final DatasetReader reader;
  private final ConcatenatedTokens tokens;
  private final String fingerprint;

  private ArrowTokens(DatasetReader reader, ConcatenatedTokens tokens, String fingerprint) {
    this.reader = reader;
    this.tokens = tokens;
    this.fingerprint = fingerprint;
  }

  /**
   * A stream over a column of uint8, int16 (read as unsigned) or int32, of any number of elements a
   * row. The reader is closed with the result.
   */
  public static ArrowTokens open(DatasetReader reader, String column) {
    int index = reader.schema().indexOf(column);
    TokenType type = TokenType.of(reader.schema().columns().get(index).type().dtype());
    List<StoredTokens> blocks = new ArrayList<>();
    for (int i = 0; i < reader.manifest().parts().size(); i++) {
      PartReader part = reader.part(i);
      for (int batch = 0; batch < part.batchCount(); batch++) {
        ColumnSlice rows = part.batch(batch).column(index);
        if (rows.rows() > 0) {
          blocks.add(block(rows, type));
        }
      }
    }
    String fingerprint = new Fingerprint().add(reader.manifest().fingerprint()).add(column).hex();
    return new ArrowTokens(reader, new ConcatenatedTokens(blocks), fingerprint);
  }

  private static StoredTokens block(ColumnSlice rows, TokenType type) {
    int last = rows.rows() - 1;
    long begin = rows.address(0);
    long length = (rows.address(last) - begin) / type.bytes() + rows.length(last);
    return StoredTokens.over(
        rows.values(), begin - rows.values().address(), type, length, "part of a data set");
  }

  @Override
  public long length() {
    return tokens.length();
  }

  @Override
  public void read(long offset, long[] to, int start, int count) {
    tokens.read(offset, to, start, count);
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    tokens.close();
    reader.close();
  }
}
