package ai.cresset.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.cresset.backend.Backends;
import ai.cresset.backend.Expr.BinaryFunction;
import ai.cresset.backend.Expr.UnaryFunction;
import ai.cresset.backend.conformance.FusedConformance;
import ai.cresset.backend.conformance.ImageConformance;
import ai.cresset.backend.conformance.IndexConformance;
import ai.cresset.backend.conformance.Layout;
import ai.cresset.backend.conformance.MatmulConformance;
import ai.cresset.backend.conformance.PointwiseConformance;
import ai.cresset.backend.conformance.ReductionConformance;
import ai.cresset.type.DType;
import ai.cresset.type.Device;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Conformance cases that together start every kernel, few enough for every build. */
@OnCuda
final class CudaSampleTest {
  private static CudaBackend backend() {
    return (CudaBackend) Backends.of(Device.cuda(0));
  }

  private static DynamicTest test(String name, Executable conformance) {
    return dynamicTest(
        name,
        () -> {
          long before = backend().launches();
          conformance.execute();
          assertTrue(backend().launches() > before, name + " started no kernel");
        });
  }

  @TestFactory
  Stream<DynamicTest> pointwise() {
    PointwiseConformance on = CudaSampleTest::backend;
    return Stream.of(
        test("erf", () -> on.functionsOfOneArgumentInEveryTypeAndLayout(UnaryFunction.ERF)),
        test("max", () -> on.functionsOfTwoArgumentsInEveryTypeAndLayout(BinaryFunction.MAX)),
        test("scalars", on::programsWithSharedPartsScalarsAndSeveralOutputs),
        test("random", on::randomElementsHaveTheSameBitsInEveryLayoutAndSize),
        test("transpositions", on::largeCopiesAndTranspositions),
        test("sizes 0 and 1", on::emptyAndScalarTensors));
  }

  @TestFactory
  Stream<DynamicTest> reductions() {
    ReductionConformance on = CudaSampleTest::backend;
    return Stream.of(
        test("sum", () -> on.largeReductions(Layout.TRANSPOSED)),
        test("scans", () -> on.argReductionsAndScansAlongEveryDimension(DType.FLOAT32)),
        test("softmax", () -> on.softmaxAndItsGradient(DType.FLOAT16)),
        test("layer norm", () -> on.layerNormAndItsGradients(DType.FLOAT32)));
  }

  @TestFactory
  Stream<DynamicTest> products() {
    MatmulConformance on = CudaSampleTest::backend;
    return Stream.of(
        test("bfloat16", () -> on.productsOfEveryLayout(DType.BFLOAT16)),
        test("integers", () -> on.productsOfEveryLayout(DType.INT64)),
        test("tiles", () -> on.productsLargerThanATile(DType.FLOAT32)));
  }

  @TestFactory
  Stream<DynamicTest> indexes() {
    IndexConformance on = CudaSampleTest::backend;
    return Stream.of(
        test("gather", () -> on.elementsByIndexAlongEveryDimension(DType.FLOAT32)),
        test("select", () -> on.slicesByIndexAlongEveryDimension(DType.FLOAT16)),
        test("scatter", () -> on.scatteringCombinesInRowMajorOrder(DType.FLOAT32)),
        test("sort", () -> on.sortingIsStableAlongEveryDimension(DType.FLOAT32)),
        test("first", () -> on.theFirstOfASortAreThoseOfTheWholeSort(DType.INT32)),
        test("nonzero", () -> on.placesOfElementsThatAreNotZero(DType.BOOL)),
        test("outside", on::indexesOutsideOfTheDimensionAreRefused));
  }

  @TestFactory
  Stream<DynamicTest> images() {
    ImageConformance on = CudaSampleTest::backend;
    return Stream.of(
        test("convolution", () -> on.convolutionsOfEveryLayout(DType.BFLOAT16)),
        test("max pool", () -> on.maxPoolsOfEveryLayout(DType.FLOAT32)),
        test("average pool", () -> on.averagePoolsOfEveryLayout(DType.FLOAT64)));
  }

  @TestFactory
  Stream<DynamicTest> fused() {
    FusedConformance on = CudaSampleTest::backend;
    return Stream.of(
        test("attention", () -> on.attentionAndItsGradients(DType.FLOAT16)),
        test("cross entropy", () -> on.crossEntropyAndItsGradient(DType.FLOAT32)),
        test("outside", on::targetsOutsideOfTheClassesAreRefused));
  }
}
