package ai.cresset.nn.layer;

/**
 * Sets whole channels to 0 at random while training and scales the others up ({@code
 * torch.nn.Dropout3d}). Input and output {@code [batch, channels, depth, height, width]} or without
 * batch; draws from the thread's generator.
 */
public final class Dropout3d extends ChannelDropout {
  /**
   * A dropout of channels.
   *
   * @param probability of a channel to become 0, in [0, 1]
   */
  public Dropout3d(double probability) {
    super(3, probability);
  }
}
