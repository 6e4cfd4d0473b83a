package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** One token for each byte of the UTF-8 text: any text can be written, in 256 tokens. */
public record ByteTokenizer() implements Tokenizer {
  private static final long serialVersionUID = 1L;

  @Override
  public int vocabularySize() {
    return 256;
  }

  @Override
  public int[] encode(String text) {
    ByteBuffer bytes = bytes(text);
    int[] tokens = new int[bytes.remaining()];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = bytes.get() & 0xff;
    }
    return tokens;
  }

  @Override
  public long count(String text) {
    return bytes(text).remaining();
  }

  /** The text of {@code tokens}; bytes that are no UTF-8 become U+FFFD. */
  @Override
  public String decode(int... tokens) {
    byte[] bytes = new byte[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] > 255) {
        throw DataException.because(
            "token " + tokens[i] + " at position " + i + " is no byte: expected 0 to 255");
      }
      bytes[i] = (byte) tokens[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ByteBuffer bytes(String text) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw DataException.because(
          "the text holds half of a surrogate pair, which UTF-8 cannot write", e);
    }
  }
}
