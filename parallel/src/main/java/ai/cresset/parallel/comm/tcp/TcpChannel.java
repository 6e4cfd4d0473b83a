package ai.cresset.parallel.comm.tcp;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Poller;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A connected socket without delay of small packets. */
final class TcpChannel implements Channel {
  private final SocketChannel socket;
  private final String description;
  private @Nullable SelectionKey key;
  private int wanted;

  TcpChannel(SocketChannel socket) throws IOException {
    this.socket = socket;
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    SocketBuffers.enlarge(socket);
    this.description = "tcp " + socket.getRemoteAddress();
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int count = socket.read(target);
    if (count < 0) {
      throw new EOFException(description + " was closed by the peer");
    }
    return count;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return socket.write(source);
  }

  @Override
  public boolean flush() {
    return true;
  }

  @Override
  public void attach(Poller poller) throws IOException {
    wanted = 0;
    key = socket.register(poller.selector(), 0);
  }

  @Override
  public void want(int interest) throws IOException {
    if (interest == wanted || key == null) {
      return;
    }
    wanted = interest;
    int operations =
        ((interest & READ) == 0 ? 0 : SelectionKey.OP_READ)
            | ((interest & WRITE) == 0 ? 0 : SelectionKey.OP_WRITE);
    try {
      key.interestOps(operations);
    } catch (CancelledKeyException e) {
      throw new IOException(description + " is closed", e);
    }
  }

  @Override
  public void finishOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return description;
  }
}
