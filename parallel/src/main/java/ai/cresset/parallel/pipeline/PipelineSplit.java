package ai.cresset.parallel.pipeline;

import ai.cresset.error.ConfigException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which pieces make up each stage.
 *
 * @param sizes pieces of each stage, in order
 */
public record PipelineSplit(List<Integer> sizes) {
  public PipelineSplit {
    sizes = List.copyOf(sizes);
    if (sizes.isEmpty() || sizes.stream().anyMatch(size -> size < 1)) {
      throw ConfigException.value("pieces of each stage", sizes, "at least 1 for each");
    }
  }

  /**
   * Cuts so that the most expensive stage costs as little as can be.
   *
   * @param costs of each piece, from {@link PieceCosts}
   * @throws ConfigException if there are fewer pieces than stages
   */
  public static PipelineSplit balanced(double[] costs, int stages) {
    int pieces = costs.length;
    if (pieces < stages) {
      throw ConfigException.because(
          "parallel.pipeline x parallel.chunks makes "
              + stages
              + " stages, but the model has "
              + pieces
              + " pieces that it can be cut between; lower them, or give the model more layers");
    }
    double[] before = new double[pieces + 1];
    for (int i = 0; i < pieces; i++) {
      before[i + 1] = before[i] + costs[i];
    }
    // best[s][n]: the largest stage when the first n pieces make s stages.
    double[][] best = new double[stages + 1][pieces + 1];
    int[][] cut = new int[stages + 1][pieces + 1];
    for (double[] row : best) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    best[0][0] = 0;
    for (int stage = 1; stage <= stages; stage++) {
      for (int end = stage; end <= pieces; end++) {
        for (int begin = stage - 1; begin < end; begin++) {
          double largest = Math.max(best[stage - 1][begin], before[end] - before[begin]);
          if (largest < best[stage][end]) {
            best[stage][end] = largest;
            cut[stage][end] = begin;
          }
        }
      }
    }
    List<Integer> sizes = new ArrayList<>();
    int end = pieces;
    for (int stage = stages; stage > 0; stage--) {
      sizes.add(0, end - cut[stage][end]);
      end = cut[stage][end];
    }
    return new PipelineSplit(sizes);
  }

  /** Where a stage begins. */
  public int begin(int stage) {
    return sizes.subList(0, stage).stream().mapToInt(Integer::intValue).sum();
  }

  /** Where it ends, exclusive. */
  public int end(int stage) {
    return begin(stage) + sizes.get(stage);
  }

  /**
   * Refuses a split of another model or into other stages.
   *
   * @throws ConfigException that says what fits
   */
  void check(int pieces, int stages) {
    int cut = end(sizes.size() - 1);
    if (sizes.size() != stages || cut != pieces) {
      throw ConfigException.value(
          "pieces of each stage", sizes, stages + " numbers that add up to " + pieces);
    }
  }
}
