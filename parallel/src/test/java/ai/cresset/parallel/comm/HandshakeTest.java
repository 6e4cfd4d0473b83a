package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.error.ConfigException;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.launch.LocalRendezvous;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Who does not belong to the job is refused, on both sides, and harms nobody. */
final class HandshakeTest {
  private static final CommOptions OPTIONS = Ranks.TCP.withConnectTimeout(Duration.ofSeconds(2));

  /** What one rank brings along. */
  private record Party(int attempt, int worldSize, byte[] secret, CommOptions options) {}

  private static Party party() {
    return new Party(0, 2, Ranks.SECRET, OPTIONS);
  }

  /** A rendezvous that says something else about itself. */
  private record Claim(
      Rendezvous real, int attempt, int worldSize, UnaryOperator<List<String>> then)
      implements Rendezvous {
    @Override
    public int rank() {
      return real.rank();
    }

    @Override
    public List<String> exchange(String line) {
      List<String> lines = then.apply(real.exchange(line));
      return worldSize <= lines.size()
          ? lines
          : List.copyOf(Collections.nCopies(worldSize, lines.get(0)));
    }
  }

  /** What both ranks throw. */
  private static List<String> errors(Party first, Party second) throws InterruptedException {
    List<LocalRendezvous> meeting = LocalRendezvous.create(2, 0, Duration.ofSeconds(10));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Future<Boolean>> futures = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      Party party = rank == 0 ? first : second;
      Rendezvous rendezvous =
          new Claim(meeting.get(rank), party.attempt(), party.worldSize(), lines -> lines);
      futures.add(
          threads.submit(
              () -> {
                ProcessGroup.connect(rendezvous, "127.0.0.1", party.secret(), party.options())
                    .close();
                return true;
              }));
    }
    List<String> errors = new ArrayList<>();
    for (Future<Boolean> future : futures) {
      ExecutionException error = assertThrows(ExecutionException.class, future::get);
      Throwable cause = Objects.requireNonNull(error.getCause());
      assertEquals(CommunicationException.class, cause.getClass());
      errors.add(String.valueOf(cause.getMessage()));
    }
    threads.shutdown();
    return errors;
  }

  private static void assertBothSay(List<String> errors, String text) {
    for (String error : errors) {
      assertTrue(error.contains(text), text + " is missing in: " + error);
    }
  }

  @Test
  void aWrongSecretIsRefusedOnBothSides() throws InterruptedException {
    Party other = new Party(0, 2, JobSecret.random(), OPTIONS);
    assertBothSay(errors(party(), other), "the job secrets differ");
  }

  @Test
  void aStaleAttemptIsRefusedOnBothSides() throws InterruptedException {
    Party newer = new Party(3, 2, Ranks.SECRET, OPTIONS);
    assertBothSay(errors(newer, party()), "the connecting worker belongs to attempt 0");
    assertBothSay(errors(party(), newer), "the listening one to attempt 0");
  }

  @Test
  void anotherWorldSizeIsRefusedOnBothSides() throws InterruptedException {
    Party larger = new Party(0, 3, Ranks.SECRET, OPTIONS);
    List<String> errors = errors(party(), larger);
    assertBothSay(errors, "the connecting worker expects 3 workers and the listening one 2");
  }

  @Test
  void encryptionOnOneSideOnlyIsRefusedOnBothSides() throws InterruptedException {
    Party encrypted = new Party(0, 2, Ranks.SECRET, OPTIONS.withEncrypt(true));
    assertBothSay(errors(party(), encrypted), "CommOptions.encrypt");
  }

  @Test
  void aShortSecretIsRefused() {
    assertThrows(ConfigException.class, () -> new JobSecret(new byte[15]));
  }

  @Test
  void strangersNeitherBlockNorBreakTheListener() throws Exception {
    List<LocalRendezvous> meeting = LocalRendezvous.create(2, 0, Duration.ofSeconds(10));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    List<Socket> silent = new ArrayList<>();
    // Rank 0 has listened since before it gave its address; strangers come before rank 1 does.
    UnaryOperator<List<String>> visit =
        lines -> {
          int port = port(lines.get(0));
          try {
            silent.addAll(strangers(port));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return lines;
        };
    List<Future<Boolean>> futures = new ArrayList<>();
    for (int rank = 0; rank < 2; rank++) {
      Rendezvous rendezvous =
          new Claim(meeting.get(rank), 0, 2, rank == 1 ? visit : UnaryOperator.identity());
      futures.add(
          threads.submit(
              () -> {
                try (ProcessGroup group =
                    ProcessGroup.connect(rendezvous, "127.0.0.1", Ranks.SECRET, Ranks.TCP)) {
                  group.barrier();
                  return true;
                }
              }));
    }
    for (Future<Boolean> future : futures) {
      assertTrue(future.get());
    }
    threads.shutdown();
    for (Socket socket : silent) {
      socket.close();
    }
  }

  private static int port(String line) {
    String address = line.split(" ")[4];
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** Port scanners, garbage, half a greeting, an endless one, and some who say nothing. */
  private static List<Socket> strangers(int port) throws IOException {
    List<Socket> silent = new ArrayList<>();
    new Socket("127.0.0.1", port).close();
    long seed = 99;
    Random random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      byte[] garbage = new byte[random.nextInt(2_000)];
      random.nextBytes(garbage);
      Socket socket = new Socket("127.0.0.1", port);
      silent.add(socket);
      OutputStream out = socket.getOutputStream();
      out.write(garbage);
      out.flush();
    }
    byte[] preamble = ByteBuffer.allocate(6).putInt(0x43525354).putShort((short) 2).array();
    for (int length : new int[] {-1, Integer.MAX_VALUE, 0, 60}) {
      Socket socket = new Socket("127.0.0.1", port);
      silent.add(socket);
      socket.getOutputStream().write(preamble);
      socket.getOutputStream().write(ByteBuffer.allocate(4).putInt(length).array());
      socket.getOutputStream().write(new byte[40]);
    }
    for (int i = 0; i < 150; i++) {
      silent.add(new Socket("127.0.0.1", port));
    }
    return silent;
  }

  @Test
  void anotherVersionIsToldOurs() throws Exception {
    List<LocalRendezvous> meeting = LocalRendezvous.create(2, 0, Duration.ofSeconds(10));
    ExecutorService threads = Executors.newFixedThreadPool(1);
    Future<ProcessGroup> listener =
        threads.submit(
            () ->
                ProcessGroup.connect(
                    meeting.get(0),
                    "127.0.0.1",
                    Ranks.SECRET,
                    OPTIONS.withConnectTimeout(Duration.ofSeconds(1))));
    int port =
        port(meeting.get(1).exchange("cresset/2 127.0.0.1 1 jvm 127.0.0.1:1 local none/0").get(0));
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket
          .getOutputStream()
          .write(ByteBuffer.allocate(6).putInt(0x43525354).putShort((short) 9).array());
      InputStream in = socket.getInputStream();
      assertEquals(2, in.read() << 8 | in.read());
      assertEquals(-1, in.read());
    }
    ExecutionException error = assertThrows(ExecutionException.class, listener::get);
    String message = String.valueOf(Objects.requireNonNull(error.getCause()).getMessage());
    assertTrue(message.contains("protocol version 9"), message);
    assertTrue(message.contains("rank 1 (process 1 on 127.0.0.1) did not connect"), message);
    threads.shutdown();
  }
}
