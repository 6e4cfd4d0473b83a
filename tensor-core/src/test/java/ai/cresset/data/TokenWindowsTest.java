package ai.cresset.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.data.arrow.BatchBuffer;
import ai.cresset.data.arrow.Column;
import ai.cresset.data.arrow.ColumnBatch;
import ai.cresset.data.arrow.ColumnType;
import ai.cresset.data.arrow.DatasetReader;
import ai.cresset.data.arrow.DatasetSchema;
import ai.cresset.data.arrow.DirectorySource;
import ai.cresset.data.arrow.DirectoryWriter;
import ai.cresset.error.DataException;
import ai.cresset.memory.Allocator;
import ai.cresset.memory.NativeMemory;
import ai.cresset.memory.Scope;
import ai.cresset.type.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullUnmarked
class TokenWindowsTest {
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

  @Test
  void everyStoredTypeReadsBack() {
    int[] tokens = {0, 1, 127, 128, 200, 255};
    for (TokenType type : TokenType.values()) {
      try (TokenStream stream = StoredTokens.copyOf(tokens, type)) {
        long[] read = new long[6];
        stream.read(0, read, 0, 6);
        assertArrayEquals(new long[] {0, 1, 127, 128, 200, 255}, read);
        assertThrows(DataException.class, () -> stream.read(1, read, 0, 6));
        assertThrows(DataException.class, () -> stream.read(-1, read, 0, 1));
      }
    }
    try (TokenStream wide = StoredTokens.copyOf(new int[] {40_000, 65_535}, TokenType.UINT16)) {
      long[] read = new long[2];
      wide.read(0, read, 0, 2);
      assertArrayEquals(new long[] {40_000, 65_535}, read);
    }
    assertEquals(TokenType.UINT8, TokenType.forVocabulary(256));
    assertEquals(TokenType.UINT16, TokenType.forVocabulary(257));
    assertEquals(TokenType.INT32, TokenType.forVocabulary(65_537));
  }

  @Test
  void consecutiveWindowsPredictEveryTokenOnce() {
    for (int length = 1; length < 14; length++) {
      for (int count = 2; count < 30; count++) {
        try (TokenWindows windows =
                TokenWindows.consecutive(
                    StoredTokens.copyOf(IntStream.range(1, count + 1).toArray(), TokenType.UINT8),
                    length);
            Scope scope = Scope.open()) {
          List<Long> predicted = new ArrayList<>();
          for (long window = 0; window < windows.size(); window++) {
            Batch batch = windows.gather(new long[] {window});
            long[] inputs = batch.inputs().toLongArray();
            long[] targets = batch.targets().toLongArray();
            for (int i = 0; i < length; i++) {
              if (targets[i] != TokenWindows.IGNORE_INDEX) {
                assertEquals(inputs[i] + 1, targets[i]);
                predicted.add(targets[i]);
              } else {
                assertEquals(0, inputs[i]);
              }
            }
          }
          assertEquals(count - 1, predicted.size(), length + " of " + count);
          assertEquals(count - 1, windows.numTargets());
          assertEquals(IntStream.range(2, count + 1).mapToObj(Long::valueOf).toList(), predicted);
        }
      }
    }
  }

  @Test
  void windowsAtEveryOffsetAreWhole() {
    try (TokenWindows windows =
            TokenWindows.atEveryOffset(
                StoredTokens.copyOf(IntStream.range(0, 10).toArray(), TokenType.UINT8), 4);
        Scope scope = Scope.open()) {
      assertEquals(6, windows.size());
      Batch batch = windows.gather(new long[] {5, 0});
      assertEquals("[2, 4]", batch.inputs().shape().toString());
      assertArrayEquals(new long[] {5, 6, 7, 8, 0, 1, 2, 3}, batch.inputs().toLongArray());
      assertArrayEquals(new long[] {6, 7, 8, 9, 1, 2, 3, 4}, batch.targets().toLongArray());
      assertThrows(DataException.class, () -> windows.gather(new long[] {6}));
    }
  }

