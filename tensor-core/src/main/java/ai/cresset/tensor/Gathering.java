package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.Gather;
import ai.cresset.tensor.op.IndexAdd;
import ai.cresset.tensor.op.IndexSelect;
import ai.cresset.tensor.op.MaskedFill;
import ai.cresset.tensor.op.ScatterAdd;
import ai.cresset.tensor.op.ScatterValues;
import ai.cresset.type.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Elements and slices found by tensors of indices or by masks. Results are copies. {@code gather},
 * {@code scatter} and {@code indexSelect} take indices from 0 on, as PyTorch's do.
 */
public interface Gathering {
  /** This object as a tensor. */
  Tensor self();

  /** Whole slices by their index along {@code dim}; {@code index} is integral, of rank 1 or 0. */
  default Tensor indexSelect(int dim, Tensor index) {
    Tensor self = self();
    Tensor places = Places.of("indexSelect", index).reshape(-1);
    if (self.rank() == 0) {
      return self.reshape(1).indexSelect(0, places).reshape();
    }
    return Dispatch.apply(new IndexSelect(dim), self, places);
  }

  /** A copy with slices of {@code source} added by their index along {@code dim}. */
  default Tensor indexAdd(int dim, Tensor index, Tensor source) {
    return indexAdd(dim, index, source, 1);
  }

  /** A copy with {@code alpha} times slices of {@code source} added by their index. */
  default Tensor indexAdd(int dim, Tensor index, Tensor source, double alpha) {
    Tensor self = self();
    Tensor places = Places.of("indexAdd", index).reshape(-1);
    Tensor scaled = alpha == 1 ? source : source.mul(alpha).to(source.dtype());
    if (self.rank() == 0) {
      return self.reshape(1).indexAdd(0, places, scaled.reshape(1)).reshape();
    }
    return Dispatch.apply(new IndexAdd(dim), self, places, scaled);
  }

  /** A copy with {@code value} at whole slices by their index along {@code dim}. */
  default Tensor indexFill(int dim, Tensor index, double value) {
    Tensor self = self();
    if (self.rank() == 0) {
      return self.reshape(1).indexFill(0, index, value).reshape();
    }
    int at = self.shape().dim("indexFill", dim);
    Tensor places = Places.of("indexFill", index).reshape(-1);
    Tensor hits = Tensor.zeros(places.spec().withShape(Shape.of(self.size(at))));
    long[] line = new long[self.rank()];
    Arrays.fill(line, 1);
    line[at] = self.size(at);
    Tensor inside = Places.wrapped("indexFill", at, self.size(at), places);
    Tensor mask = hits.scatter(0, inside, 1).ne(0).reshape(line);
    return self.maskedFill(mask, value);
  }

  /** A copy with whole slices of {@code source} by their index along {@code dim}. */
  default Tensor indexCopy(int dim, Tensor index, Tensor source) {
    Tensor self = self();
    int at = self.shape().dim("indexCopy", dim);
    Index[] places = new Index[self.rank()];
    Arrays.fill(places, Index.all());
    places[at] = Index.of(index);
    return self.put(source, places);
  }

  /** {@code result[i][j] = this[index[i][j]][j]} for dim 0; {@code index} is int64. */
  default Tensor gather(int dim, Tensor index) {
    return Dispatch.apply(new Gather(dim), self(), Places.of("gather", index));
  }

  /** A copy with {@code source} added at {@code index} along {@code dim}: gather's mirror. */
  default Tensor scatterAdd(int dim, Tensor index, Tensor source) {
    Tensor places = Places.of("scatterAdd", index);
    return Dispatch.apply(new ScatterAdd(dim), self(), places, Places.cut(source, places));
  }

  /**
   * A copy with {@code source} laid at {@code index} along {@code dim}; of several for one place
   * the last one stays.
   */
  default Tensor scatter(int dim, Tensor index, Tensor source) {
    Tensor places = Places.of("scatter", index);
    return Dispatch.apply(new ScatterValues(dim), self(), places, Places.cut(source, places));
  }

  /** A copy with {@code value} at {@code index} along {@code dim}. */
  default Tensor scatter(int dim, Tensor index, double value) {
    Tensor self = self();
    Spec one = self.spec().withShape(Shape.scalar());
    return scatter(dim, index, Tensor.full(one, value).expand(index.shape()));
  }

  /** {@link #scatterReduce(int, Tensor, Tensor, ScatterReduction, boolean)} with this included. */
  default Tensor scatterReduce(int dim, Tensor index, Tensor source, ScatterReduction reduction) {
    return scatterReduce(dim, index, source, reduction, true);
  }

