package ai.cresset.parallel.server;

import java.util.List;

/** Which of some ids go to which server, and where their rows belong. */
final class Shares {
  private final long[][] ids;
  private final int[][] places;

  private Shares(long[][] ids, int[][] places) {
    this.ids = ids;
    this.places = places;
  }

  static Shares of(long[] all, TableSpec spec, int servers) {
    if (servers == 1) {
      return new Shares(new long[][] {all}, new int[][] {null});
    }
    int[] owner = new int[all.length];
    int[] counts = new int[servers];
    for (int i = 0; i < all.length; i++) {
      owner[i] = spec.range().server(all[i], spec.ids(), servers);
      counts[owner[i]]++;
    }
    long[][] ids = new long[servers][];
    int[][] places = new int[servers][];
    for (int server = 0; server < servers; server++) {
      ids[server] = new long[counts[server]];
      places[server] = new int[counts[server]];
    }
    int[] filled = new int[servers];
    for (int i = 0; i < all.length; i++) {
      int server = owner[i];
      ids[server][filled[server]] = all[i];
      places[server][filled[server]++] = i;
    }
    return new Shares(ids, places);
  }

  long[] ids(int server) {
    return ids[server];
  }

  /** The rows of a server's ids, out of those of all. */
  float[] part(int server, float[] all, int width) {
    if (ids.length == 1) {
      return all;
    }
    int[] from = places[server];
    float[] part = new float[from.length * width];
    for (int i = 0; i < from.length; i++) {
      System.arraycopy(all, from[i] * width, part, i * width, width);
    }
    return part;
  }

  /** The rows of all ids, out of what the servers answered. */
  float[] gather(List<Response> answers, int width) {
    if (ids.length == 1) {
      return ((Response.Rows) answers.get(0)).values();
    }
    int count = 0;
    for (long[] each : ids) {
      count += each.length;
    }
    float[] all = new float[count * width];
    for (int server = 0; server < ids.length; server++) {
      float[] values = ((Response.Rows) answers.get(server)).values();
      int[] to = places[server];
      for (int i = 0; i < to.length; i++) {
        System.arraycopy(values, i * width, all, to[i] * width, width);
      }
    }
    return all;
  }
}