  @Test
  void aTextThatIsTooShortIsRefused() {
    try (TokenStream stream = StoredTokens.copyOf(new int[] {1, 2, 3, 4}, TokenType.UINT8);
        TokenStream one = StoredTokens.copyOf(new int[] {1}, TokenType.UINT8)) {
      assertEquals(
          "windows of 4 tokens and the one to predict need 5 tokens, the text has 4; use more text"
              + " or a shorter context",
          assertThrows(DataException.class, () -> TokenWindows.atEveryOffset(stream, 4))
              .getMessage());
      assertEquals(
          "next-token prediction needs at least 2 tokens, the text has 1; use more text",
          assertThrows(DataException.class, () -> TokenWindows.consecutive(one, 4)).getMessage());
    }
  }

  @Test
  void windowsMayStraddleParts() {
    try (ConcatenatedTokens tokens =
        new ConcatenatedTokens(
            List.of(
                StoredTokens.copyOf(new int[] {0, 1, 2}, TokenType.UINT8),
                StoredTokens.copyOf(new int[] {}, TokenType.UINT8),
                StoredTokens.copyOf(new int[] {3}, TokenType.INT32),
                StoredTokens.copyOf(new int[] {4, 5, 6, 7}, TokenType.UINT16)))) {
      assertEquals(8, tokens.length());
      for (int from = 0; from < 8; from++) {
        for (int count = 0; from + count <= 8; count++) {
          long[] read = new long[count];
          tokens.read(from, read, 0, count);
          for (int i = 0; i < count; i++) {
            assertEquals(from + i, read[i]);
          }
        }
      }
      try (TokenStream slice = tokens.slice(2, 7)) {
        long[] read = new long[5];
        slice.read(0, read, 0, 5);
        assertArrayEquals(new long[] {2, 3, 4, 5, 6}, read);
        assertThrows(DataException.class, () -> slice.read(1, read, 0, 5));
        assertNotEquals(tokens.fingerprint(), slice.fingerprint());
      }
      assertThrows(DataException.class, () -> tokens.slice(2, 9));
    }
  }

  @Test
  void aStoredColumnIsOneStream() throws Exception {
    DatasetSchema schema =
        DatasetSchema.of(
            new Column("tokens", new ColumnType.VariableArray(DType.INT16)),
            new Column("label", new ColumnType.Scalar(DType.INT64)));
    int next = 65_000;
    try (DirectoryWriter writer = new DirectoryWriter(directory, schema, allocator);
        BatchBuffer buffer = new BatchBuffer(schema, allocator, 2, 1 << 20)) {
      for (int part = 0; part < 3; part++) {
        if (part > 0) {
          writer.nextPart();
        }
        for (int row = 0; row < 5; row++) {
          long address = buffer.column(0).nextRow(row);
          for (int i = 0; i < row; i++) {
            NativeMemory.putShort(address + 2L * i, (short) next++);
          }
          NativeMemory.putLong(buffer.column(1).nextRows(1), row);
          try (ColumnBatch rows = buffer.take()) {
            writer.append(rows);
          }
        }
      }
      writer.finish(Map.of());
    }
    try (ArrowTokens tokens =
        ArrowTokens.open(new DatasetReader(new DirectorySource(directory)), "tokens")) {
      assertEquals(30, tokens.length());
      long[] read = new long[30];
      tokens.read(0, read, 0, 30);
      for (int i = 0; i < 30; i++) {
        assertEquals(65_000 + i, read[i]);
      }
    }
    try (ArrowDataset rows =
            new ArrowDataset(new DatasetReader(new DirectorySource(directory)), List.of("label"));
        Scope scope = Scope.open()) {
      assertEquals(15, rows.size());
      assertArrayEquals(
          new long[] {4, 0, 2}, rows.gather(new long[] {14, 5, 2}).get("label").toLongArray());
      assertTrue(rows.fingerprint().length() == 64);
    }
  }
}
