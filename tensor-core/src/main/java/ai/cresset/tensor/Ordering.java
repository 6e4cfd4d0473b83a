package ai.cresset.tensor;

import ai.cresset.error.ShapeException;
import ai.cresset.tensor.op.ArgExtreme;
import ai.cresset.tensor.op.CumExtreme;
import ai.cresset.tensor.op.Dispatch;
import ai.cresset.tensor.op.KthPlace;
import ai.cresset.tensor.op.Reducing;
import ai.cresset.tensor.op.Sort;
import ai.cresset.tensor.op.TopK;
import ai.cresset.type.DType;
import java.util.List;

/** What depends on the order of elements. NaN is larger than everything. */
public interface Ordering {
  /** This object as a tensor. */
  Tensor self();

  /** The index of the largest of all elements in row-major order; the first one wins. */
  default Tensor argmax() {
    return self().flatten().argmax(0, false);
  }

  /** The index of the smallest of all elements in row-major order; the first one wins. */
  default Tensor argmin() {
    return self().flatten().argmin(0, false);
  }

  /** The index of the largest element along {@code dim}; the first one wins. */
  default Tensor argmax(int dim, boolean keepDim) {
    return finish("argmax", new ArgExtreme(true, dim), dim, keepDim);
  }

  /** The index of the smallest element along {@code dim}; the first one wins. */
  default Tensor argmin(int dim, boolean keepDim) {
    return finish("argmin", new ArgExtreme(false, dim), dim, keepDim);
  }

  private Tensor finish(String name, ArgExtreme op, int dim, boolean keepDim) {
    Tensor self = self();
    if (self.rank() == 0) {
      self.shape().dim(name, dim);
      return Tensor.zeros(self.spec().withDType(DType.INT64));
    }
    Tensor result = Dispatch.apply(op, self);
    return keepDim ? result : result.reshape(Reducing.without(name, self.shape(), dim));
  }

  /** The largest elements along {@code dim} and where they are; the first one wins. */
  default Ranked max(int dim, boolean keepDim) {
    return at(dim, keepDim, argmax(dim, true));
  }

  /** The smallest elements along {@code dim} and where they are; the first one wins. */
  default Ranked min(int dim, boolean keepDim) {
    return at(dim, keepDim, argmin(dim, true));
  }

  private Ranked at(int dim, boolean keepDim, Tensor indices) {
    Tensor values = self().gather(dim, indices);
    return keepDim || self().rank() == 0
        ? new Ranked(values, indices)
        : new Ranked(values.squeeze(dim), indices.squeeze(dim));
  }

  /** The running maximum along {@code dim} and where it was last met. */
  default Ranked cummax(int dim) {
    return Ranked.of(Dispatch.applyAll(new CumExtreme(true, dim), List.of(self())));
  }

  /** The running minimum along {@code dim} and where it was last met. */
  default Ranked cummin(int dim) {
    return Ranked.of(Dispatch.applyAll(new CumExtreme(false, dim), List.of(self())));
  }

  /** All elements along {@code dim} in order, and where they were; equal ones keep their order. */
  default Ranked sort(int dim, boolean descending) {
    return Ranked.of(Dispatch.applyAll(new Sort(dim, descending), List.of(self())));
  }

  /** The order along {@code dim}; equal elements keep theirs. */
  default Tensor argsort(int dim, boolean descending) {
    return self().detach().sort(dim, descending).indices();
  }

  /**
   * The {@code k} largest (or smallest) elements along {@code dim}, in order, and where they are.
   */
  default Ranked topk(long k, int dim, boolean largest) {
    Tensor self = self();
    if (self.rank() > 0) {
      return Ranked.of(Dispatch.applyAll(new TopK(dim, largest, k), List.of(self)));
    }
    self.shape().dim("topk", dim);
    Ranked found = self.reshape(1).topk(k, 0, largest);
    // PyTorch leaves one element without a dimension, and none with one.
    return k == 0 ? found : new Ranked(found.values().reshape(), found.indices().reshape());
  }

  /** Where the {@code k}-th smallest elements along {@code dim} are; the dimension has size 1. */
  private Tensor kthIndex(long k, int dim) {
    return Dispatch.apply(new KthPlace(dim, k - 1), self().detach());
  }

  /** The {@code k}-th smallest element along {@code dim}, from 1 on, and where it is. */
  default Ranked kthvalue(long k, int dim, boolean keepDim) {
    Tensor self = self();
    long size = self.rank() == 0 ? 1 : self.size(dim);
    if (k < 1 || k > size) {
      throw ShapeException.mismatch("kthvalue", "k of 1 to " + size + " for " + self.shape(), k);
    }
    Tensor index = self.rank() == 0 ? argsort(dim, false) : kthIndex(k, dim);
    return at(dim, keepDim, index);
  }

  /** The median of all elements, the lower one of two; NaN if there is one. */
  default Tensor median() {
    Tensor flat = self().flatten();
    if (flat.numel() == 0) {
      throw ShapeException.mismatch("median", "at least one element", self().shape());
    }
    return flat.median(0, false).values();
  }

  /** The median along {@code dim}, the lower one of two, and where it is; NaN if there is one. */
  default Ranked median(int dim, boolean keepDim) {
    Tensor self = self();
    if (self.rank() == 0) {
      return at(dim, keepDim, argsort(dim, false));
    }
    long size = self.size(dim);
    if (size == 0) {
      throw ShapeException.mismatch("median", "at least one element in dim " + dim, self.shape());
    }
    Tensor order = kthIndex((size - 1) / 2 + 1, dim);
    if (self.dtype().isFloating()) {
      Tensor broken = self.detach().isNan().any(new int[] {dim}, true);
      order = Functional.where(broken, self.detach().argmax(dim, true), order);
    }
    return at(dim, keepDim, order.contiguous());
  }

  /**
   * Where each of {@code values} would go into this sorted tensor to keep it sorted, int64 ({@code
   * torch.searchsorted}, {@code torch.bucketize}).
   *
   * @param values of any shape if this is a vector, else of this shape but for the last dimension
   * @param right go behind equal elements instead of before them
   */
  default Tensor searchSorted(Tensor values, boolean right) {
    return Counted.searchSorted(self(), values, right);
  }
}
