package ai.cresset.backend.cpu;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the Vector API's kernels when its module is in this process, plain loops otherwise. */
final class VectorKernelsLoader {
  private static final Logger LOG = LoggerFactory.getLogger(VectorKernelsLoader.class);
  private static final String MODULE = "jdk.incubator.vector";
  private static final String KERNELS = "ai.cresset.backend.cpu.vector.VectorKernels";

  private static final FloatKernels LOADED = load();

  private VectorKernelsLoader() {}

  /** The kernels of this process. */
  static FloatKernels kernels() {
    return LOADED;
  }

  private static FloatKernels load() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      LOG.warn(
          "module {} is absent: element-wise kernels run in plain loops, with the same results;"
              + " start Java with --add-modules={}",
          MODULE,
          MODULE);
      return new PlainKernels();
    }
    try {
      return Class.forName(KERNELS)
          .asSubclass(FloatKernels.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.warn("the Vector API of this Java is not usable, plain loops run instead", e);
      return new PlainKernels();
    }
  }
}