  /**
   * What {@code source} has for each place along {@code dim}, reduced ({@code
   * torch.scatter_reduce}; {@code torch.scatter} with {@code reduce} is SUM or PROD).
   *
   * @param includeSelf whether the elements of this count; others stay only where nothing goes
   */
  default Tensor scatterReduce(
      int dim, Tensor index, Tensor source, ScatterReduction reduction, boolean includeSelf) {
    Tensor self = self();
    Tensor places = Places.of("scatterReduce", index);
    return reduction.apply(self, dim, places, Places.cut(source, places), includeSelf);
  }

  /**
   * Elements by their row-major number, whatever the shape; negative ones count from the end.
   *
   * @param index integral, of the result's shape
   */
  default Tensor take(Tensor index) {
    Tensor self = self();
    Tensor places = Places.of("take", index).reshape(-1);
    Tensor inside = Places.wrapped("take", 0, self.numel(), places);
    return self.flatten().indexSelect(0, inside).reshape(index.shape());
  }

  /** {@link #gather} where this and the index broadcast beside {@code dim}. */
  default Tensor takeAlongDim(Tensor index, int dim) {
    Tensor self = self();
    if (self.rank() != index.rank()) {
      throw ShapeException.mismatch(
          "takeAlongDim", "an index of rank " + self.rank(), index.shape());
    }
    int at = self.shape().dim("takeAlongDim", dim);
    Tensor places = Places.of("takeAlongDim", index);
    if (self.rank() == 0) {
      return self.gather(0, places);
    }
    Shape common =
        Shape.broadcast("takeAlongDim", self.shape().with(at, 1), index.shape().with(at, 1));
    Tensor inside = Places.wrapped("takeAlongDim", at, self.size(at), places);
    return self.expand(common.with(at, self.size(at)))
        .gather(at, inside.expand(common.with(at, index.size(at))));
  }

  /** {@link #takeAlongDim(Tensor, int)} of the flattened tensor. */
  default Tensor takeAlongDim(Tensor index) {
    return self().flatten().takeAlongDim(index.flatten(), 0);
  }

  /** {@code value} where the boolean {@code mask} is true; both broadcast. */
  default Tensor maskedFill(Tensor mask, double value) {
    return Dispatch.apply(new MaskedFill(value), self(), mask);
  }

  /** The 0-d tensor {@code value} where the boolean {@code mask} is true; both broadcast. */
  default Tensor maskedFill(Tensor mask, Tensor value) {
    Places.checkMask("maskedFill", mask);
    if (value.rank() != 0) {
      throw ShapeException.mismatch("maskedFill", "a value of rank 0", value.shape());
    }
    return Functional.where(mask, value.to(self().dtype()), self());
  }

  /** The elements where the boolean {@code mask} is true, as a vector; both broadcast. */
  default Tensor maskedSelect(Tensor mask) {
    Tensor self = self();
    Places.checkMask("maskedSelect", mask);
    Shape shape = Shape.broadcast("maskedSelect", self.shape(), mask.shape());
    Tensor places = mask.expand(shape).flatten().nonzero().flatten();
    return self.expand(shape).flatten().indexSelect(0, places);
  }

  /** A copy with the first elements of {@code source} where the boolean {@code mask} is true. */
  default Tensor maskedScatter(Tensor mask, Tensor source) {
    Tensor self = self();
    Places.checkMask("maskedScatter", mask);
    Shape shape = Shape.broadcast("maskedScatter", self.shape(), mask.shape());
    Tensor places = mask.expand(shape).flatten().nonzero().flatten();
    if (places.numel() > source.numel()) {
      throw ShapeException.mismatch(
          "maskedScatter", "a source of at least " + places.numel() + " elements", source.shape());
    }
    Tensor values = source.flatten().narrow(0, 0, places.numel());
    return self.expand(shape).flatten().scatter(0, places, values).reshape(shape);
  }

  /**
   * {@code this[indices] = values}, as a copy ({@code torch.index_put}).
   *
   * @param indices one for each leading dimension: integral, or masks
   * @param accumulate add instead of replacing
   */
  default Tensor indexPut(List<Tensor> indices, Tensor values, boolean accumulate) {
    Index[] places = new Index[indices.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = Index.of(indices.get(i));
    }
    return accumulate ? self().putAdd(values, places) : self().put(values, places);
  }
}
