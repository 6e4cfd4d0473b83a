package ai.cresset.jobs.text;

import ai.cresset.error.DataException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The text files of a ZIP archive, one document each, in the archive's order; then one record with
 * the number of entries left out.
 */
final class ArchiveEntries implements Iterator<TextRecord> {

  /**
   * What an archive may hold.
   *
   * @param include which entries are text
   * @param maxEntries how many entries
   * @param maxEntryBytes how many bytes an entry unpacks to
   */
  record Bounds(NamePatterns include, int maxEntries, long maxEntryBytes)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
  }

  private final SourceFile archive;
  private final int file;
  private final Bounds bounds;
  private final int pieceCharacters;
  private final ZipInputStream zip;
  private final Set<String> names = new HashSet<>();
  private int entries;
  private int skipped;
  private boolean ended;
  private @Nullable Iterator<TextRecord> current;

  ArchiveEntries(SourceFile archive, int file, byte[] content, Bounds bounds, int pieceCharacters) {
    this.archive = archive;
    this.file = file;
    this.bounds = bounds;
    this.pieceCharacters = pieceCharacters;
    this.zip = new ZipInputStream(new ByteArrayInputStream(content));
    if (content.length < 4 || content[0] != 'P' || content[1] != 'K') {
      throw DataException.because(
          archive.location() + ": not a ZIP archive, although its name says so");
    }
  }

  @Override
  public boolean hasNext() {
    return !ended;
  }

  @Override
  public TextRecord next() {
    if (ended) {
      throw new NoSuchElementException();
    }
    while (current == null || !current.hasNext()) {
      ZipEntry entry = nextEntry();
      if (entry == null) {
        ended = true;
        return new TextRecord.SkippedEntries(file, skipped);
      }
      String name = entry.getName();
      if (entry.isDirectory()) {
        continue;
      }
      if (++entries > bounds.maxEntries()) {
        throw DataException.because(
            archive.location()
                + ": more than "
                + bounds.maxEntries()
                + " entries; raise data.max_entries if the archive is to be trusted");
      }
      if (!bounds.include().matches(name)) {
        skipped++;
        continue;
      }
      if (!names.add(name)) {
        throw DataException.because(
            archive.location() + ": the entry '" + name + "' is there twice");
      }
      String fullName = archive.location() + "!" + name;
      current = new Utf8Pieces(fullName, file, name, new BoundedEntry(fullName), pieceCharacters);
    }
    return current.next();
  }

  private @Nullable ZipEntry nextEntry() {
    try {
      return zip.getNextEntry();
    } catch (IOException | IllegalArgumentException e) {
      throw DataException.because(
          archive.location() + ": damaged after " + entries + " entries: " + e.getMessage(), e);
    }
  }

  /** The bytes of the current entry, up to the bound; closing leaves the archive open. */
  private final class BoundedEntry extends FilterInputStream {
    private final String name;
    private long bytes;

    BoundedEntry(String name) {
      super(zip);
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      bytes += Math.max(read, 0);
      if (bytes > bounds.maxEntryBytes()) {
        throw DataException.because(
            name
                + ": unpacks to more than "
                + bounds.maxEntryBytes()
                + " bytes; raise data.max_entry_bytes if the archive is to be trusted");
      }
      return read;
    }

    @Override
    public void close() {}
  }
}
