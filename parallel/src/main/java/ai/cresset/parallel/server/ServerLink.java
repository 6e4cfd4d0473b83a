package ai.cresset.parallel.server;

import java.util.concurrent.CompletableFuture;

/** A worker's way to one server: requests are answered in the order in which they are given. */
interface ServerLink extends AutoCloseable {
  /** Hands a request over; waits while too many are under way. */
  CompletableFuture<Response> submit(Request request);

  /** Says where this worker stands, for a server that comes back. */
  void standsAt(long clock);

  /** Bytes sent over the wire. */
  long bytesSent();

  /** Bytes received over the wire. */
  long bytesReceived();

  @Override
  void close();
}
