package ai.cresset.parallel.server;

import ai.cresset.checkpoint.CheckpointStore;
import ai.cresset.memory.Allocator;
import ai.cresset.parallel.comm.handshake.JobSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Servers of a test on real sockets, each of which can be ended and begun anew. */
final class Cluster implements AutoCloseable {
  static final byte[] SECRET = JobSecret.random();

  private final ServerPlace place;
  private final ServerOptions options;
  private final @Nullable CheckpointStore store;
  private final List<ParameterServer> servers = new CopyOnWriteArrayList<>();

  Cluster(int numServers, int workers, ServerOptions options, @Nullable CheckpointStore store) {
    this.place = new ServerPlace(numServers, workers, 0, false);
    this.options = options;
    this.store = store;
    for (int server = 0; server < numServers; server++) {
      servers.add(begin(server));
    }
  }

  private ParameterServer begin(int server) {
    return ParameterServer.start(server, place, options, "127.0.0.1", SECRET, store, true);
  }

  ParameterServer server(int number) {
    return servers.get(number);
  }

  /** Ends a server without a word, and begins its successor on another port. */
  void replace(int number) {
    servers.get(number).close();
    servers.set(number, begin(number));
  }

  ServerClient client(int worker) {
    return ServerClient.connect(
        worker, place, options, SECRET, number -> servers.get(number).address(), null);
  }

  /** What a worker does. */
  interface Body<R> {
    R run(ServerClient client) throws Exception;
  }

  /** Runs all workers at once, each with an allocator that must be empty at the end. */
  <R> List<R> workers(Body<R> body) {
    ExecutorService threads = Executors.newFixedThreadPool(place.workers());
    try {
      List<Future<R>> futures = new ArrayList<>();
      for (int worker = 0; worker < place.workers(); worker++) {
        int number = worker;
        futures.add(threads.submit(() -> run(number, body)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError("a worker failed", e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }

  private <R> R run(int worker, Body<R> body) throws Exception {
    try (Allocator allocator = Allocator.create("worker " + worker, 1L << 30);
        Allocator.Binding bound = allocator.bind();
        ServerClient client = client(worker)) {
      R result = body.run(client);
      client.leave();
      return result;
    }
  }

  @Override
  public void close() {
    servers.forEach(ParameterServer::close);
  }
}
