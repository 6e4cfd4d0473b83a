package ai.cresset.jobs.config;

import java.util.Collection;
import java.util.Optional;

/** Finds the known name that a misspelled one probably meant. */
final class NearestName {
  private NearestName() {}

  /**
   * The nearest of {@code known} by the number of inserted, deleted, replaced and swapped
   * characters, if it is near; else the one whose last part is the whole of {@code name}.
   */
  static Optional<String> of(String name, Collection<String> known) {
    String best = null;
    int bestDistance = Math.max(2, name.length() / 4) + 1;
    for (String candidate : known) {
      int distance = distance(name, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    if (best != null) {
      return Optional.of(best);
    }
    String last = name.substring(name.lastIndexOf('.') + 1);
    return known.stream().filter(k -> k.endsWith("." + last)).findFirst();
  }

  /** Edits from {@code a} to {@code b}; neighbours that changed places count as one. */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          edits[i][j] = i + j;
          continue;
        }
        int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, edits[i - 2][j - 2] + 1);
        }
        edits[i][j] = best;
      }
    }
    return edits[a.length()][b.length()];
  }
}
