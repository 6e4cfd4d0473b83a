package ai.cresset.nn.functional;

import ai.cresset.error.DTypeException;
import ai.cresset.error.ShapeException;
import ai.cresset.tensor.Functional;
import ai.cresset.tensor.Tensor;
import ai.cresset.type.DType;
import ai.cresset.type.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Images sampled at the places of a grid: for each place, a weighted sum of the elements around it.
 * Weights are functions of the grid, so gradients reach both the image and the grid.
 */
final class GridSampling {
  private final Tensor image;
  private final SamplePadding padding;
  private final boolean alignCorners;
  private final int spatial;
  private final long batch;
  private final long channels;
  private final Shape places;
  private final Tensor flat;

  private GridSampling(Tensor image, Tensor grid, SamplePadding padding, boolean alignCorners) {
    this.image = image;
    this.padding = padding;
    this.alignCorners = alignCorners;
    this.spatial = image.rank() - 2;
    this.batch = image.size(0);
    this.channels = image.size(1);
    this.places = grid.shape().without(-1).without(0);
    long plane = 1;
    for (int dim = 2; dim < image.rank(); dim++) {
      plane *= image.size(dim);
    }
    this.flat = image.reshape(batch, channels, plane);
  }

  static Tensor sample(
      Tensor x, Tensor grid, SampleMode mode, SamplePadding padding, boolean alignCorners) {
    check(x, grid, mode);
    DType wide = x.dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    GridSampling sampling = new GridSampling(x.to(wide), grid, padding, alignCorners);
    Tensor wideGrid = grid.to(wide);
    Tensor sampled =
        switch (mode) {
          case NEAREST -> sampling.nearest(wideGrid);
          case LINEAR -> sampling.linear(wideGrid);
          case CUBIC -> sampling.cubic(wideGrid);
        };
    return sampled.to(x.dtype());
  }

  private static void check(Tensor x, Tensor grid, SampleMode mode) {
    int spatial = x.rank() - 2;
    boolean known = spatial == 2 || (spatial == 3 && mode != SampleMode.CUBIC);
    boolean fits =
        known && grid.rank() == x.rank() && grid.size(-1) == spatial && grid.size(0) == x.size(0);
    if (!fits) {
      throw ShapeException.mismatch(
          "gridSample",
          "x [batch, channels, height, width] and grid [batch, outHeight, outWidth, 2], or both"
              + " with a depth and a third coordinate (not for CUBIC)",
          x.shape() + " and " + grid.shape());
    }
    if (!x.dtype().isFloating() || x.dtype() != grid.dtype()) {
      throw DTypeException.mismatch("gridSample (grid)", x.dtype(), grid.dtype());
    }
    for (int dim = 2; dim < x.rank(); dim++) {
      if (x.size(dim) == 0) {
        throw ShapeException.mismatch("gridSample", "an image that is not empty", x.shape());
      }
    }
  }

  /** The coordinate along a spatial dimension, in elements. */
  private Tensor coordinate(Tensor grid, int dim) {
    Tensor unit = grid.select(-1, spatial - 1 - dim);
    double size = image.size(2 + dim);
    return alignCorners ? unit.add(1).mul((size - 1) / 2) : unit.add(1).mul(size).sub(1).mul(0.5);
  }

  /** The coordinate moved into the image where the padding says so. */
  private Tensor inside(Tensor at, int dim) {
    long size = image.size(2 + dim);
    return switch (padding) {
      case ZEROS -> at;
      case BORDER -> at.clamp(0, size - 1.0);
      case REFLECTION -> reflected(at, size).clamp(0, size - 1.0);
    };
  }

  private Tensor reflected(Tensor at, long size) {
    double low = alignCorners ? 0 : -0.5;
    double span = alignCorners ? size - 1.0 : size;
    if (span == 0) {
      return at.mul(0);
    }
    Tensor distance = at.sub(low).abs();
    Tensor flips = distance.detach().div(span).floor();
    Tensor rest = distance.sub(flips.mul(span));
    Tensor odd = flips.sub(flips.mul(0.5).floor().mul(2));
    // Even flips go forward from the low end, odd ones back from the high end.
    Tensor direction = odd.mul(-2).add(1);
    return rest.mul(direction).add(odd.mul(span)).add(low);
  }

