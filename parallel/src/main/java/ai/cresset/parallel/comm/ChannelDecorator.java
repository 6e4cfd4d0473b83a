package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.channel.Channel;

/** Comes between a rank and its data channels; tests make channels misbehave with it. */
@FunctionalInterface
interface ChannelDecorator {
  /** Every channel as it is. */
  ChannelDecorator NONE = (peer, channel) -> channel;

  /**
   * The channel to use instead.
   *
   * @param peer rank of the job
   */
  Channel decorate(int peer, Channel channel);
}
