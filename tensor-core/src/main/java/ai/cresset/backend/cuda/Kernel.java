package ai.cresset.backend.cuda;

import jcuda.driver.CUfunction;

/** A compiled kernel. */
record Kernel(String name, CUfunction function) {}
