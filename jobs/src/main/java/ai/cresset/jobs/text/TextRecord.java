package ai.cresset.jobs.text;

import java.io.Serializable;
import java.util.Comparator;

/** What reading a file gives: pieces of its text, and what was left out. */
sealed interface TextRecord extends Serializable {

  /**
   * A piece of a document. Long documents come in several, each small enough for a task's memory.
   *
   * @param key which piece
   * @param text its text
   */
  record Piece(Key key, String text) implements TextRecord {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The entries of an archive that the patterns do not name.
   *
   * @param file the archive's index in the listing
   * @param count how many
   */
  record SkippedEntries(int file, int count) implements TextRecord {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The canonical order: file, entry, piece.
   *
   * @param file the file's index in the listing
   * @param entry the entry's name in an archive; empty for a plain file
   * @param part the piece's index in the document
   */
  record Key(int file, String entry, int part) implements Comparable<Key>, Serializable {
    private static final long serialVersionUID = 1L;
    private static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::file).thenComparing(Key::entry).thenComparingInt(Key::part);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }

    boolean sameDocument(Key other) {
      return file == other.file && entry.equals(other.entry);
    }
  }
}
