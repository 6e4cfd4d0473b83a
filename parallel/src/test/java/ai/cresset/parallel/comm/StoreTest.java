package ai.cresset.parallel.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CommunicationException;
import ai.cresset.parallel.comm.handshake.JobSecret;
import ai.cresset.parallel.comm.store.MemoryStore;
import ai.cresset.parallel.comm.store.PrefixStore;
import ai.cresset.parallel.comm.store.Store;
import ai.cresset.parallel.comm.store.TcpStore;
import ai.cresset.parallel.comm.store.TcpStoreServer;
import ai.cresset.parallel.launch.StoreRendezvous;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The store behaves alike in memory, behind a prefix and over TCP. */
final class StoreTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static TcpStoreServer server(boolean encrypt) {
    return TcpStoreServer.start("127.0.0.1", Ranks.SECRET, encrypt);
  }

  private static TcpStore client(TcpStoreServer server, boolean encrypt) {
    return TcpStore.connect(server.address(), Ranks.SECRET, encrypt, LONG);
  }

  private static void check(Store store) throws Exception {
    store.set("name", bytes("value"));
    assertArrayEquals(bytes("value"), store.get("name", LONG));
    assertEquals(2, store.add("counter", 2));
    assertEquals(-1, store.add("counter", -3));
    assertThrows(CommunicationException.class, () -> store.add("name", 1));
    assertNull(store.compareAndSet("slot", bytes("x"), bytes("y")));
    assertArrayEquals(bytes("a"), store.compareAndSet("slot", null, bytes("a")));
    assertArrayEquals(bytes("a"), store.compareAndSet("slot", bytes("x"), bytes("b")));
    assertArrayEquals(bytes("b"), store.compareAndSet("slot", bytes("a"), bytes("b")));
    assertTrue(store.delete("slot"));
    assertFalse(store.delete("slot"));
    CommunicationException missing =
        assertThrows(
            CommunicationException.class,
            () -> store.await(List.of("name", "nobody"), Duration.ofMillis(30)));
    assertTrue(String.valueOf(missing.getMessage()).contains("nobody"), missing.getMessage());
  }

  @Test
  void inMemoryAndBehindAPrefix() throws Exception {
    try (MemoryStore store = new MemoryStore()) {
      check(store);
      check(new PrefixStore(store, "part"));
      assertArrayEquals(bytes("value"), store.get("part/name", LONG));
    }
  }

  @Test
  void overTcpPlainAndEncrypted() throws Exception {
    for (boolean encrypt : new boolean[] {false, true}) {
      try (TcpStoreServer server = server(encrypt);
          TcpStore store = client(server, encrypt)) {
        check(store);
        assertArrayEquals(bytes("value"), server.store().get("name", LONG));
      }
    }
  }

  @Test
  void aStrangerCannotUseIt() {
    try (TcpStoreServer server = server(false)) {
      CommunicationException error =
          assertThrows(
              CommunicationException.class,
              () -> TcpStore.connect(server.address(), JobSecret.random(), false, LONG));
      assertTrue(
          String.valueOf(error.getMessage()).contains("the job secrets differ"),
          error.getMessage());
    }
  }

  @Test
  void waitersHearOfTheEndOfTheServer() throws Exception {
    ExecutorService thread = Executors.newFixedThreadPool(1);
    Future<?> waiting;
    try (TcpStoreServer server = server(false)) {
      TcpStore store = client(server, false);
      store.set("here", bytes("1"));
      waiting =
          thread.submit(
              () -> assertThrows(CommunicationException.class, () -> store.get("never", LONG)));
      server.store().get("here", LONG);
    }
    waiting.get();
    thread.shutdown();
  }

  @Test
  void ranksMeetAtAStore() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (TcpStoreServer server = server(false)) {
      List<Future<Boolean>> futures = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int rank = i;
        futures.add(
            threads.submit(
                () -> {
                  try (TcpStore store = client(server, false);
                      ProcessGroup group =
                          ProcessGroup.connect(
                              new StoreRendezvous(store, rank, 3, 1, LONG),
                              "127.0.0.1",
                              Ranks.SECRET,
                              Ranks.TCP)) {
                    group.barrier();
                    return true;
                  }
                }));
      }
      for (Future<Boolean> future : futures) {
        assertTrue(future.get());
      }
    }
    threads.shutdown();
  }
}
