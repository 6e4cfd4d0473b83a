package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class KernelCacheTest {
  private static final byte[] CODE = "code of a kernel".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  @Test
  void whatIsWrittenIsThereForTheNextProcessAndNothingElse() throws IOException {
    String key = KernelCache.key(List.of("NVRTC 12.6 for sm_90", "source"));
    new KernelCache(directory.resolve("new")).write(key, CODE);
    assertArrayEquals(CODE, new KernelCache(directory.resolve("new")).read(key));
    try (Stream<Path> files = Files.list(directory.resolve("new"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void damagedEntriesAreRemoved() throws IOException {
    KernelCache cache = new KernelCache(directory);
    for (int length : new int[] {0, 10, 40}) {
      cache.write("entry", CODE);
      Path file = directory.resolve("entry");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, length == 0 ? bytes : Arrays.copyOf(bytes, length));
      assertNull(cache.read("entry"));
      assertFalse(Files.exists(file));
    }
  }

  @Test
  void everyPartOfAKeyCounts() {
    assertNotEquals(KernelCache.key(List.of("a", "bc")), KernelCache.key(List.of("ab", "c")));
    assertNotEquals(
        KernelCache.key(List.of("sm_80", "source")), KernelCache.key(List.of("sm_90", "source")));
  }

  @Test
  void directoriesThatCannotBeWrittenCostOnlyTime() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    KernelCache cache = new KernelCache(file.resolve("below"));
    cache.write("entry", CODE);
    assertNull(cache.read("entry"));
  }
}
