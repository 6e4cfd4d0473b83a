package ai.cresset.nn.vision;

import ai.cresset.error.ConfigException;
import ai.cresset.nn.Layer;
import ai.cresset.nn.ModuleDescription;
import ai.cresset.nn.functional.Vision;
import ai.cresset.tensor.Tensor;

/**
 * Channels of groups dealt out in turn ({@code torch.nn.ChannelShuffle}): {@code [batch, channels,
 * ...]}.
 */
public final class ChannelShuffle extends Layer {
  private final int groups;

  public ChannelShuffle(int groups) {
    if (groups < 1) {
      throw ConfigException.value("ChannelShuffle.groups", groups, "at least 1");
    }
    this.groups = groups;
  }

  @Override
  protected Tensor forward(Tensor input) {
    return Vision.channelShuffle(input, groups);
  }

  @Override
  protected String settings() {
    return Integer.toString(groups);
  }

  @Override
  public void describe(ModuleDescription description) {
    description.integer("groups", groups);
  }
}
