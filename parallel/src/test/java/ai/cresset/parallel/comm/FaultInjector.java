package ai.cresset.parallel.comm;

import ai.cresset.memory.Allocator;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.collective.Fingerprint;
import ai.cresset.parallel.launch.WorkerContext;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Connects a rank whose data channels misbehave as planned; everything else about it is real. For
 * tests of all modules.
 */
public final class FaultInjector implements ChannelDecorator {
  private final List<Fault> faults;
  private final Set<String> seen = new HashSet<>();
  private final Map<Fingerprint.Kind, Integer> occurrences = new EnumMap<>(Fingerprint.Kind.class);

  private FaultInjector(List<Fault> faults) {
    this.faults = faults;
  }

  /** As {@link WorkerContext#connect}, with faults; those of other ranks are ignored. */
  public static ProcessGroup connect(
      WorkerContext context, CommOptions options, List<Fault> faults) {
    CommOptions agreed = context.encryptChannels() ? options.withEncrypt(true) : options;
    ProcessGroup group =
        connect(context.rendezvous(), context.host(), context.secret(), agreed, faults);
    context.onAbort(() -> group.abort(new InterruptedException("the launcher stops this worker")));
    return group;
  }

  /** As {@link ProcessGroup#connect}, with faults; those of other ranks are ignored. */
  public static ProcessGroup connect(
      Rendezvous rendezvous, String host, byte[] secret, CommOptions options, List<Fault> faults) {
    List<Fault> ours = faults.stream().filter(each -> each.rank() == rendezvous.rank()).toList();
    return Endpoint.connect(
        rendezvous, host, secret, options, Allocator.current(), new FaultInjector(ours));
  }

  @Override
  public Channel decorate(int peer, Channel channel) {
    return new FaultyChannel(channel, this::faultAt);
  }

  /** The fault of an operation that begins to send, if there is one. */
  private synchronized List<Fault> faultAt(Fingerprint operation) {
    // All channels of a rank send the same head once; the first one counts.
    if (!seen.add(operation.kind() + " " + operation.sequence())) {
      return List.of();
    }
    int occurrence = occurrences.merge(operation.kind(), 1, Integer::sum) - 1;
    return faults.stream()
        .filter(each -> each.kind() == operation.kind() && each.occurrence() == occurrence)
        .toList();
  }
}
