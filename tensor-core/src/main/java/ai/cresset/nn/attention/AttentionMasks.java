package ai.cresset.nn.attention;

import ai.cresset.tensor.Creation;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import ai.cresset.type.Shape;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What attention may not see, and biases of its scores. Booleans say true where nothing is seen;
 * numbers of the scores' type are added to them.
 *
 * @param attention {@code [queries, keys]} or {@code [batch * heads, queries, keys]}
 * @param keyPadding {@code [batch, keys]}, or {@code [keys]} for inputs without batch
 */
public record AttentionMasks(@Nullable Tensor attention, @Nullable Tensor keyPadding) {
  /** All is seen. */
  public static final AttentionMasks NONE = new AttentionMasks(null, null);

  /** Positions see themselves and those before them. */
  public static AttentionMasks causal(long length, Device device) {
    return new AttentionMasks(Creation.upperTriangle(length, length, 1, device), null);
  }

  /** Only a mask for pairs of queries and keys. */
  public static AttentionMasks attention(Tensor mask) {
    return new AttentionMasks(mask, null);
  }

  /** Only a mask for keys. */
  public static AttentionMasks keyPadding(Tensor mask) {
    return new AttentionMasks(null, mask);
  }

  /** The masks that there are, so that they can be inputs of a pass. */
  public List<Tensor> tensors() {
    return Stream.of(attention, keyPadding).filter(Objects::nonNull).toList();
  }

  /** The same masks with other handles of the {@link #tensors()}. */
  public AttentionMasks with(List<Tensor> tensors) {
    int next = attention == null ? 0 : 1;
    return new AttentionMasks(
        attention == null ? null : tensors.get(0), keyPadding == null ? null : tensors.get(next));
  }

  /** Both as one that broadcasts to {@code [batch, heads, queries, keys]}: what is added. */
  @Nullable Tensor merged(long batch, long heads, DType type) {
    Tensor pairs = attention == null ? null : biases(attention, type);
    if (pairs != null && pairs.rank() == 3) {
      pairs = pairs.reshape(batch, heads, pairs.size(-2), pairs.size(-1));
    }
    if (keyPadding == null) {
      return pairs;
    }
    Tensor keys = biases(keyPadding, type);
    Tensor broadcast = keys.reshape(batch, 1, 1, keys.size(-1));
    return pairs == null ? broadcast : pairs.add(broadcast);
  }

  /** The same for so many more keys behind the others, which all queries see. */
  AttentionMasks withMoreKeys(int number) {
    return number == 0
        ? this
        : new AttentionMasks(longer(attention, number), longer(keyPadding, number));
  }

  private static @Nullable Tensor longer(@Nullable Tensor mask, int number) {
    if (mask == null) {
      return null;
    }
    Shape seen = mask.shape().with(mask.rank() - 1, number);
    return Functional.cat(List.of(mask, Tensor.zeros(mask.spec().withShape(seen))), -1);
  }

  private static Tensor biases(Tensor mask, DType type) {
    if (mask.dtype() != DType.BOOL) {
      return mask.to(type);
    }
    Tensor zeros = Tensor.zeros(mask.spec().withDType(type));
    return zeros.maskedFill(mask, Double.NEGATIVE_INFINITY);
  }
}
