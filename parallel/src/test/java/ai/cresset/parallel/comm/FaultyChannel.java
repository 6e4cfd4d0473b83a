package ai.cresset.parallel.comm;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Poller;
import ai.cresset.parallel.comm.collective.Fingerprint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A channel that goes wrong as it is told; see {@link Fault}. */
final class FaultyChannel implements Channel {
  private final Channel channel;
  private final Function<Fingerprint, List<Fault>> plan;
  private final List<Fault> due = new ArrayList<>();
  private boolean dropping;

  FaultyChannel(Channel channel, Function<Fingerprint, List<Fault>> plan) {
    this.channel = channel;
    this.plan = plan;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    boolean headOnly = source.remaining() == Fingerprint.BYTES;
    if (!due.isEmpty() && !dropping) {
      happen(source);
    }
    if (source.position() == 0 && source.remaining() >= Fingerprint.BYTES) {
      Fingerprint head = Fingerprint.read(source, 0);
      if (head != null) {
        due.addAll(plan.apply(head));
        if (!headOnly && !due.isEmpty()) {
          happen(source);
        }
      }
    }
    if (dropping) {
      int count = source.remaining();
      source.position(source.limit());
      return count;
    }
    return channel.write(source);
  }

  private void happen(ByteBuffer source) throws IOException {
    for (Fault fault : due) {
      switch (fault.action()) {
        case KILL -> signal("-KILL");
        case STOP -> signal("-STOP");
        case FAIL -> throw new IllegalStateException("injected fault on rank " + fault.rank());
        case DELAY -> LockSupport.parkNanos(fault.delayMillis() * 1_000_000);
        case DROP -> dropping = true;
        case CORRUPT -> source.put(source.position(), (byte) (source.get(source.position()) ^ 4));
      }
    }
    due.clear();
  }

  private static void signal(String name) throws IOException {
    try {
      new ProcessBuilder("kill", name, Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public boolean flush() throws IOException {
    return channel.flush();
  }

  @Override
  public void attach(Poller poller) throws IOException {
    channel.attach(poller);
  }

  @Override
  public void want(int interest) throws IOException {
    channel.want(interest);
  }

  @Override
  public void finishOutput() throws IOException {
    channel.finishOutput();
  }

  @Override
  public String description() {
    return channel.description();
  }

  @Override
  public void close() {
    channel.close();
  }
}
