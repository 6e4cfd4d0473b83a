package ai.cresset.jobs.text;

import ai.cresset.jobs.recipe.TextDataSettings.Split;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Where each piece of text goes: which split, at which position. Made from the pieces' names and
 * lengths alone, so it depends neither on partitions nor on the order of reading.
 */
final class SplitPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * A run of a piece's tokens that stays together.
   *
   * @param validation which split it goes to
   * @param offset where it begins in the text of its split
   * @param document the document's number
   * @param from its first token in the piece
   * @param to one past its last
   */
  record Run(boolean validation, long offset, long document, int from, int to)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  private final Map<TextRecord.Key, List<Run>> runs = new HashMap<>();
  private final long[] tokens = new long[2];
  private final long[] usedDocuments = new long[2];
  private long documents;
  private long emptyDocuments;

  /**
   * Plans the split.
   *
   * @param names the files' names
   * @param lengths tokens of each piece, in canonical order
   */
  SplitPlan(
      List<SourceFile> names,
      SortedMap<TextRecord.Key, Long> lengths,
      Split split,
      long seed,
      double validationFraction) {
    long total = lengths.values().stream().mapToLong(Long::longValue).sum();
    long boundary = (long) (total * (1 - validationFraction));
    long position = 0;
    long[] documentTokens = new long[2];
    boolean documentValidates = false;
    TextRecord.Key previous = null;
    for (Map.Entry<TextRecord.Key, Long> piece : lengths.entrySet()) {
      TextRecord.Key key = piece.getKey();
      if (previous == null || !previous.sameDocument(key)) {
        endDocument(previous != null, documentTokens);
        String name = name(names.get(key.file()), key);
        documentValidates = split == Split.DOCUMENT && uniform(seed, name) < validationFraction;
      }
      previous = key;
      int length = Math.toIntExact(piece.getValue());
      int cut =
          switch (split) {
            case DOCUMENT -> documentValidates ? 0 : length;
            case POSITION -> (int) Math.max(0, Math.min(length, boundary - position));
          };
      List<Run> of = new ArrayList<>(1);
      add(of, false, 0, cut, documentTokens);
      add(of, true, cut, length, documentTokens);
      runs.put(key, of);
      position += length;
    }
    endDocument(previous != null, documentTokens);
  }

  private void add(List<Run> of, boolean validation, int from, int to, long[] documentTokens) {
    if (to > from) {
      int split = validation ? 1 : 0;
      of.add(new Run(validation, tokens[split], documents, from, to));
      tokens[split] += to - from;
      documentTokens[split] += to - from;
    }
  }

  private void endDocument(boolean any, long[] documentTokens) {
    if (!any) {
      return;
    }
    documents++;
    if (documentTokens[0] + documentTokens[1] == 0) {
      emptyDocuments++;
    }
    for (int split = 0; split < 2; split++) {
      usedDocuments[split] += documentTokens[split] > 0 ? 1 : 0;
      documentTokens[split] = 0;
    }
  }

  /** The runs of a piece; none for an empty one. */
  List<Run> runs(TextRecord.Key key) {
    return runs.getOrDefault(key, List.of());
  }

  long trainTokens() {
    return tokens[0];
  }

  long validationTokens() {
    return tokens[1];
  }

  long trainDocuments() {
    return usedDocuments[0];
  }

  long validationDocuments() {
    return usedDocuments[1];
  }

  long documents() {
    return documents;
  }

  long emptyDocuments() {
    return emptyDocuments;
  }

  /** The document's name, which does not change when the data are moved. */
  static String name(SourceFile file, TextRecord.Key key) {
    return key.entry().isEmpty() ? file.name() : file.name() + "!" + key.entry();
  }

  /** A number in [0, 1) that depends on seed and name only. */
  static double uniform(long seed, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((seed + " " + name).getBytes(StandardCharsets.UTF_8));
      long bits = 0;
      for (int i = 0; i < 8; i++) {
        bits = bits << 8 | (hash[i] & 0xff);
      }
      return (bits >>> 11) * 0x1.0p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
