package ai.cresset.parallel.comm.shm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.parallel.comm.channel.Channel;
import ai.cresset.parallel.comm.channel.Conversation;
import ai.cresset.parallel.comm.channel.Deadline;
import ai.cresset.parallel.comm.channel.Transport;
import ai.cresset.parallel.comm.local.LocalTransport;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SharedMemoryTest {
  private static final int RING = SharedMemoryAgreement.MIN_RING_BYTES;

  /** Both ends of what came of an agreement. */
  private record Ends(SharedMemoryAgreement.Result maker, SharedMemoryAgreement.Result guest) {}

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private static Ends agree(@Nullable String forbidden) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    SynchronousQueue<Channel> accepted = new SynchronousQueue<>();
    Transport transport = new LocalTransport();
    try (Transport.Listener listener =
        transport.listen(
            channel -> threads.execute(() -> assertTrue(offered(accepted, channel))))) {
      Channel dialled = transport.dial(listener.address(), soon());
      Channel answering = accepted.take();
      Future<SharedMemoryAgreement.Result> guest =
          threads.submit(() -> SharedMemoryAgreement.answer(answering, forbidden, soon()));
      return new Ends(SharedMemoryAgreement.offer(dialled, RING, soon()), guest.get());
    } finally {
      threads.shutdown();
    }
  }

  private static boolean offered(SynchronousQueue<Channel> queue, Channel channel) {
    try {
      return queue.offer(channel, 10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void bytesArriveInOrderWhateverTheSizes() throws Exception {
    Ends ends = agree(null);
    assertNull(ends.maker().refusal());
    assertInstanceOf(SharedMemoryChannel.class, ends.guest().channel());
    long seed = 3;
    byte[] sent = new byte[20 * RING + 77];
    new Random(seed).nextBytes(sent);
    ExecutorService threads = Executors.newFixedThreadPool(1);
    // Either end sleeps again and again: the ring is full or empty most of the time.
    Future<Boolean> writer =
        threads.submit(
            () -> {
              Random random = new Random(seed);
              try (Conversation talk = new Conversation(ends.maker().channel())) {
                for (int at = 0; at < sent.length; ) {
                  int count = Math.min(sent.length - at, random.nextInt(3 * RING));
                  talk.send(ByteBuffer.wrap(sent, at, count).slice(), soon());
                  at += count;
                }
              }
              return true;
            });
    byte[] received = new byte[sent.length];
    try (Conversation talk = new Conversation(ends.guest().channel())) {
      Random random = new Random(seed + 1);
      for (int at = 0; at < received.length; ) {
        int count = Math.min(received.length - at, random.nextInt(2 * RING));
        talk.receive(count, soon()).get(received, at, count);
        at += count;
      }
      assertTrue(writer.get());
      assertArrayEquals(sent, received, "seed " + seed);
      ends.maker().channel().close();
      assertThrows(EOFException.class, () -> talk.receive(1, soon()));
    }
    ends.guest().channel().close();
    threads.shutdown();
  }

  @Test
  void aRefusalLeavesTheChannelAsItWas() throws Exception {
    Ends ends = agree("it is switched off on rank 7");
    assertEquals("it is switched off on rank 7", ends.maker().refusal());
    assertEquals("it is switched off on rank 7", ends.guest().refusal());
    assertFalse(ends.maker().channel() instanceof SharedMemoryChannel);
    try (Conversation there = new Conversation(ends.maker().channel());
        Conversation here = new Conversation(ends.guest().channel())) {
      there.sendFrame(new byte[] {1, 2}, soon());
      assertEquals(2, here.receiveFrame(9, soon()).remaining());
    }
    ends.maker().channel().close();
    ends.guest().channel().close();
  }

  @Test
  void filesAreForTheirOwnerAndOthersAreNotMapped(@TempDir Path directory) throws IOException {
    Path file = SharedSegment.create(RING);
    try {
      assertEquals(
          PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
      assertThrows(IOException.class, () -> SharedSegment.map(file, 2 * RING));
      Path elsewhere = Files.copy(file, directory.resolve("cresset-copy"));
      assertThrows(IOException.class, () -> SharedSegment.map(elsewhere, RING));
    } finally {
      Files.delete(file);
    }
  }

  /** Each looks for files that were forgotten while the others remove theirs. */
  @Test
  void workersThatBeginTogetherDoNotDisturbEachOther() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Path>> all = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        all.add(
            threads.submit(
                () -> {
                  Path file = SharedSegment.create(RING);
                  Files.delete(file);
                  return file;
                }));
      }
      for (Future<Path> each : all) {
        assertFalse(Files.exists(each.get()));
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void positionsThatCannotBeAreAnError() throws IOException {
    ByteBuffer memory = ByteBuffer.allocateDirect(4096 + RING).alignedSlice(8);
    ByteRing ring = new ByteRing(memory, 0, 1024, 2048);
    memory.order(ByteOrder.nativeOrder()).putLong(0, 4_000);
    IOException error = assertThrows(IOException.class, () -> ring.read(ByteBuffer.allocate(10)));
    assertTrue(String.valueOf(error.getMessage()).contains("shared memory is damaged"));
  }

  @Test
  void placesAreComparedByBootAndDevice(@TempDir Path directory) {
    SharedMemoryPlace here = SharedMemoryPlace.here();
    assertTrue(here.fits(SharedMemoryPlace.parse(here.word())));
    SharedMemoryPlace container = SharedMemoryPlace.parse(here.boot() + "/999999");
    assertTrue(here.sharesHostWith(container));
    assertFalse(here.fits(container));
    assertFalse(here.sharesHostWith(SharedMemoryPlace.parse("another/" + here.device())));
    SharedMemoryPlace missing = SharedMemoryPlace.of(directory.resolve("shm"));
    assertTrue(missing.problem().contains("does not exist"), missing.problem());
    assertFalse(missing.fits(missing));
    assertThrows(IllegalArgumentException.class, () -> SharedMemoryPlace.parse("nonsense"));
  }
}
