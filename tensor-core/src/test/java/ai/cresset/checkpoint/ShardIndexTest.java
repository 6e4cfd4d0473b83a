package ai.cresset.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.cresset.error.CheckpointException;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class ShardIndexTest {
  private static final String FIRST = ShardIndex.fileName(0, 2);
  private static final String SECOND = ShardIndex.fileName(1, 2);

  private static ShardIndex index() {
    StoredTensor cut =
        new StoredTensor(
            DType.FLOAT32,
            Shape.of(3, 4),
            List.of(
                new StoredPart(FIRST, "model/w", List.of(0L, 0L), Shape.of(2, 4)),
                new StoredPart(SECOND, "model/w", List.of(2L, 0L), Shape.of(1, 4))));
    StoredTensor scalar =
        new StoredTensor(
            DType.INT64,
            Shape.of(),
            List.of(new StoredPart(SECOND, "model/n", List.of(), Shape.of())));
    StoredTensor empty = new StoredTensor(DType.BFLOAT16, Shape.of(0, 4), List.of());
    return new ShardIndex(
        new TreeMap<>(Map.of("model/w", cut, "model/n", scalar, "model/e", empty)),
        new TreeMap<>(Map.of("step/w", 3.0, "lr/a", 0.1 + 0.2, "x/w", Double.NaN)));
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    assertEquals(index(), ShardIndex.parse("file", index().toBytes()));
    assertEquals(
        "{\"version\":1,\"files\":[\"shard-00000-of-00002.safetensors\",\"shard-00001-of-00002"
            + ".safetensors\"],\"tensors\":{\"model/e\":{\"dtype\":\"BF16\",\"shape\":[0,4],"
            + "\"parts\":[]},\"model/n\":{\"dtype\":\"I64\",\"shape\":[],\"parts\":[[1]]},"
            + "\"model/w\":{\"dtype\":\"F32\",\"shape\":[3,4],\"parts\":[[0,0,0,2,4],[1,2,0,1,4]]}},"
            + "\"numbers\":{\"lr/a\":\"0.30000000000000004\",\"step/w\":\"3.0\",\"x/w\":\"NaN\"}}",
        new String(index().toBytes(), StandardCharsets.UTF_8));
  }

  /** One thing is changed at a time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":1 | \"version\":2 | index version 2, expected 1",
        "00001-of-00002.s | ../../etc/x.s | is no name of a shard",
        "[1,2,0,1,4] | [2,2,0,1,4] | is not a file, 2 offsets and as many sizes",
        "[1,2,0,1,4] | [1,2,0,1] | is not a file, 2 offsets and as many sizes",
        "[1,2,0,1,4] | [1,1,0,1,4] | overlap, but are not the same",
        "[1,2,0,1,4] | [1,3,0,1,4] | reaches out of [3, 4]",
        "[1,2,0,1,4] | [1,9223372036854775807,0,1,4] | reaches out of [3, 4]",
        "[1,2,0,1,4] | [1,2,1,1,3] | its parts have 11 of the 12 elements",
        ",[1,2,0,1,4] | '' | its parts have 8 of the 12 elements",
        "[1,2,0,1,4] | [1,2,0,0,4] | reaches out of [3, 4] or is empty",
        "[1,2,0,1,4] | [1,2,0,-1,4] | expected whole numbers of at least 0",
        "[1,2,0,1,4] | [1,2,0,1e0,4] | expected whole numbers of at least 0",
        "[1,2,0,1,4] | {} | is no list of numbers",
        "[3,4] | [3,9223372036854775807] | more than 2^63 bytes",
        "\"F32\" | \"F31\" | expected one of BOOL",
        "\"3.0\" | \"three\" | number 'step/w': it is \"three\"",
        "\"numbers\" | \"figures\" | expected the objects tensors and numbers",
        "\"model/w\": | \"model/n\": | Duplicate",
        "\"tensors\":{ | \"tensors\":{{ | Unexpected character",
        "\"parts\":[] | \"parts\":[[[[[[[[[[]]]]]]]]]] | nesting depth"
      })
  void hostileIndexesAreRefusedWithTheReason(String from, String to, String reason) {
    String json = new String(index().toBytes(), StandardCharsets.UTF_8);
    assertTrue(json.contains(from), from);
    byte[] changed = json.replace(from, to).getBytes(StandardCharsets.UTF_8);
    String message =
        assertThrows(CheckpointException.class, () -> ShardIndex.parse("dir/shards.json", changed))
            .getMessage();
    assertTrue(message.startsWith("dir/shards.json: "), message);
    assertTrue(message.contains(reason), message);
  }

  /** Whatever bytes are broken, it is one of our errors, or an index that is whole. */
  @Test
  void brokenBytesGiveNoOtherError() {
    long seed = 7;
    Random random = new Random(seed);
    byte[] whole = index().toBytes();
    for (int round = 0; round < 3000; round++) {
      byte[] broken = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        broken[random.nextInt(broken.length)] = (byte) (32 + random.nextInt(96));
      }
      try {
        ShardIndex.parse("file", broken)
            .tensors()
            .values()
            .forEach(tensor -> assertEquals(null, tensor.problem()));
      } catch (CheckpointException e) {
        assertTrue(e.getMessage().startsWith("file: "), "round " + round);
      }
    }
  }
}
