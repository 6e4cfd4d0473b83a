package ai.cresset.backend.cuda;

import java.util.ArrayDeque;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** Events without timing, used again and again. Thread-safe. */
final class EventPool {
  private final CudaContext context;
  private final ArrayDeque<CUevent> free = new ArrayDeque<>();

  EventPool(CudaContext context) {
    this.context = context;
  }

  CUevent take() {
    synchronized (free) {
      CUevent event = free.poll();
      if (event != null) {
        return event;
      }
    }
    context.enter();
    CUevent event = new CUevent();
    JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING);
    return event;
  }

  void give(CUevent event) {
    synchronized (free) {
      free.add(event);
    }
  }
}
