package ai.cresset.parallel.comm.local;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Transport;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Pipes between threads of this JVM. */
public final class LocalTransport implements Transport {
  private static final Map<String, LocalListener> LISTENERS = new ConcurrentHashMap<>();

  @Override
  public String name() {
    return "in-jvm";
  }

  @Override
  public Listener listen(Consumer<Channel> onChannel) {
    LocalListener listener = new LocalListener(UUID.randomUUID().toString(), onChannel);
    LISTENERS.put(listener.address(), listener);
    return listener;
  }

  @Override
  public Channel dial(String address, Deadline deadline) throws IOException {
    LocalListener listener = LISTENERS.get(address);
    if (listener == null) {
      throw new IOException("nobody listens on " + address + " in this JVM");
    }
    Pipe there = new Pipe();
    Pipe back = new Pipe();
    listener.onChannel.accept(new LocalChannel(there, back, "in-jvm from " + address));
    return new LocalChannel(back, there, "in-jvm to " + address);
  }

  /** An entry of the registry. */
  private record LocalListener(String address, Consumer<Channel> onChannel) implements Listener {
    @Override
    public void close() {
      LISTENERS.remove(address, this);
    }
  }
}
