package ai.cresset.backend.cuda;

import ai.cresset.error.DeviceException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import jcuda.CudaException;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * The kernels of one device: CUDA C from the class path or generated at run time, compiled by NVRTC
 * on first use and kept on disk. Every source starts with the prelude.
 *
 * <p>Thread-safe; threads that want the same source wait for one compilation, others do not.
 */
final class KernelLibrary {
  private static final String PRELUDE = "prelude.cuh";

  private final CudaContext context;
  private final KernelCache cache;
  private final Map<Key, Kernel> kernels = new ConcurrentHashMap<>();
  private final Map<Key, CompletableFuture<CUmodule>> modules = new ConcurrentHashMap<>();
  private final AtomicLong compilations = new AtomicLong();
  private @Nullable KernelCompiler compiler;

  /** A source, or a function of one. */
  private record Key(String source, String function, String... defines) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && source.equals(key.source)
          && function.equals(key.function)
          && Arrays.equals(defines, key.defines);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * source.hashCode() + function.hashCode()) + Arrays.hashCode(defines);
    }

    /** The same for all functions of a source. */
    Key module() {
      return new Key(source, "", defines);
    }
  }

  KernelLibrary(CudaContext context, KernelCache cache) {
    this.context = context;
    this.cache = cache;
  }

  /**
   * A kernel of a file.
   *
   * @param file a file of {@code src/main/cuda}, such as {@code softmax.cu}
   * @param function its {@code extern "C"} name
   * @param defines macros that choose among the file's variants, such as {@code T=float}
   */
  Kernel get(String file, String function, String... defines) {
    Key key = new Key(file, function, defines);
    Kernel known = kernels.get(key);
    return known != null
        ? known
        : load(key, () -> compile(file, defined(defines) + KernelSource.of(file)));
  }

  /**
   * A kernel whose source was made at run time; the source is its own key. It may include files of
   * {@code src/main/cuda}.
   *
   * @param function its {@code extern "C"} name
   */
  Kernel generated(String function, String source) {
    Key key = new Key(source, function);
    Kernel known = kernels.get(key);
    String name = function + ".cu";
    return known != null ? known : load(key, () -> compile(name, KernelSource.of(name, source)));
  }

  /** Compilations so far; what came from disk does not count. */
  long compilations() {
    return compilations.get();
  }

  private Kernel load(Key key, Supplier<CUmodule> compile) {
    Kernel made =
        new Kernel(key.function(), function(key.function(), module(key.module(), compile)));
    Kernel other = kernels.putIfAbsent(key, made);
    return other == null ? made : other;
  }

  /** The first thread compiles, the others wait for it. A failure is not kept. */
  private CUmodule module(Key key, Supplier<CUmodule> compile) {
    CompletableFuture<CUmodule> mine = new CompletableFuture<>();
    CompletableFuture<CUmodule> theirs = modules.putIfAbsent(key, mine);
    if (theirs == null) {
      try {
        mine.complete(compile.get());
      } catch (RuntimeException | Error e) {
        modules.remove(key, mine);
        mine.completeExceptionally(e);
        throw e;
      }
      return mine.join();
    }
    try {
      return theirs.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static String defined(String... defines) {
    StringBuilder lines = new StringBuilder();
    for (String define : defines) {
      lines.append("#define ").append(define.replaceFirst("=", " ")).append('\n');
    }
    return lines.toString();
  }

  private CUfunction function(String name, CUmodule module) {
    context.enter();
    CUfunction function = new CUfunction();
    try {
      JCudaDriver.cuModuleGetFunction(function, module, name);
    } catch (CudaException e) {
      throw context.failed("finding kernel " + name + " (is it extern \"C\" __global__?)", e);
    }
    return function;
  }

  private synchronized KernelCompiler compiler() {
    KernelCompiler known = compiler;
    if (known == null) {
      DeviceProperties properties = context.properties();
      known = new KernelCompiler(properties.major(), properties.minor());
      compiler = known;
    }
    return known;
  }

  private CUmodule compile(String name, String source) {
    String prelude = KernelSource.of(PRELUDE);
    String whole = "#include \"" + PRELUDE + "\"\n" + source;
    KernelCompiler with = compiler();
    String key = KernelCache.key(List.of(with.identity(), prelude, whole));
    byte[] cached = cache.read(key);
    if (cached != null) {
      try {
        return module(name, new KernelBinary(cached, with.isAssembly()));
      } catch (DeviceException e) {
        cache.remove(key); // another driver wrote it; this one shall say what is wrong with ours
      }
    }
    compilations.incrementAndGet();
    KernelBinary made = with.compile(name, whole, PRELUDE, prelude);
    CUmodule module = module(name, made);
    cache.write(key, made.bytes());
    return module;
  }

  private CUmodule module(String name, KernelBinary binary) {
    context.enter();
    CUmodule module = new CUmodule();
    try {
      if (binary.isAssembly()) {
        JCudaDriver.cuModuleLoadData(module, binary.text());
      } else {
        JCudaDriver.cuModuleLoadData(module, binary.bytes());
      }
      return module;
    } catch (CudaException e) {
      throw context.failed("loading the code of " + name, e);
    }
  }
}
