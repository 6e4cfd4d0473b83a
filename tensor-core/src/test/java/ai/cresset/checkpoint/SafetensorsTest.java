package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class SafetensorsTest {
  private final Allocator allocator = Allocator.create("test", 1L << 30);
  private Allocator.Binding bound;
  @TempDir Path directory;

  @BeforeEach
  void bind() {
    bound = allocator.bind();
  }

  @AfterEach
  void nothingIsLeft() {
    bound.close();
    allocator.close();
  }

  private Path file(String header, int dataBytes) throws IOException {
    return file(header.getBytes(StandardCharsets.UTF_8), header.length(), dataBytes);
  }

  private Path file(byte[] header, long claimed, int dataBytes) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(claimed).put(header);
    for (int i = 0; i < dataBytes; i++) {
      bytes.put((byte) (i + 1));
    }
    return Files.write(directory.resolve("made.safetensors"), bytes.array());
  }

  @Test
  void everyTypeReadsBackBitForBit() {
    Path path = directory.resolve("all.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      for (DType type : DType.values()) {
        Tensor tensor = Tensor.empty(Tensor.spec(type, 3, 5));
        for (int i = 0; i < 15 * type.bytes(); i++) {
          int value = type == DType.BOOL ? i & 1 : 37 * i + type.name().length();
          NativeMemory.putByte(tensor.storage().address() + i, (byte) value);
        }
        tensors.put("tensor." + type, tensor);
      }
      tensors.put("scalar", Tensor.scalar(4));
      tensors.put("empty", Tensor.zeros(0, 7));
      tensors.put("\"quoted\" \u00e4\u4e2d", Tensor.ones(2));
      SafetensorsWriter.save(path, tensors, Map.of("format", "pt", "a", "b"));
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertEquals(tensors.size(), file.entries().size());
        assertEquals(Map.of("format", "pt", "a", "b"), file.metadata());
        tensors.forEach(
            (name, tensor) -> {
              Tensor read = file.read(name);
              assertEquals(tensor.spec(), read.spec());
              assertArrayEquals(bytes(tensor), bytes(read), name);
            });
      }
    }
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[(int) tensor.numel() * tensor.dtype().bytes()];
    NativeMemory.read(tensor.storage().address(), bytes, 0, bytes.length);
    return bytes;
  }

  @Test
  void bytesDependOnContentOnly() throws IOException {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> one = new LinkedHashMap<>();
      one.put("b", Tensor.of(new float[] {1, 2}, 2));
      one.put("a", Tensor.of(new long[] {3}, 1));
      one.put("c", Tensor.of(new float[] {4}, 1));
      Map<String, Tensor> other = new LinkedHashMap<>();
      List.of("c", "a", "b").forEach(name -> other.put(name, one.get(name)));
      SafetensorsWriter.save(directory.resolve("1"), one, Map.of("k", "v", "j", "w"));
      SafetensorsWriter.save(directory.resolve("2"), other, Map.of("j", "w", "k", "v"));
      byte[] bytes = Files.readAllBytes(directory.resolve("1"));
      assertArrayEquals(bytes, Files.readAllBytes(directory.resolve("2")));
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      assertTrue(
          text.contains(
              "{\"__metadata__\":{\"j\":\"w\",\"k\":\"v\"},"
                  + "\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                  + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},"
                  + "\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}}"),
          text);
      assertEquals(0, (bytes.length - 20) % 8);
    }
  }

  @Test
  void stridedTensorsAreStoredRowMajor() {
    Path path = directory.resolve("strided");
    try (Scope scope = Scope.open()) {
      Tensor matrix = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      SafetensorsWriter.save(path, Map.of("t", matrix.t()), Map.of());
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, file.read("t").toFloatArray());
        Tensor target = Tensor.zeros(3, 2).requiresGrad(true);
        file.readInto("t", target);
        assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, target.toFloatArray());
        assertEquals(
            path + ": tensor 't' is float32[3, 2], expected float32[2, 3]",
            assertThrows(CheckpointException.class, () -> file.readInto("t", matrix)).getMessage());
        assertEquals(
            path + ": there is no tensor 'u'; it has [t]",
            assertThrows(CheckpointException.class, () -> file.read("u")).getMessage());
      }
    }
  }

  @Test
  void savingReplacesByOneRename() throws IOException {
    Path path = directory.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.save(path, Map.of("x", Tensor.ones(3)), Map.of());
      byte[] before = Files.readAllBytes(path);
      Tensor released = Tensor.ones(4);
      released.close();
      assertThrows(
          RuntimeException.class,
          () -> SafetensorsWriter.save(path, Map.of("x", released), Map.of()));
      assertArrayEquals(before, Files.readAllBytes(path));
      SafetensorsWriter.save(path, Map.of("x", Tensor.zeros(3)), Map.of());
      try (Stream<Path> all = Files.list(directory)) {
        assertEquals(1, all.count());
      }
    }
  }

  private void refused(String expected, String header, int dataBytes) throws IOException {
    Path path = file(header, dataBytes);
    CheckpointException error =
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(path).close(), header);
    assertTrue(error.getMessage().startsWith(path.toString()), error.getMessage());
    assertTrue(error.getMessage().contains(expected), error.getMessage());
  }

  private static String tensor(String name, String type, String shape, String offsets) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}"
        .formatted(name, type, shape, offsets);
  }

  @Test
  void everyDamageNamesFileAndTensor() throws IOException {
    String good = tensor("w", "F32", "[2]", "[0,8]");
    SafetensorsFile.open(file("{" + good + "}", 8)).close();
    SafetensorsFile.open(file("{}", 0)).close();

    refused("header: com.fasterxml", "{" + good, 8);
    refused("expected a JSON object", "[1]", 0);
    refused("Duplicate field 'w'", "{" + good + "," + good + "}", 8);
    refused("tensor 'w': expected dtype", "{\"w\":3}", 0);
    refused("tensor 'w': dtype is null", "{\"w\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
    refused(
        "tensor 'w' has dtype F8_E5M2; expected one of BOOL, U8,",
        "{" + tensor("w", "F8_E5M2", "[2]", "[0,2]") + "}",
        2);
    refused(
        "tensor 'w': shape has -2, expected whole numbers",
        "{" + tensor("w", "F32", "[-2]", "[0,8]") + "}",
        8);
    refused("shape has 2.5", "{" + tensor("w", "F32", "[2.5]", "[0,8]") + "}", 8);
    refused("shape is \"2\"", "{" + tensor("w", "F32", "\"2\"", "[0,8]") + "}", 8);
    refused(
        "shape has 99999999999999999999",
        "{" + tensor("w", "F32", "[99999999999999999999]", "[0,8]") + "}",
        8);
    refused(
        "tensor 'w': its shape has more than 2^63 bytes",
        "{" + tensor("w", "F32", "[4611686018427387904,4]", "[0,8]") + "}",
        8);
    refused(
        "its shape has more than 2^63 bytes",
        "{" + tensor("w", "F32", "[4611686018427387904,4,0]", "[0,0]") + "}",
        0);
    refused(
        "tensor 'w': shape [3] of F32 takes 12 bytes, data_offsets give 8",
        "{" + tensor("w", "F32", "[3]", "[0,8]") + "}",
        8);
    refused(
        "tensor 'w': data_offsets [8,0] are not",
        "{" + tensor("w", "F32", "[2]", "[8,0]") + "}",
        8);
    refused(
        "tensor 'w': data_offsets [0,8] are not [begin, end] within the 7 bytes",
        "{" + good + "}",
        7);
    refused("data_offsets [0] are not", "{" + tensor("w", "F32", "[2]", "[0]") + "}", 8);
    refused("the tensors end at byte 8 of the data, the file at 9", "{" + good + "}", 9);
    refused(
        "tensor 'v': it overlaps another tensor: it begins at byte 4, expected 8",
        "{" + good + "," + tensor("v", "F32", "[1]", "[4,8]") + "}",
        8);
    refused(
        "tensor 'v': there is a gap before it: it begins at byte 12, expected 8",
        "{" + good + "," + tensor("v", "F32", "[1]", "[12,16]") + "}",
        16);
    refused("unknown field 'extra'", "{\"w\":{\"extra\":1}}", 0);
    refused("'k' is not a text but 3", "{\"__metadata__\":{\"k\":3}}", 0);
    refused("__metadata__: expected a JSON object", "{\"__metadata__\":[]}", 0);
    refused("header: com.fasterxml", "{} {}", 0);
  }

  @Test
  void wrongLengthsOfTheHeaderAreRefused() throws IOException {
    byte[] header = "{}".getBytes(StandardCharsets.UTF_8);
    for (long claimed : new long[] {-1, 0, 1, 3, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Path path = file(header, claimed, 0);
      CheckpointException error =
          assertThrows(CheckpointException.class, () -> SafetensorsFile.open(path).close());
      assertTrue(
          error.getMessage().contains("its length is " + Long.toUnsignedString(claimed)),
          error.getMessage());
    }
    Path tiny = Files.write(directory.resolve("tiny"), new byte[7]);
    assertTrue(
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(tiny).close())
            .getMessage()
            .contains("the file has 7 bytes, expected at least 8"));
    Path latin = file(new byte[] {'{', '"', (byte) 0xe4, '"', '}'}, 5, 0);
    assertTrue(
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(latin).close())
            .getMessage()
            .contains("it is not UTF-8"));
    assertTrue(
        assertThrows(
                CheckpointException.class,
                () -> SafetensorsFile.open(directory.resolve("absent")).close())
            .getMessage()
            .startsWith("cannot open"));
  }

  @Test
  void flippedHeaderBytesNeverGetPast() throws IOException {
    Path path = directory.resolve("model.safetensors");
    try (Scope scope = Scope.open()) {
      SafetensorsWriter.save(
          path,
          Map.of("first.weight", Tensor.ones(4, 3), "second.bias", Tensor.ones(5)),
          Map.of("format", "pt"));
    }
    byte[] good = Files.readAllBytes(path);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 2000; trial++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(path, bad);
      try (Scope scope = Scope.open();
          SafetensorsFile file = SafetensorsFile.open(path)) {
        // A change of a name or an element is not damage to the format: everything reads.
        file.entries().forEach(entry -> file.read(entry.name()));
      } catch (CheckpointException expected) {
        assertTrue(expected.getMessage().contains(path.toString()), "seed " + seed);
      }
    }
  }
}
