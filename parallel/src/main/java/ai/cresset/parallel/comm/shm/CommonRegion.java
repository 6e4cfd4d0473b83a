package ai.cresset.parallel.comm.shm;

import ai.cresset.memory.FileMapping;
import ai.cresset.memory.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How all ranks of one host come to map a piece of each other's memory.
 *
 * <pre>
 *   each rank   makes a file: its zeros, then a random token
 *   all gather  name and token, or why there is none
 *   each rank   maps the files of all, and finds in each the token that was told
 *   all gather  yes, or why not
 *   each rank   removes the name of its file
 * </pre>
 *
 * <p>Ranks talk over channels on which they have proved themselves, so a token that is found in a
 * file shows that it is that rank's memory.
 */
public final class CommonRegion {
  private static final int TOKEN_BYTES = 32;
  private static final String YES = "yes";
  private static final SecureRandom RANDOM = new SecureRandom();

  private CommonRegion() {}

  /** What each rank says, and in return hears of all of them, in order of rank. */
  @FunctionalInterface
  public interface Gathering {
    List<byte[]> all(byte[] own);
  }

  /**
   * What came of it.
   *
   * @param storages by rank, zeros; empty if any rank refused
   * @param refusal why, and who; null if none did
   */
  public record Result(List<Storage> storages, @Nullable String refusal) {}

  /**
   * Called by all ranks at once.
   *
   * @param bytes of each rank's piece, the same on all
   * @param forbidden why this rank wants none; null if it does
   */
  public static Result agree(
      int rank, int ranks, long bytes, @Nullable String forbidden, Gathering gathering)
      throws IOException {
    @Nullable Path file = null;
    List<Storage> storages = new ArrayList<>();
    boolean agreed = false;
    try {
      byte[] token = new byte[TOKEN_BYTES];
      RANDOM.nextBytes(token);
      String refusal = forbidden == null ? shortage(ranks, bytes) : forbidden;
      if (refusal == null) {
        try {
          file = SharedFile.create(bytes + TOKEN_BYTES);
          write(file, bytes, token);
        } catch (IOException e) {
          refusal = String.valueOf(e.getMessage());
        }
      }
      String offer =
          refusal == null && file != null
              ? YES + " " + file.getFileName() + " " + HexFormat.of().formatHex(token)
              : refusal;
      List<String> offers = texts(gathering, String.valueOf(offer));
      String refused = firstRefusal(offers, text -> text.startsWith(YES + " ") ? YES : text);
      if (refused != null) {
        return new Result(List.of(), refused);
      }
      String trouble = YES;
      try {
        for (String each : offers) {
          storages.add(map(each, bytes));
        }
      } catch (IOException e) {
        trouble = String.valueOf(e.getMessage());
      }
      refused = firstRefusal(texts(gathering, trouble), text -> text);
      agreed = refused == null;
      return new Result(agreed ? List.copyOf(storages) : List.of(), refused);
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
      if (!agreed) {
        storages.forEach(Storage::release);
      }
    }
  }

  /** Half of what is free stays so, for others. */
  private static @Nullable String shortage(int ranks, long bytes) {
    long free = SharedMemoryPlace.freeBytes();
    return bytes + TOKEN_BYTES > free / 2 / ranks
        ? ranks
            + " ranks want "
            + bytes
            + " bytes each of "
            + SharedMemoryPlace.DIRECTORY
            + ", of which "
            + free
            + " are free"
        : null;
  }

  private static void write(Path file, long bytes, byte[] token) throws IOException {
    try (FileMapping mapping = SharedFile.open(file, bytes + TOKEN_BYTES)) {
      ByteBuffer source = ByteBuffer.wrap(token);
      while (source.hasRemaining()) {
        mapping.channel().write(source, bytes + source.position());
      }
    }
  }

  private static List<String> texts(Gathering gathering, String own) {
    return gathering.all(own.getBytes(StandardCharsets.UTF_8)).stream()
        .map(text -> new String(text, StandardCharsets.UTF_8))
        .toList();
  }

  private static @Nullable String firstRefusal(List<String> texts, UnaryOperator<String> verdict) {
    for (int rank = 0; rank < texts.size(); rank++) {
      String text = verdict.apply(texts.get(rank));
      if (!text.equals(YES)) {
        return "rank " + rank + ": " + text;
      }
    }
    return null;
  }

  private static Storage map(String offer, long bytes) throws IOException {
    String[] fields = offer.split(" ", -1);
    if (fields.length != 3
        || !fields[1].matches("[A-Za-z0-9-]+")
        || !fields[2].matches("[0-9a-f]{" + 2 * TOKEN_BYTES + "}")) {
      throw new IOException("an offer of memory that makes no sense");
    }
    Path file = SharedMemoryPlace.DIRECTORY.resolve(fields[1]);
    try (FileMapping mapping = SharedFile.open(file, bytes + TOKEN_BYTES)) {
      ByteBuffer found = ByteBuffer.allocate(TOKEN_BYTES);
      while (found.hasRemaining() && mapping.channel().read(found, bytes + found.position()) >= 0) {
        // More may be there.
      }
      if (!MessageDigest.isEqual(found.array(), HexFormat.of().parseHex(fields[2]))) {
        throw new IOException("the ranks do not see the same memory");
      }
      return mapping.map(0, bytes);
    }
  }
}
