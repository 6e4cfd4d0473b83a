package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a stream of UTF-8 piece by piece, strictly. Every document has at least one piece, though
 * it may be empty; no piece ends inside a character. Closes the stream at its end.
 */
final class Utf8Pieces implements Iterator<TextRecord> {
  /** Characters of a piece: 2 MiB of text. */
  static final int PIECE_CHARACTERS = 1 << 20;

  private final String name;
  private final int file;
  private final String entry;
  private final InputStream stream;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).limit(0);
  private final CharBuffer characters;

  private long bytesBefore;
  private boolean streamEnded;
  private boolean ended;
  private int part;
  private @Nullable String ahead;

  Utf8Pieces(String name, int file, String entry, InputStream stream, int pieceCharacters) {
    this.name = name;
    this.file = file;
    this.entry = entry;
    this.stream = stream;
    this.characters = CharBuffer.allocate(pieceCharacters);
  }

  @Override
  public boolean hasNext() {
    if (ahead == null && !ended) {
      ahead = decode();
      if (ahead.isEmpty() && part > 0) {
        ahead = null;
      }
    }
    return ahead != null;
  }

  @Override
  public TextRecord next() {
    if (!hasNext() || ahead == null) {
      throw new NoSuchElementException();
    }
    TextRecord piece = new TextRecord.Piece(new TextRecord.Key(file, entry, part++), ahead);
    ahead = null;
    return piece;
  }

  private String decode() {
    characters.clear();
    try {
      while (true) {
        CoderResult result = decoder.decode(bytes, characters, streamEnded);
        if (result.isError()) {
          throw DataException.because(
              name
                  + ": not UTF-8 text: the byte at offset "
                  + (bytesBefore + bytes.position())
                  + " is 0x"
                  + Integer.toHexString(bytes.get(bytes.position()) & 0xff)
                  + "; convert the file to UTF-8 or leave it out with data.include");
        }
        if (result.isOverflow()) {
          break;
        }
        if (streamEnded) {
          ended = true;
          stream.close();
          break;
        }
        fill();
      }
    } catch (IOException e) {
      throw DataException.because(name + ": cannot be read: " + e.getMessage(), e);
    }
    return characters.flip().toString();
  }

  private void fill() throws IOException {
    bytesBefore += bytes.position();
    bytes.compact();
    int read = stream.read(bytes.array(), bytes.position(), bytes.remaining());
    if (read < 0) {
      streamEnded = true;
    } else {
      bytes.position(bytes.position() + read);
    }
    bytes.flip();
  }
}
