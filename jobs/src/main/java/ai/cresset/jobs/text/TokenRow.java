package ai.cresset.jobs.text;

/**
 * A row of the token DataFrames, as the bean that Spark's encoders ask for: {@code int[]} in a bean
 * is copied whole, in a {@code Row} it would be boxed element by element.
 */
public final class TokenRow implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private long offset;
  private long document;
  private int part;
  private String path = "";
  private int[] tokens = {};

  /** The position of the first token in the text of its split. */
  public long getOffset() {
    return offset;
  }

  public void setOffset(long offset) {
    this.offset = offset;
  }

  /** The document's number in canonical order, from 0, empty documents included. */
  public long getDocument() {
    return document;
  }

  public void setDocument(long document) {
    this.document = document;
  }

  /** Which piece of the document it is, from 0. */
  public int getPart() {
    return part;
  }

  public void setPart(int part) {
    this.part = part;
  }

  /** The document's name: its path below the recipe's, and {@code !entry} in an archive. */
  public String getPath() {
    return path;
  }

  public void setPath(String path) {
    this.path = path;
  }

  /** The tokens themselves. */
  public int[] getTokens() {
    return tokens;
  }

  public void setTokens(int[] tokens) {
    this.tokens = tokens;
  }
}
