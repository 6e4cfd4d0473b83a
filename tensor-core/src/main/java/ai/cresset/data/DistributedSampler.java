package ai.cresset.data;

import ai.cresset.error.ConfigException;

/**
 * One rank's part of another sampler's epochs, as {@code torch.utils.data.DistributedSampler} cuts
 * it: rank r takes places r, r + worldSize, ...; all ranks get as many, for which the first places
 * are repeated, or the last ones left out.
 *
 * <p>The training loop needs none of it: a {@link BatchPlan} over all samples and a {@link Share}
 * give every sample exactly once, whatever the number of ranks.
 *
 * @param whole the order of all samples
 * @param rank from 0
 * @param worldSize the number of ranks
 * @param dropLast whether places that do not divide are left out instead of filled up
 */
public record DistributedSampler(Sampler whole, int rank, int worldSize, boolean dropLast)
    implements Sampler {
  public DistributedSampler {
    if (worldSize < 1 || rank < 0 || rank >= worldSize) {
      throw ConfigException.because("rank " + rank + " of " + worldSize + " ranks");
    }
    if (whole.epochSize() < 1) {
      throw ConfigException.because("a distributed sampler over an epoch without samples");
    }
  }

  @Override
  public long datasetSize() {
    return whole.datasetSize();
  }

  @Override
  public long epochSize() {
    long size = whole.epochSize();
    if (size == Long.MAX_VALUE) {
      return size;
    }
    return size / worldSize + (!dropLast && size % worldSize != 0 ? 1 : 0);
  }

  @Override
  public long sample(long epoch, long position) {
    return whole.sample(epoch, Math.addExact(position * worldSize, rank) % whole.epochSize());
  }

  @Override
  public String description() {
    return whole.description()
        + ", rank "
        + rank
        + " of "
        + worldSize
        + (dropLast ? ", uneven places dropped" : ", uneven places repeated");
  }
}
