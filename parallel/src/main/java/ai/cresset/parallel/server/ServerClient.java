package ai.cresset.parallel.server;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ServerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's view of all servers. Work goes in steps: rows are pulled, gradients pushed, {@link
 * #endStep} says that all of them are there.
 *
 * <p>Two channels lead to each server: one for the step under way, in order, and one for reads
 * ahead, which may wait for the end of a step without standing in the way of what ends it.
 *
 * <p>Reads ahead may come from another thread; all else is confined to one.
 */
public final class ServerClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerClient.class);
  private static final long[] WHOLE = new long[0];

  private final int worker;
  private final ServerPlace place;
  private final ServerOptions options;
  private final List<ServerLink> links = new ArrayList<>();
  private final List<ServerLink> ahead = new ArrayList<>();
  private final List<LostUpdates> losses = new CopyOnWriteArrayList<>();
  private volatile long step;

  private ServerClient(int worker, ServerPlace place, ServerOptions options) {
    this.worker = worker;
    this.place = place;
    this.options = options;
  }

  /**
   * Meets all servers.
   *
   * @param worker this worker, from 0
   * @param secret what all of the job share
   * @param addresses of the servers by number, "" of one that is not there yet; asked again when
   *     one is lost
   * @param own the server in this process, which needs no channel; null for none
   * @throws CommunicationException if one cannot be reached in time
   */
  public static ServerClient connect(
      int worker,
      ServerPlace place,
      ServerOptions options,
      byte[] secret,
      IntFunction<String> addresses,
      @Nullable ParameterServer own) {
    ServerClient client = new ServerClient(worker, place, options);
    boolean done = false;
    try {
      client.open(secret, addresses, own);
      done = true;
      return client;
    } finally {
      if (!done) {
        client.links.forEach(ServerLink::close);
        client.ahead.forEach(ServerLink::close);
      }
    }
  }

  private void open(byte[] secret, IntFunction<String> addresses, @Nullable ParameterServer own) {
    List<RemoteLink> remote = new ArrayList<>();
    long slowest = Long.MAX_VALUE;
    for (int server = 0; server < place.servers(); server++) {
      int number = server;
      if (own != null && own.server() == server) {
        Response response = own.shard().handle(worker, 0, new Request.Attach(-1, 0));
        if (response instanceof Response.Attached at) {
          slowest = Math.min(slowest, at.clock());
        }
        links.add(new LocalLink(own.shard(), worker, false));
        ahead.add(new LocalLink(own.shard(), worker, true));
        continue;
      }
      RemoteLink link =
          new RemoteLink(
              server,
              place.hello("work", worker, server),
              secret,
              options,
              () -> addresses.apply(number),
              new UpdateHistory(worker, options, this::lost));
      links.add(link);
      remote.add(link);
      ahead.add(
          new RemoteLink(
              server,
              place.hello("reads", worker, server),
              secret,
              options,
              () -> addresses.apply(number),
              null));
    }
    for (RemoteLink link : remote) {
      slowest = Math.min(slowest, link.awaitMeeting().clock());
    }
    at(slowest == ClockTable.LEFT ? 0 : slowest);
  }

  private void lost(LostUpdates what) {
    losses.add(what);
    LOG.warn("{}", what);
  }

  /** What was lost with servers so far. */
  public List<LostUpdates> losses() {
    return List.copyOf(losses);
  }

  /** This worker. */
  public int worker() {
    return worker;
  }

  /** What all agreed on. */
  public ServerOptions options() {
    return options;
  }

  /** Steps that this worker has ended; a new process begins where its predecessor was. */
  public long step() {
    return step;
  }

  private int number(String table) {
    int number = options.table(table);
    if (number < 0) {
      throw ServerException.unknownTable(table, options.tableNames());
    }
    return number;
  }

  // ---- reading ----

  /**
   * Values of rows for the step under way; absent rows are made.
   *
   * @param ids in any order
   * @return {@code [ids.length, width]}
   */
  public Ticket<float[]> pull(String table, long[] ids) {
    return pull(links, table, step, true, ids);
  }

  /** The same without making rows: absent ones are as they would begin. */
  public Ticket<float[]> read(String table, long[] ids) {
    return pull(links, table, step, false, ids);
  }

  /**
   * Values for a later step, which come as soon as the consistency allows. From any thread.
   *
   * @param later the step that they are for
   */
  public Ticket<float[]> pullAhead(String table, long later, long[] ids) {
    return pull(ahead, table, later, true, ids);
  }

  /** All rows of a dense table, {@code [rows, width]}. */
  public Ticket<float[]> pullWhole(String table) {
    int number = number(table);
    List<CompletableFuture<Response>> parts = new ArrayList<>();
    for (ServerLink link : links) {
      parts.add(link.submit(new Request.Pull(number, step, true, WHOLE)));
    }
    return ticket(
        parts,
        answers -> {
          float[] all = new float[0];
          for (Response answer : answers) {
            float[] part = ((Response.Rows) answer).values();
            int at = all.length;
            all = Arrays.copyOf(all, at + part.length);
            System.arraycopy(part, 0, all, at, part.length);
          }
          return all;
        });
  }

  private Ticket<float[]> pull(
      List<ServerLink> ways, String table, long forStep, boolean makes, long[] ids) {
    int number = number(table);
    TableSpec spec = options.tables().get(number);
    check(spec, ids);
    Shares shares = Shares.of(ids, spec, place.servers());
    List<CompletableFuture<Response>> parts =
        submit(ways, shares, (server, own) -> new Request.Pull(number, forStep, makes, own));
    return ticket(parts, answers -> shares.gather(answers, spec.width()));
  }

  // ---- changing ----

  /**
   * Gradients for the step under way, of sums of losses. They count when the step is ended.
   *
   * @param ids all different
   * @param gradients {@code [ids.length, width]}
   */
  public Ticket<Long> push(String table, long[] ids, float[] gradients) {
    int number = number(table);
    TableSpec spec = options.tables().get(number);
    check(spec, ids);
    if (gradients.length != (long) ids.length * spec.width()) {
      throw ServerException.wrongWidth(table, spec.width(), ids.length, gradients.length);
    }
    checkFinite(spec, ids, gradients);
    long now = step;
    Shares shares = Shares.of(ids, spec, place.servers());
    List<CompletableFuture<Response>> parts =
        submit(
            links,
            shares,
            (server, own) ->
                new Request.Push(number, now, own, shares.part(server, gradients, spec.width())));
    return ticket(parts, ServerClient::count);
  }

  /** Gradients of all rows of a dense table. */
  public Ticket<Long> pushWhole(String table, float[] gradients) {
    int number = number(table);
    TableSpec spec = options.tables().get(number);
    if (gradients.length != spec.ids() * spec.width()) {
      throw ServerException.wrongWidth(table, spec.width(), spec.ids(), gradients.length);
    }
    checkFinite(spec, new long[0], gradients);
    List<CompletableFuture<Response>> parts = new ArrayList<>();
    for (int server = 0; server < links.size(); server++) {
      long begin = KeyRange.begin(server, spec.ids(), place.servers());
      long end = KeyRange.begin(server + 1, spec.ids(), place.servers());
      float[] part =
          Arrays.copyOfRange(gradients, (int) begin * spec.width(), (int) end * spec.width());
      parts.add(links.get(server).submit(new Request.Push(number, step, WHOLE, part)));
    }
    return ticket(parts, ServerClient::count);
  }

  /**
   * Says that all gradients of the step are pushed; the next one begins.
   *
   * @param weight what the sum of this worker's losses is divided by; synchronous servers divide by
   *     the sum of all workers'
   */
  public Ticket<Long> endStep(double weight) {
    if (!(weight >= 0)) {
      throw ServerException.because("the weight of a step must be 0 or above, got " + weight);
    }
    long ended = step;
    step = ended + 1;
    links.forEach(link -> link.standsAt(ended + 1));
    List<CompletableFuture<Response>> parts = new ArrayList<>();
    for (ServerLink link : links) {
      parts.add(link.submit(new Request.EndStep(ended, weight)));
    }
    return ticket(parts, ServerClient::count);
  }

  /**
   * Pushes the gradients of a step, ends it, and reads the rows for the next.
   *
   * @return {@code [ids.length, width]}
   */
  public Ticket<float[]> pushPull(String table, long[] ids, float[] gradients, double weight) {
    Ticket<Long> pushed = push(table, ids, gradients);
    Ticket<Long> ended = endStep(weight);
    Ticket<float[]> pulled = pull(table, ids);
    CompletableFuture<float[]> whole =
        CompletableFuture.supplyAsync(
            () -> {
              pushed.await();
              ended.await();
              return pulled.await();
            });
    return new Ticket<>(whole);
  }

  // ---- upkeep ----

  /** Removes rows of a sparse table that no step of the last {@code idleSteps} used; how many. */
  public long evict(String table, long idleSteps) {
    int number = number(table);
    return all(new Request.Evict(number, idleSteps));
  }

  /**
   * Stores all rows under the number of steps done; one worker does so, when all have ended them.
   */
  public void snapshot() {
    all(new Request.Snapshot(step));
  }

  /**
   * Replaces all rows by those of a snapshot. One worker does so, then each calls {@link #at}.
   *
   * @throws ai.cresset.error.ServerException if a server has none of this step
   * @return how many rows there are
   */
  public long restore(long snapshotStep) {
    long rows = all(new Request.Restore(snapshotStep));
    at(snapshotStep);
    return rows;
  }

  /** Goes on from a step that the servers were put back to. */
  public void at(long steps) {
    step = steps;
    links.forEach(link -> link.standsAt(steps));
  }

  /** What each server holds and has done. */
  public List<ServerAccount> accounts() {
    List<CompletableFuture<Response>> parts = new ArrayList<>();
    links.forEach(link -> parts.add(link.submit(new Request.Describe())));
    return ticket(
            parts,
            answers ->
                answers.stream()
                    .map(
                        answer ->
                            ServerAccount.of(
                                options.tableNames(), ((Response.Account) answer).figures()))
                    .toList())
        .await();
  }

  /** Bytes sent to servers of other processes. */
  public long bytesSent() {
    return links.stream().mapToLong(ServerLink::bytesSent).sum()
        + ahead.stream().mapToLong(ServerLink::bytesSent).sum();
  }

  /** Bytes received from servers of other processes. */
  public long bytesReceived() {
    return links.stream().mapToLong(ServerLink::bytesReceived).sum()
        + ahead.stream().mapToLong(ServerLink::bytesReceived).sum();
  }

  private long all(Request request) {
    List<CompletableFuture<Response>> parts = new ArrayList<>();
    links.forEach(link -> parts.add(link.submit(request)));
    return ticket(parts, ServerClient::count).await();
  }

  private static void check(TableSpec spec, long[] ids) {
    for (long id : ids) {
      if (id < 0 || id >= spec.ids()) {
        throw ServerException.badId(spec.name(), id, spec.ids());
      }
    }
  }

  /** Before any server gets its part: all take the gradients of a table, or none does. */
  private static void checkFinite(TableSpec spec, long[] ids, float[] gradients) {
    for (int i = 0; i < gradients.length; i++) {
      if (!Float.isFinite(gradients[i])) {
        int row = i / spec.width();
        throw ServerException.notFinite(spec.name(), ids.length == 0 ? row : ids[row]);
      }
    }
  }

  private static Long count(List<Response> answers) {
    long sum = 0;
    for (Response answer : answers) {
      sum += answer instanceof Response.Done done ? done.count() : 0;
    }
    return sum;
  }

  /** What is asked of one server. */
  private interface Asked {
    Request of(int server, long[] ids);
  }

  /** Servers of other processes first: the one in this process answers while they work. */
  private List<CompletableFuture<Response>> submit(
      List<ServerLink> ways, Shares shares, Asked asked) {
    List<CompletableFuture<Response>> parts = new ArrayList<>();
    for (int server = 0; server < ways.size(); server++) {
      parts.add(CompletableFuture.completedFuture(new Response.Rows(new float[0], 0)));
    }
    for (boolean local : new boolean[] {false, true}) {
      for (int server = 0; server < ways.size(); server++) {
        long[] own = shares.ids(server);
        ServerLink way = ways.get(server);
        if (own.length > 0 && way instanceof LocalLink == local) {
          parts.set(server, way.submit(asked.of(server, own)));
        }
      }
    }
    return parts;
  }

  private static <T> Ticket<T> ticket(
      List<CompletableFuture<Response>> parts, Function<List<Response>, T> together) {
    CompletableFuture<T> result =
        CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
            .handle(
                (nothing, failed) -> {
                  List<Response> answers = new ArrayList<>();
                  for (CompletableFuture<Response> part : parts) {
                    Response answer = part.join();
                    if (answer instanceof Response.Refused refused) {
                      throw ServerException.because(refused.why());
                    }
                    answers.add(answer);
                  }
                  return together.apply(answers);
                });
    return new Ticket<>(result);
  }

  /** Leaves: nobody waits for this worker any more. */
  public void leave() {
    all(new Request.Leave());
  }

  /** Closes the channels. Without {@link #leave} before, others wait for a successor. */
  @Override
  public void close() {
    ahead.forEach(ServerLink::close);
    links.forEach(ServerLink::close);
  }
}