  private Tensor nearest(Tensor grid) {
    Tensor[] index = new Tensor[spatial];
    for (int dim = 0; dim < spatial; dim++) {
      index[dim] = inside(coordinate(grid, dim), dim).round();
    }
    Tensor picked = pick(index);
    Tensor sampled = padding == SamplePadding.ZEROS ? picked.mul(within(index)) : picked;
    // The grid's gradient is 0, but not missing.
    Tensor never = index[0].isNan().logicalAnd(index[0].isNan().logicalNot()).unsqueeze(1);
    return Functional.where(never, index[0].unsqueeze(1), sampled);
  }

  private Tensor linear(Tensor grid) {
    Tensor[] at = new Tensor[spatial];
    Tensor[] low = new Tensor[spatial];
    for (int dim = 0; dim < spatial; dim++) {
      at[dim] = inside(coordinate(grid, dim), dim);
      low[dim] = at[dim].detach().floor();
    }
    List<Tensor> terms = new ArrayList<>();
    for (int corner = 0; corner < 1 << spatial; corner++) {
      Tensor[] index = new Tensor[spatial];
      Tensor weight = share(at[0], low[0], corner, 0);
      for (int dim = 0; dim < spatial; dim++) {
        boolean high = (corner >> dim & 1) != 0;
        index[dim] = high ? low[dim].add(1) : low[dim];
        weight = dim == 0 ? weight : weight.mul(share(at[dim], low[dim], corner, dim));
      }
      terms.add(term(index, weight));
    }
    return sum(terms);
  }

  /** How much of a place belongs to a corner, in one dimension. */
  private static Tensor share(Tensor at, Tensor low, int corner, int dim) {
    Tensor above = at.sub(low);
    return (corner >> dim & 1) != 0 ? above : above.rsub(1);
  }

  private Tensor cubic(Tensor grid) {
    Tensor[] at = {coordinate(grid, 0), coordinate(grid, 1)};
    Tensor[] low = {at[0].detach().floor(), at[1].detach().floor()};
    Tensor[][] weights = {cubicWeights(at[0].sub(low[0])), cubicWeights(at[1].sub(low[1]))};
    List<Tensor> terms = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        Tensor[] index = {
          inside(low[0].add(i - 1), 0).round(), inside(low[1].add(j - 1), 1).round()
        };
        terms.add(term(index, weights[0][i].mul(weights[1][j])));
      }
    }
    return sum(terms);
  }

  private static Tensor[] cubicWeights(Tensor t) {
    return new Tensor[] {
      outer(t.add(1)), inner(t), inner(t.rsub(1)), outer(t.rsub(2)),
    };
  }

  private static Tensor inner(Tensor x) {
    return x.mul(1.25).sub(2.25).mul(x).mul(x).add(1);
  }

  private static Tensor outer(Tensor x) {
    return x.mul(-0.75).add(3.75).mul(x).sub(6).mul(x).add(3);
  }

  private static Tensor sum(List<Tensor> terms) {
    Tensor sum = terms.get(0);
    for (Tensor term : terms.subList(1, terms.size())) {
      sum = sum.add(term);
    }
    return sum;
  }

  /** The elements at these places times their weight; 0 outside of the image. */
  private Tensor term(Tensor[] index, Tensor weight) {
    Tensor counted = weight.mul(within(index).reshape(weight.shape()));
    return pick(index).mul(counted.unsqueeze(1));
  }

  /** 1 inside of the image, else 0: {@code [batch, 1, places]}. */
  private Tensor within(Tensor... index) {
    Tensor all = within(index[0], 0);
    for (int dim = 1; dim < spatial; dim++) {
      all = all.logicalAnd(within(index[dim], dim));
    }
    return all.to(image.dtype()).unsqueeze(1);
  }

  private Tensor within(Tensor index, int dim) {
    return index.ge(0).logicalAnd(index.le(image.size(2 + dim) - 1));
  }

  /** {@code [batch, channels, places]}: elements by the index of each dimension, cut to it. */
  private Tensor pick(Tensor... index) {
    Tensor place = cut(index[0], 0);
    for (int dim = 1; dim < spatial; dim++) {
      place = place.mul(image.size(2 + dim)).add(cut(index[dim], dim));
    }
    Tensor whole = place.reshape(batch, 1, places.numel());
    Tensor expanded = whole.expand(batch, channels, places.numel());
    long[] sizes = new long[spatial + 2];
    sizes[0] = batch;
    sizes[1] = channels;
    System.arraycopy(places.toArray(), 0, sizes, 2, spatial);
    return flat.gather(2, expanded).reshape(sizes);
  }

  private Tensor cut(Tensor index, int dim) {
    return index.clamp(0, image.size(2 + dim) - 1.0).to(DType.INT64);
  }
}
