package ai.cresset.memory;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Remembers where each live storage was made. Off by default because a stack trace costs more than
 * a small allocation; {@code -Dcresset.leaks=on} switches it on, as every test does.
 */
final class LeakDetector {
  private static final int SHOWN = 5;

  private final boolean enabled;
  private final Map<Storage, Throwable> origins = new ConcurrentHashMap<>();

  private LeakDetector(boolean enabled) {
    this.enabled = enabled;
  }

  static LeakDetector fromSystemProperty() {
    return new LeakDetector("on".equals(System.getProperty("cresset.leaks")));
  }

  void created(Storage storage) {
    if (enabled) {
      origins.put(storage, new Throwable("created"));
    }
  }

  void released(Storage storage) {
    if (enabled) {
      origins.remove(storage);
    }
  }

  /** The places of creation of the first few live storages; empty when off. */
  String report() {
    if (!enabled) {
      return " (start with -Dcresset.leaks=on to see where they were made)";
    }
    return origins.entrySet().stream()
        .limit(SHOWN)
        .map(entry -> "\n  " + entry.getKey() + frames(entry.getValue()))
        .collect(Collectors.joining());
  }

  /** Live storages by the place that made them, largest first; empty when off. */
  List<AllocationSite> sites() {
    Map<String, AllocationSite> sites = new HashMap<>();
    origins.forEach(
        (storage, origin) -> {
          String frames = frames(origin).stripLeading();
          sites.merge(
              frames,
              new AllocationSite(frames, 1, storage.bytes()),
              (a, b) ->
                  new AllocationSite(frames, a.storages() + b.storages(), a.bytes() + b.bytes()));
        });
    return sites.values().stream()
        .sorted(
            Comparator.comparingLong(AllocationSite::bytes)
                .reversed()
                .thenComparing(AllocationSite::frames))
        .toList();
  }

  boolean isEnabled() {
    return enabled;
  }

  private static String frames(Throwable origin) {
    StringBuilder text = new StringBuilder();
    for (StackTraceElement frame : origin.getStackTrace()) {
      if (!frame.getClassName().startsWith("ai.cresset.memory.")) {
        text.append("\n    at ").append(frame);
      }
    }
    return text.toString();
  }
}
