package ai.cresset.jobs.download;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.ConfigException;
import ai.cresset.error.DataException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files come from a real server of this machine, or do not. */
final class DownloadTest {
  private static final byte[] CONTENT = "sepal,petal\n1,2\n".getBytes(UTF_8);

  @TempDir private Path directory = Path.of("");
  private final List<String> said = new ArrayList<>();

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private Download download(int port, long bytes, String sha256) {
    URI url = URI.create("http://127.0.0.1:" + port + "/flowers.csv");
    RemoteFile file = new RemoteFile("flowers.csv", url, bytes, sha256);
    return new Download(
        new Catalogue.Entry("flowers", "a table", List.of(file)), directory, said::add);
  }

  private static HttpServer serve() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, CONTENT.length);
          exchange.getResponseBody().write(CONTENT);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String refused(Download download) {
    return String.valueOf(assertThrows(DataException.class, download::run).getMessage());
  }

  @Test
  void aFileIsFetchedOnceAndChecked() throws Exception {
    HttpServer server = serve();
    int port = server.getAddress().getPort();
    Path file = directory.resolve("flowers.csv");
    try {
      String wrong = refused(download(port, CONTENT.length, "0".repeat(64)));
      assertTrue(wrong.contains("expected a file with the SHA-256 0000"), wrong);
      String cut = refused(download(port, 99, sha256(CONTENT)));
      assertTrue(cut.contains("expected 99 bytes, got " + CONTENT.length), cut);
      String longer = refused(download(port, 3, sha256(CONTENT)));
      assertTrue(longer.contains("expected 3 bytes, got more"), longer);
      try (var left = Files.list(directory)) {
        assertEquals(0, left.count());
      }
      Download right = download(port, CONTENT.length, sha256(CONTENT));
      right.run();
      assertEquals(new String(CONTENT, UTF_8), Files.readString(file));
      right.run();
      assertEquals(
          List.of(
              file + ": 16 bytes fetched, SHA-256 is right", file + ": is there, SHA-256 is right"),
          said);
    } finally {
      server.stop(0);
    }
    Files.writeString(file, "mine");
    String another = refused(download(port, CONTENT.length, sha256(CONTENT)));
    assertTrue(another.contains("is not the file of the data set"), another);
    assertEquals("mine", Files.readString(file));
    Files.delete(file);
    String offline = refused(download(port, CONTENT.length, sha256(CONTENT)));
    assertTrue(offline.contains("cannot be reached"), offline);
    assertTrue(offline.contains("is there a network? Fetch it elsewhere and put it to"), offline);
    assertFalse(Files.exists(file));
  }

  @Test
  void theCatalogueIsWholeAndStrict() throws IOException {
    Path own = Path.of(System.getProperty("cresset.home"), "conf/downloads/catalogue.yml");
    Catalogue catalogue = Catalogue.read(own);
    assertEquals(4, catalogue.find("mnist").files().size());
    assertTrue(catalogue.describe().lines().count() >= 4, catalogue.describe());
    assertTrue(
        String.valueOf(
                assertThrows(ConfigException.class, () -> catalogue.find("emnist")).getMessage())
            .startsWith("data set: expected one of mnist, "));
    Path other = directory.resolve("other.yml");
    Files.writeString(
        other, "datasets:\n- name: a\n  colour: red\n  description: b\n  files: []\n");
    String text =
        String.valueOf(
            assertThrows(ConfigException.class, () -> Catalogue.read(other)).getMessage());
    assertTrue(text.contains(": no catalogue of data sets:"), text);
    assertThrows(
        ConfigException.class,
        () -> new RemoteFile("../evil", URI.create("http://h/x"), 1, "0".repeat(64)));
  }
}
