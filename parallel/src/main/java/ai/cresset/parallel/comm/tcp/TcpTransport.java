package ai.cresset.parallel.comm.tcp;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Transport;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sockets.
 *
 * @param host the address to listen on and to give to peers
 * @param firstPort the first port to try; 0 lets the system choose
 * @param lastPort the last port to try
 */
public record TcpTransport(String host, int firstPort, int lastPort) implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(TcpTransport.class);
  private static final int BACKLOG = 1024;

  /** On a port that the system chooses. */
  public TcpTransport(String host) {
    this(host, 0, 0);
  }

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public Listener listen(Consumer<Channel> onChannel) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    try {
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      bind(server);
      TcpListener listener = new TcpListener(server, host, onChannel);
      listener.start();
      return listener;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  private void bind(ServerSocketChannel server) throws IOException {
    for (int port = firstPort; ; port++) {
      try {
        server.bind(new InetSocketAddress(host, port), BACKLOG);
        return;
      } catch (BindException e) {
        if (port >= lastPort) {
          String ports = firstPort == 0 ? "any port" : "ports " + firstPort + " to " + lastPort;
          throw new IOException(
              "cannot listen on " + ports + " of " + host + ": " + e.getMessage(), e);
        }
      }
    }
  }

  @Override
  public Channel dial(String address, Deadline deadline) throws IOException {
    int colon = address.lastIndexOf(':');
    InetSocketAddress peer =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    SocketChannel socket = SocketChannel.open();
    try {
      long millis = Math.max(1, deadline.remainingNanos() / 1_000_000);
      socket.socket().connect(peer, (int) Math.min(Integer.MAX_VALUE, millis));
      return new TcpChannel(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw new IOException("cannot connect to " + address + ": " + e.getMessage(), e);
    }
  }

  /** One thread that accepts and hands on. */
  private static final class TcpListener extends Thread implements Listener {
    private final ServerSocketChannel server;
    private final String address;
    private final Consumer<Channel> onChannel;

    TcpListener(ServerSocketChannel server, String host, Consumer<Channel> onChannel)
        throws IOException {
      this.server = server;
      this.address = host + ":" + ((InetSocketAddress) server.getLocalAddress()).getPort();
      this.onChannel = onChannel;
      setName("cresset-accept-" + address);
      setDaemon(true);
    }

    @Override
    public String address() {
      return address;
    }

    @Override
    public void run() {
      while (server.isOpen()) {
        try {
          onChannel.accept(new TcpChannel(server.accept()));
        } catch (ClosedChannelException e) {
          return;
        } catch (IOException | RuntimeException e) {
          LOG.warn("{} could not accept a connection: {}", address, e.toString());
        }
      }
    }

    @Override
    public void close() {
      try {
        server.close();
        join();
      } catch (IOException e) {
        LOG.warn("{} could not be closed: {}", address, e.toString());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
