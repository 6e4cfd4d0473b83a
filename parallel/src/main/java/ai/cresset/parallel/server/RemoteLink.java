package ai.cresset.parallel.server;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.CressetException;
import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Conversation;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Poller;
import ai.cresset.parallel.comm.handshake.Handshake;
import ai.cresset.parallel.comm.handshake.Hello;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.tcp.TcpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel to a server and the thread that moves its bytes. Requests are on the wire while answers
 * of earlier ones are still to come. When the channel breaks, the thread looks for the server, or
 * its successor, until its patience ends, and sends again what was not answered; the server knows
 * changes by their number and does none twice.
 */
final class RemoteLink implements ServerLink {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteLink.class);
  private static final Duration RETRY = Duration.ofMillis(50);
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = 200_000_000L;

  private final int server;
  private final Hello hello;
  private final JobSecret secret;
  private final ServerOptions options;
  private final Supplier<String> address;
  private final @Nullable UpdateHistory history;
  private final Semaphore flight;
  private final Deque<Sent> waiting = new ArrayDeque<>();
  private final Deque<Sent> unanswered = new ArrayDeque<>();
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicLong bytesReceived = new AtomicLong();
  private final CompletableFuture<Response.Attached> met = new CompletableFuture<>();
  private final Thread thread;
  private volatile @Nullable Poller poller;
  private volatile long clock = -1;
  private volatile boolean closed;
  private @Nullable Throwable failure;
  private long sequence;
  private boolean numbered;
  private long acknowledged;
  private long incarnation;

  /** A request on its way. */
  private static final class Sent {
    final Request request;
    final CompletableFuture<Response> answer = new CompletableFuture<>();
    long sequence;
    long sinceNanos;

    Sent(Request request) {
      this.request = request;
    }
  }

  /**
   * A link whose thread begins to dial.
   *
   * @param address where the server is now, "" while that is not known; asked before each dial
   * @param history what this worker has pushed; null for a link that only reads
   */
  RemoteLink(
      int server,
      Hello hello,
      byte[] secret,
      ServerOptions options,
      Supplier<String> address,
      @Nullable UpdateHistory history) {
    this.server = server;
    this.hello = hello;
    this.secret = new JobSecret(secret);
    this.options = options;
    this.address = address;
    this.history = history;
    this.flight = new Semaphore(options.flight().most());
    this.thread =
        new Thread(this::run, "parameter-link-" + hello.rank() + "-" + server + hello.group());
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits for the first meeting. */
  Response.Attached awaitMeeting() {
    return new Ticket<>(met).await();
  }

  @Override
  public CompletableFuture<Response> submit(Request request) {
    flight.acquireUninterruptibly();
    Sent sent = new Sent(request);
    synchronized (waiting) {
      Throwable known = failure;
      if (known != null || closed) {
        flight.release();
        return CompletableFuture.failedFuture(known != null ? known : ended());
      }
      waiting.add(sent);
    }
    Poller asleep = poller;
    if (asleep != null) {
      asleep.wakeup();
    }
    return sent.answer;
  }

  private CommunicationException ended() {
    return CommunicationException.because("the way to parameter server " + server + " is closed");
  }

  @Override
  public void standsAt(long steps) {
    clock = steps;
  }

  @Override
  public long bytesSent() {
    return bytesSent.get();
  }

  @Override
  public long bytesReceived() {
    return bytesReceived.get();
  }

  private void run() {
    try {
      while (!closed) {
        try (Line line = connect()) {
          line.pump();
        } catch (IOException e) {
          if (!closed) {
            LOG.warn(
                "worker {} lost server {} and looks for it: {}",
                hello.rank(),
                server,
                e.getMessage());
          }
        }
      }
      fail(ended());
    } catch (CressetException e) {
      fail(e);
    } catch (Throwable e) {
      fail(CommunicationException.because("the way to server " + server + " failed: " + e, e));
    }
  }

  private void fail(Throwable cause) {
    List<Sent> lost;
    synchronized (waiting) {
      failure = cause;
      lost = new ArrayList<>(unanswered);
      lost.addAll(waiting);
      unanswered.clear();
      waiting.clear();
    }
    met.completeExceptionally(cause);
    for (Sent each : lost) {
      flight.release();
      each.answer.completeExceptionally(cause);
    }
  }

  private Line connect() {
    Deadline deadline = Deadline.after(options.flight().recovery());
    String problem = "";
    while (!closed) {
      Channel channel = null;
      try {
        String where = address.get();
        if (where.isEmpty()) {
          throw new IOException("server " + server + " has not said where it is");
        }
        TcpTransport transport =
            new TcpTransport(where.substring(0, Math.max(0, where.lastIndexOf(':'))));
        channel = transport.dial(where, deadline);
        Channel agreed = Handshake.dial(channel, hello, secret, deadline);
        attach(agreed, deadline);
        return new Line(agreed);
      } catch (IOException | UncheckedIOException e) {
        problem = String.valueOf(e.getMessage());
        close(channel);
      } catch (RuntimeException e) {
        close(channel);
        throw e;
      }
      if (deadline.isOver()) {
        throw CommunicationException.because(
            "parameter server "
                + server
                + " did not come back within "
                + deadline.text()
                + " ("
                + problem
                + "); start it anew on its newest snapshot, or raise the recovery timeout");
      }
      try {
        Thread.sleep(RETRY.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw CommunicationException.because("interrupted while looking for server " + server, e);
      }
    }
    throw ended();
  }

  private static void close(@Nullable Channel channel) {
    if (channel != null) {
      channel.close();
    }
  }

  private void attach(Channel channel, Deadline deadline) throws IOException {
    if (history == null) {
      met.complete(new Response.Attached(0, 0, 0, -1));
      return;
    }
    Response response;
    try (Conversation talk = new Conversation(channel)) {
      Request.Attach attach =
          numbered ? new Request.Attach(clock, acknowledged) : new Request.Attach(-1, 0);
      talk.send(Frames.encode(0, attach), deadline);
      response = Frames.response(talk.receiveFrame(Frames.MAX_BYTES, deadline));
    }
    if (!(response instanceof Response.Attached attached)) {
      throw new IOException("server " + server + " answered a greeting with " + response);
    }
    if (!numbered) {
      numbered = true;
      sequence = attached.sequence();
      acknowledged = sequence;
    } else if (attached.incarnation() != incarnation) {
      history.lost(server, Math.max(0, clock), attached.snapshotStep(), attached.sequence());
    }
    incarnation = attached.incarnation();
    met.complete(attached);
  }

  private void answered(Response response) {
    Sent sent;
    synchronized (waiting) {
      sent = unanswered.poll();
    }
    if (sent == null) {
      return;
    }
    if (sent.request.changes()) {
      acknowledged = sent.sequence;
      if (history != null && response instanceof Response.Done done) {
        history.confirmed(sent.sequence, sent.request, done.stored());
      }
    }
    flight.release();
    sent.answer.complete(response);
  }

  /** One channel from its first byte to its end. Confined to the thread. */
  private final class Line implements AutoCloseable {
    private final Channel channel;
    private final Poller waiter = new Poller();
    private final Deque<Sent> again;
    private ByteBuffer in = ByteBuffer.allocate(1 << 16);
    private @Nullable ByteBuffer out;

    Line(Channel channel) throws IOException {
      this.channel = channel;
      channel.attach(waiter);
      synchronized (waiting) {
        again = new ArrayDeque<>(unanswered);
        again.forEach(each -> each.sinceNanos = System.nanoTime());
      }
      poller = waiter;
    }

    void pump() throws IOException {
      while (!closed) {
        boolean moved = write();
        moved |= read();
        if (!moved) {
          checkPatience();
          channel.want(Channel.READ | (out != null ? Channel.WRITE : 0));
          waiter.await(LOOK_NANOS);
        }
      }
    }

    private boolean write() throws IOException {
      if (out == null) {
        out = next();
      }
      ByteBuffer sending = out;
      if (sending == null) {
        return false;
      }
      int count = channel.write(sending);
      bytesSent.addAndGet(count);
      boolean flushed = channel.flush();
      if (flushed && !sending.hasRemaining()) {
        out = null;
        return true;
      }
      return count > 0;
    }

    private @Nullable ByteBuffer next() {
      Sent sent = again.poll();
      if (sent == null) {
        synchronized (waiting) {
          sent = waiting.poll();
          if (sent != null) {
            unanswered.add(sent);
          }
        }
        if (sent == null) {
          return null;
        }
        sent.sequence = sent.request.changes() ? ++sequence : 0;
        sent.sinceNanos = System.nanoTime();
      }
      return Frames.encode(sent.sequence, sent.request);
    }

    private boolean read() throws IOException {
      int count = channel.read(in);
      bytesReceived.addAndGet(count);
      in.flip();
      boolean moved = count > 0;
      while (in.remaining() >= Integer.BYTES) {
        int length = in.getInt(in.position());
        if (length < 1 || length > Frames.MAX_BYTES) {
          throw new IOException("server " + server + " announced " + length + " bytes");
        }
        if (in.remaining() < Integer.BYTES + length) {
          enlarge(Integer.BYTES + length);
          break;
        }
        ByteBuffer frame = in.slice(in.position() + Integer.BYTES, length);
        in.position(in.position() + Integer.BYTES + length);
        answered(Frames.response(frame));
      }
      in.compact();
      return moved;
    }

    private void enlarge(int needed) {
      if (in.capacity() < needed) {
        ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, 2 * in.capacity()));
        larger.put(in).flip();
        in = larger;
      }
    }

    private void checkPatience() throws IOException {
      synchronized (waiting) {
        Sent oldest = unanswered.peek();
        Duration patience = options.flight().timeout().plus(GRACE);
        if (oldest != null && System.nanoTime() - oldest.sinceNanos > patience.toNanos()) {
          throw new IOException("no answer for " + Deadline.text(patience));
        }
      }
    }

    @Override
    public void close() throws IOException {
      poller = null;
      channel.close();
      waiter.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    Poller asleep = poller;
    if (asleep != null) {
      asleep.wakeup();
    }
    thread.interrupt();
    try {
      thread.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
