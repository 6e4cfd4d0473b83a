// The part of libcuda.so.1 that our Java code calls. Work is done by the calling thread, at once or, with
// the setting "deferred", as late as the rules of streams and events allow.

#include "fibers.h"
#include "memory.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <dlfcn.h>
#include <elf.h>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace emulator;

typedef int CUresult;
typedef int CUdevice;
typedef uintptr_t CUdeviceptr;

enum {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  NO_DEVICE = 100,
  INVALID_DEVICE = 101,
  INVALID_IMAGE = 200,
  INVALID_CONTEXT = 201,
  NO_BINARY = 209,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_FAILED = 719,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901
};

namespace {

typedef std::function<CUresult()> Work;

struct Graph {
  std::vector<Work> work;
};

struct Stream {
  int device = 0;
  unsigned flags = 0;
  std::deque<Work> queue;
  Graph* capture = nullptr;
  bool running = false;
};

struct Event {
  Stream* stream = nullptr;
  Graph* capture = nullptr;
  uint64_t recorded = 0;
  uint64_t reached = 0;
  std::chrono::steady_clock::time_point time;
};

struct Context {
  int device;
  int retained = 0;
  Stream null_stream;
};

struct Module {
  void* library;
};

struct Function {
  std::string name;
  const EmulatorKernel* kernel;
  Module* module;
  int max_dynamic_shared = 48 << 10;
};

struct PlannedFailure {
  std::string function;
  int call;
  int code;
};

std::recursive_mutex lock;
bool initialized;
int num_devices = 1;
int capability = 80;
int driver_version = 12080;
int multiprocessors = 4;
bool deferred;
std::string order = "mixed";
uint64_t num_launches;
Context contexts[MAX_DEVICES];
std::set<Stream*> streams;
std::map<std::string, int> calls;
std::vector<PlannedFailure> planned;
std::string last_failure = "no failure";
CUresult pending_failure;
thread_local std::vector<Context*> context_stack;

CUresult failed(CUresult code, const std::string& reason) {
  last_failure = reason;
  fprintf(stderr, "emulator: %s\n", reason.c_str());
  return code;
}

// ---- settings: from the environment, and by cuModuleLoad of "emulator:NAME=VALUE" ----

bool set(const std::string& name, const std::string& value) {
  if (name == "devices") {
    num_devices = atoi(value.c_str());
  } else if (name == "capability") {
    capability = (int)(atof(value.c_str()) * 10 + 0.5);
  } else if (name == "driver") {
    driver_version = atoi(value.c_str());
  } else if (name == "multiprocessors") {
    multiprocessors = atoi(value.c_str());
  } else if (name == "memory") {
    set_capacity(strtoull(value.c_str(), nullptr, 10));
  } else if (name == "deferred") {
    deferred = value == "1" || value == "true";
  } else if (name == "order") {
    order = value;
  } else if (name == "fail") {
    // FUNCTION:CALL:CODE, the first call from now on being number 1; empty for none.
    planned.clear();
    calls.clear();
    size_t at = 0;
    while (at < value.size()) {
      size_t end = value.find(',', at);
      if (end == std::string::npos) end = value.size();
      std::string one = value.substr(at, end - at);
      size_t first = one.find(':'), second = one.rfind(':');
      if (first == std::string::npos || second == first) return false;
      planned.push_back({one.substr(0, first), atoi(one.substr(first + 1).c_str()),
                         atoi(one.substr(second + 1).c_str())});
      at = end + 1;
    }
  } else {
    return false;
  }
  return true;
}

void read_environment() {
  for (const char* name : {"devices", "capability", "driver", "multiprocessors", "memory", "deferred",
                           "order", "fail"}) {
    std::string variable = "CRESSET_EMULATOR_";
    for (const char* c = name; *c; c++) variable += (char)toupper(*c);
    const char* value = getenv(variable.c_str());
    if (value != nullptr) set(name, value);
  }
}

// Taken by every function of the driver: one caller at a time, and failures that were asked for.
struct Call {
  std::lock_guard<std::recursive_mutex> guard;
  CUresult code = SUCCESS;
  explicit Call(const char* function, bool needs_init = true) : guard(lock) {
    if (needs_init && !initialized) code = NOT_INITIALIZED;
    if (planned.empty()) return;
    int number = ++calls[function];
    for (const PlannedFailure& failure : planned) {
      if (failure.function == function && failure.call == number) code = failure.code;
    }
  }
};

#define ENTER()                        \
  Call call_of_driver(__func__);       \
  if (call_of_driver.code != SUCCESS) return call_of_driver.code

Context* current_context() { return context_stack.empty() ? nullptr : context_stack.back(); }

#define CONTEXT()                         \
  ENTER();                                \
  Context* context = current_context();   \
  if (context == nullptr) return INVALID_CONTEXT

// ---- streams ----

bool capturing() {
  for (Stream* stream : streams) {
    if (stream->capture != nullptr) return true;
  }
  return false;
}

CUresult run_first(Stream* stream) {
  Work work = std::move(stream->queue.front());
  stream->queue.pop_front();
  CUresult result = work();
  if (result != SUCCESS && pending_failure == SUCCESS) pending_failure = result;
  return result;
}

CUresult drain(Stream* stream) {
  CUresult result = SUCCESS;
  while (!stream->queue.empty() && result == SUCCESS) result = run_first(stream);
  if (result != SUCCESS) stream->queue.clear();
  return result;
}

CUresult taken_failure() {
  CUresult result = pending_failure;
  pending_failure = SUCCESS;
  return result;
}

CUresult drain_all() {
  for (Stream* stream : streams) drain(stream);
  return taken_failure();
}

CUresult drain_blocking() {
  for (Stream* stream : streams) {
    if ((stream->flags & 1) == 0) drain(stream);
  }
  return taken_failure();
}

CUresult submit(Stream* stream, Work work) {
  if (stream == nullptr) {
    CUresult before = drain_blocking();
    return before != SUCCESS ? before : work();
  }
  if (streams.count(stream) == 0) return INVALID_HANDLE;
  if (stream->capture != nullptr) {
    stream->capture->work.push_back(std::move(work));
    return SUCCESS;
  }
  stream->queue.push_back(std::move(work));
  if (deferred) return SUCCESS;
  drain(stream);
  return taken_failure();
}

// ---- copies ----

enum class Place { HOST, PINNED, DEVICE };

CUresult checked(const char* function, uintptr_t address, size_t bytes, bool device) {
  bool fine = device ? on_device(address, bytes) || on_pinned_host(address, bytes)
                     : !on_device(address, bytes);
  if (fine) return SUCCESS;
  return failed(INVALID_VALUE, std::string(function) + " of " + std::to_string(bytes) + " bytes: " +
                                   describe(address));
}

CUresult copy(const char* function, CUdeviceptr target, CUdeviceptr source, size_t bytes,
              bool to_device, bool from_device, Stream* stream, bool asynchronous) {
  if (bytes == 0) return SUCCESS;
  CUresult check = checked(function, target, bytes, to_device);
  if (check == SUCCESS) check = checked(function, source, bytes, from_device);
  if (check != SUCCESS) return check;
  std::string name = function;
  Work work = [=]() -> CUresult {
    // Once more: it may have been released while the copy was waiting.
    CUresult again = checked(name.c_str(), target, bytes, to_device);
    if (again == SUCCESS) again = checked(name.c_str(), source, bytes, from_device);
    if (again != SUCCESS) return again;
    DeviceAccess access;
    memmove((void*)target, (const void*)source, bytes);
    return SUCCESS;
  };
  if (!asynchronous) {
    if (capturing()) return CAPTURE_UNSUPPORTED;
    return submit(nullptr, work);
  }
  bool pageable = (!to_device && !on_pinned_host(target, bytes)) ||
                  (!from_device && !on_pinned_host(source, bytes));
  CUresult result = submit(stream, work);
  // Memory that is not pinned may be used again when the call has returned.
  if (result == SUCCESS && pageable && stream != nullptr && stream->capture == nullptr) {
    drain(stream);
    result = taken_failure();
  }
  return result;
}

template <typename T>
CUresult fill(const char* function, CUdeviceptr target, T value, size_t count, Stream* stream,
              bool asynchronous) {
  if (count == 0) return SUCCESS;
  CUresult check = checked(function, target, count * sizeof(T), true);
  if (check != SUCCESS) return check;
  std::string name = function;
  Work work = [=]() -> CUresult {
    CUresult again = checked(name.c_str(), target, count * sizeof(T), true);
    if (again != SUCCESS) return again;
    DeviceAccess access;
    T* at = (T*)target;
    for (size_t i = 0; i < count; i++) at[i] = value;
    return SUCCESS;
  };
  return submit(asynchronous ? stream : nullptr, work);
}

// ---- launches ----

Order order_of_launch(uint64_t* seed) {
  uint64_t number = num_launches++;
  *seed = number;
  if (order == "mixed") return (Order)(number % 5);
  if (order == "forward") return Order::FORWARD;
  if (order == "reverse") return Order::REVERSE;
  if (order == "warps") return Order::WARPS;
  if (order == "warps-reverse") return Order::WARPS_REVERSE;
  if (order.compare(0, 7, "random:") == 0) *seed += strtoull(order.c_str() + 7, nullptr, 10) * 1000003;
  return Order::RANDOM;
}

CUresult launch(Function* function, Grid grid, const std::vector<char>& arguments) {
  const EmulatorKernel& kernel = *function->kernel;
  std::vector<void*> parameters;
  size_t at = 0;
  for (unsigned i = 0; i < kernel.count; i++) {
    parameters.push_back(const_cast<char*>(arguments.data()) + at);
    if (kernel.parameters[i].pointer) {
      uintptr_t pointer;
      memcpy(&pointer, parameters.back(), sizeof(pointer));
      if (pointer != 0 && !on_device(pointer, 0) && !on_pinned_host(pointer, 0)) {
        return failed(ILLEGAL_ADDRESS, "kernel " + function->name + " was given " + describe(pointer) +
                                           " as parameter " + std::to_string(i));
      }
    }
    at += (kernel.parameters[i].bytes + 15u) & ~15u;
  }
  uint64_t seed;
  Order turns = order_of_launch(&seed);
  Outcome outcome;
  {
    DeviceAccess access;
    outcome = run(kernel, function->name.c_str(), parameters.data(), grid, turns, seed);
  }
  if (!outcome.failed) return SUCCESS;
  return failed(outcome.illegal_address ? ILLEGAL_ADDRESS : LAUNCH_FAILED, outcome.reason);
}

size_t object_size(const void* image) {
  const Elf64_Ehdr* header = static_cast<const Elf64_Ehdr*>(image);
  if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_machine != EM_X86_64) return 0;
  return header->e_shoff + (size_t)header->e_shentsize * header->e_shnum;
}

}  // namespace

// For libcublas.so.12 of this directory.
int emulator_submit(void* stream, const std::function<void()>& work) {
  std::lock_guard<std::recursive_mutex> guard(lock);
  return submit(static_cast<Stream*>(stream), [work]() -> CUresult {
    DeviceAccess access;
    work();
    return SUCCESS;
  });
}

extern "C" {

CUresult cuInit(unsigned) {
  Call call(__func__, false);
  if (call.code != SUCCESS) return call.code;
  if (!initialized) {
    read_environment();
    describe_address = describe;
    for (int i = 0; i < MAX_DEVICES; i++) contexts[i].device = contexts[i].null_stream.device = i;
    initialized = true;
  }
  return num_devices == 0 ? NO_DEVICE : SUCCESS;
}

CUresult cuDriverGetVersion(int* version) {
  Call call(__func__, false);
  if (!initialized) read_environment();
  *version = driver_version;
  return call.code;
}

CUresult cuDeviceGetCount(int* count) {
  ENTER();
  *count = num_devices;
  return SUCCESS;
}

CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  ENTER();
  if (ordinal < 0 || ordinal >= num_devices) return INVALID_DEVICE;
  *device = ordinal;
  return SUCCESS;
}

CUresult cuDeviceGetName(char* name, int length, CUdevice) {
  ENTER();
  snprintf(name, (size_t)length, "Cresset emulator");
  return SUCCESS;
}

CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice) {
  ENTER();
  *bytes = capacity();
  return SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char* id, int length, CUdevice device) {
  ENTER();
  snprintf(id, (size_t)length, "0000:%02x:00.0", device);
  return SUCCESS;
}

CUresult cuDeviceGetByPCIBusId(CUdevice* device, const char* id) {
  ENTER();
  unsigned bus;
  if (sscanf(id, "0000:%x:00.0", &bus) != 1 || (int)bus >= num_devices) return INVALID_DEVICE;
  *device = (int)bus;
  return SUCCESS;
}

CUresult cuDeviceGetUuid(unsigned char* uuid, CUdevice device) {
  ENTER();
  memset(uuid, 0, 16);
  uuid[15] = (unsigned char)device;
  return SUCCESS;
}

CUresult cuDeviceComputeCapability(int* major, int* minor, CUdevice) {
  ENTER();
  *major = capability / 10;
  *minor = capability % 10;
  return SUCCESS;
}

CUresult cuDeviceGetAttribute(int* value, int attribute, CUdevice device) {
  ENTER();
  switch (attribute) {
    case 1: *value = 1024; break;           // threads of a block
    case 2: case 3: *value = 1024; break;   // block x, y
    case 4: *value = 64; break;             // block z
    case 5: *value = 0x7fffffff; break;     // grid x
    case 6: case 7: *value = 65535; break;  // grid y, z
    case 8: *value = 48 << 10; break;       // shared memory of a block
    case 9: *value = 64 << 10; break;       // constant memory
    case 10: *value = 32; break;            // warp
    case 12: *value = 65536; break;         // registers
    case 13: *value = 1000000; break;       // clock, kHz
    case 15: case 19: case 31: case 41: *value = 1; break;  // overlap, mapping, concurrency, unified
    case 16: *value = multiprocessors; break;
    case 33: *value = device; break;        // PCI bus
    case 36: *value = 1000000; break;       // memory clock, kHz
    case 37: *value = 256; break;           // bus width
    case 38: *value = 4 << 20; break;       // L2 cache
    case 39: *value = 2048; break;          // threads of a multiprocessor
    case 40: *value = 2; break;             // copy engines
    case 75: *value = capability / 10; break;
    case 76: *value = capability % 10; break;
    case 81: *value = 164 << 10; break;     // shared memory of a multiprocessor
    case 82: *value = 65536; break;
    case 97: *value = 163 << 10; break;     // shared memory of a block that asks for it
    default: *value = 0;
  }
  return SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(Context** context, CUdevice device) {
  ENTER();
  if (device < 0 || device >= num_devices) return INVALID_DEVICE;
  *context = &contexts[device];
  (*context)->retained++;
  return SUCCESS;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  ENTER();
  if (contexts[device].retained == 0) return INVALID_CONTEXT;
  contexts[device].retained--;
  return SUCCESS;
}

CUresult cuDevicePrimaryCtxGetState(CUdevice device, unsigned* flags, int* active) {
  ENTER();
  *flags = 0;
  *active = contexts[device].retained > 0;
  return SUCCESS;
}

CUresult cuDevicePrimaryCtxSetFlags_v2(CUdevice, unsigned) {
  ENTER();
  return SUCCESS;
}

CUresult cuCtxSetCurrent(Context* context) {
  ENTER();
  if (!context_stack.empty()) context_stack.pop_back();
  if (context != nullptr) context_stack.push_back(context);
  return SUCCESS;
}

CUresult cuCtxGetCurrent(Context** context) {
  ENTER();
  *context = current_context();
  return SUCCESS;
}

CUresult cuCtxPushCurrent_v2(Context* context) {
  ENTER();
  context_stack.push_back(context);
  return SUCCESS;
}

CUresult cuCtxPopCurrent_v2(Context** popped) {
  CONTEXT();
  *popped = context;
  context_stack.pop_back();
  return SUCCESS;
}

CUresult cuCtxGetDevice(CUdevice* device) {
  CONTEXT();
  *device = context->device;
  return SUCCESS;
}

CUresult cuCtxSynchronize() {
  CONTEXT();
  if (capturing()) return CAPTURE_UNSUPPORTED;
  return drain_all();
}

CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  CONTEXT();
  *least = 0;
  *greatest = -5;
  return SUCCESS;
}

CUresult cuCtxSetLimit(int, size_t) {
  CONTEXT();
  return SUCCESS;
}

CUresult cuGetErrorName(CUresult code, const char** name) {
  static const std::map<int, const char*> names = {
      {SUCCESS, "CUDA_SUCCESS"},
      {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE"},
      {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY"},
      {NOT_INITIALIZED, "CUDA_ERROR_NOT_INITIALIZED"},
      {NO_DEVICE, "CUDA_ERROR_NO_DEVICE"},
      {INVALID_DEVICE, "CUDA_ERROR_INVALID_DEVICE"},
      {INVALID_IMAGE, "CUDA_ERROR_INVALID_IMAGE"},
      {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT"},
      {NO_BINARY, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {INVALID_HANDLE, "CUDA_ERROR_INVALID_HANDLE"},
      {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"},
      {NOT_READY, "CUDA_ERROR_NOT_READY"},
      {ILLEGAL_ADDRESS, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {LAUNCH_FAILED, "CUDA_ERROR_LAUNCH_FAILED"},
      {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"}};
  auto at = names.find(code);
  *name = at == names.end() ? "CUDA_ERROR_UNKNOWN" : at->second;
  return SUCCESS;
}

// Says what went wrong last, which a real driver cannot.
CUresult cuGetErrorString(CUresult code, const char** text) {
  static std::string kept;
  std::lock_guard<std::recursive_mutex> guard(lock);
  kept = code == SUCCESS ? "no error" : last_failure;
  *text = kept.c_str();
  return SUCCESS;
}

// ---- memory ----

CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  CONTEXT();
  if (bytes == 0) return INVALID_VALUE;
  if (capturing()) return CAPTURE_UNSUPPORTED;
  *address = allocate(context->device, bytes);
  return *address == 0 ? OUT_OF_MEMORY : SUCCESS;
}

CUresult cuMemFree_v2(CUdeviceptr address) {
  CONTEXT();
  if (address == 0) return SUCCESS;
  if (capturing()) return CAPTURE_UNSUPPORTED;
  CUresult before = drain_all();
  std::string what;
  switch (release(address, &what)) {
    case Release::FINE: return before;
    case Release::OVERRUN: return failed(ILLEGAL_ADDRESS, what);
    default: return failed(INVALID_VALUE, "cuMemFree of " + describe(address));
  }
}

CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  CONTEXT();
  *total = capacity();
  *free = capacity() - used(context->device);
  return SUCCESS;
}

CUresult cuMemGetAddressRange_v2(CUdeviceptr* base, size_t* bytes, CUdeviceptr address) {
  CONTEXT();
  return range_of(address, base, bytes) ? SUCCESS : NOT_FOUND;
}

CUresult cuMemHostAlloc(void** address, size_t bytes, unsigned flags) {
  CONTEXT();
  *address = (void*)allocate_host(bytes, (flags & 2) != 0);
  return *address == nullptr ? OUT_OF_MEMORY : SUCCESS;
}

CUresult cuMemAllocHost_v2(void** address, size_t bytes) {
  CONTEXT();
  *address = (void*)allocate_host(bytes, true);
  return *address == nullptr ? OUT_OF_MEMORY : SUCCESS;
}

CUresult cuMemFreeHost(void* address) {
  CONTEXT();
  CUresult before = drain_all();
  return release_host((uintptr_t)address) ? before : INVALID_VALUE;
}

CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* device, void* host, unsigned) {
  CONTEXT();
  if (!on_pinned_host((uintptr_t)host, 0)) return INVALID_VALUE;
  *device = (CUdeviceptr)host;
  return SUCCESS;
}

CUresult cuMemHostRegister_v2(void* address, size_t bytes, unsigned) {
  CONTEXT();
  return register_host((uintptr_t)address, bytes) ? SUCCESS : 712;
}

CUresult cuMemHostUnregister(void* address) {
  CONTEXT();
  CUresult before = drain_all();
  return unregister_host((uintptr_t)address) ? before : 713;
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr target, const void* source, size_t bytes) {
  CONTEXT();
  return copy("cuMemcpyHtoD", target, (CUdeviceptr)source, bytes, true, false, nullptr, false);
}

CUresult cuMemcpyDtoH_v2(void* target, CUdeviceptr source, size_t bytes) {
  CONTEXT();
  return copy("cuMemcpyDtoH", (CUdeviceptr)target, source, bytes, false, true, nullptr, false);
}

CUresult cuMemcpyDtoD_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes) {
  CONTEXT();
  return copy("cuMemcpyDtoD", target, source, bytes, true, true, nullptr, false);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void* source, size_t bytes, Stream* stream) {
  CONTEXT();
  return copy("cuMemcpyHtoDAsync", target, (CUdeviceptr)source, bytes, true, false, stream, true);
}

CUresult cuMemcpyDtoHAsync_v2(void* target, CUdeviceptr source, size_t bytes, Stream* stream) {
  CONTEXT();
  return copy("cuMemcpyDtoHAsync", (CUdeviceptr)target, source, bytes, false, true, stream, true);
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, Stream* stream) {
  CONTEXT();
  return copy("cuMemcpyDtoDAsync", target, source, bytes, true, true, stream, true);
}

CUresult cuMemcpyPeer(CUdeviceptr target, Context*, CUdeviceptr source, Context*, size_t bytes) {
  CONTEXT();
  return copy("cuMemcpyPeer", target, source, bytes, true, true, nullptr, false);
}

CUresult cuMemcpyPeerAsync(CUdeviceptr target, Context*, CUdeviceptr source, Context*, size_t bytes,
                           Stream* stream) {
  CONTEXT();
  return copy("cuMemcpyPeerAsync", target, source, bytes, true, true, stream, true);
}

CUresult cuMemsetD8_v2(CUdeviceptr target, unsigned char value, size_t count) {
  CONTEXT();
  return fill("cuMemsetD8", target, value, count, nullptr, false);
}

CUresult cuMemsetD16_v2(CUdeviceptr target, unsigned short value, size_t count) {
  CONTEXT();
  return fill("cuMemsetD16", target, value, count, nullptr, false);
}

CUresult cuMemsetD32_v2(CUdeviceptr target, unsigned value, size_t count) {
  CONTEXT();
  return fill("cuMemsetD32", target, value, count, nullptr, false);
}

CUresult cuMemsetD8Async(CUdeviceptr target, unsigned char value, size_t count, Stream* stream) {
  CONTEXT();
  return fill("cuMemsetD8Async", target, value, count, stream, true);
}

CUresult cuMemsetD16Async(CUdeviceptr target, unsigned short value, size_t count, Stream* stream) {
  CONTEXT();
  return fill("cuMemsetD16Async", target, value, count, stream, true);
}

CUresult cuMemsetD32Async(CUdeviceptr target, unsigned value, size_t count, Stream* stream) {
  CONTEXT();
  return fill("cuMemsetD32Async", target, value, count, stream, true);
}

// ---- streams and events ----

CUresult cuStreamCreateWithPriority(Stream** stream, unsigned flags, int) {
  CONTEXT();
  *stream = new Stream();
  (*stream)->device = context->device;
  (*stream)->flags = flags;
  streams.insert(*stream);
  return SUCCESS;
}

CUresult cuStreamCreate(Stream** stream, unsigned flags) {
  ENTER();
  return cuStreamCreateWithPriority(stream, flags, 0);
}

CUresult cuStreamDestroy_v2(Stream* stream) {
  CONTEXT();
  if (streams.count(stream) == 0) return INVALID_HANDLE;
  drain(stream);
  streams.erase(stream);
  delete stream;
  return taken_failure();
}

CUresult cuStreamSynchronize(Stream* stream) {
  CONTEXT();
  if (stream == nullptr) return drain_blocking();
  if (streams.count(stream) == 0) return INVALID_HANDLE;
  if (stream->capture != nullptr) return CAPTURE_UNSUPPORTED;
  drain(stream);
  return taken_failure();
}

CUresult cuStreamQuery(Stream* stream) {
  CONTEXT();
  if (stream == nullptr) return SUCCESS;
  if (streams.count(stream) == 0) return INVALID_HANDLE;
  if (stream->capture != nullptr) return CAPTURE_UNSUPPORTED;
  if (stream->queue.empty()) return taken_failure();
  // Who asks often enough shall see an end.
  run_first(stream);
  return NOT_READY;
}

CUresult cuEventCreate(Event** event, unsigned) {
  CONTEXT();
  *event = new Event();
  return SUCCESS;
}

CUresult cuEventDestroy_v2(Event* event) {
  CONTEXT();
  // Work that waits for it may still be queued.
  drain_all();
  delete event;
  return SUCCESS;
}

CUresult cuEventRecord(Event* event, Stream* stream) {
  CONTEXT();
  uint64_t number = ++event->recorded;
  event->stream = stream;
  event->capture = stream == nullptr ? nullptr : stream->capture;
  return submit(stream, [=]() -> CUresult {
    event->reached = number;
    event->time = std::chrono::steady_clock::now();
    return SUCCESS;
  });
}

CUresult cuEventQuery(Event* event) {
  CONTEXT();
  if (event->reached == event->recorded) return SUCCESS;
  if (event->stream != nullptr && !event->stream->queue.empty()) run_first(event->stream);
  return NOT_READY;
}

static CUresult reach(Event* event, Stream* stream, uint64_t number) {
  CUresult result = SUCCESS;
  while (event->reached < number && result == SUCCESS) {
    if (streams.count(stream) == 0 || stream->queue.empty()) return INVALID_HANDLE;
    result = run_first(stream);
  }
  return result;
}

CUresult cuEventSynchronize(Event* event) {
  CONTEXT();
  if (event->capture != nullptr) return CAPTURE_UNSUPPORTED;
  reach(event, event->stream, event->recorded);
  return taken_failure();
}

CUresult cuEventElapsedTime(float* milliseconds, Event* start, Event* end) {
  CONTEXT();
  if (start->recorded == 0 || end->recorded == 0) return INVALID_HANDLE;
  if (start->reached != start->recorded || end->reached != end->recorded) return NOT_READY;
  *milliseconds = std::chrono::duration<float, std::milli>(end->time - start->time).count();
  return SUCCESS;
}

CUresult cuStreamWaitEvent(Stream* stream, Event* event, unsigned) {
  CONTEXT();
  if (stream != nullptr && event->capture != nullptr) {
    // The waiting stream joins what is being captured.
    stream->capture = event->capture;
    return SUCCESS;
  }
  uint64_t number = event->recorded;
  if (event->reached >= number) return SUCCESS;
  Stream* recorded = event->stream;
  return submit(stream, [=]() -> CUresult { return reach(event, recorded, number); });
}

// ---- modules and launches ----

CUresult cuModuleLoadData(Module** module, const void* image) {
  CONTEXT();
  size_t bytes = object_size(image);
  if (bytes == 0) return INVALID_IMAGE;
  // Under a name of its own: the loader takes what it has loaded under a name before.
  char path[] = "/tmp/cresset-emulator-XXXXXX";
  int file = mkstemp(path);
  bool whole = file >= 0;
  for (size_t at = 0; at < bytes && whole;) {
    ssize_t written = write(file, (const char*)image + at, bytes - at);
    whole = written > 0;
    at += (size_t)written;
  }
  if (file >= 0) close(file);
  void* library = whole ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : nullptr;
  std::string reason = library != nullptr ? "" : whole ? dlerror() : "no room for a kernel in /tmp";
  unlink(path);
  if (library == nullptr) return failed(INVALID_IMAGE, reason);
  const auto* version = static_cast<const unsigned*>(dlsym(library, "emulator_version"));
  if (version == nullptr || *version != EMULATOR_VERSION) {
    dlclose(library);
    return failed(NO_BINARY, "this kernel was compiled for another emulator");
  }
  *module = new Module{library};
  return SUCCESS;
}

CUresult cuModuleLoadDataEx(Module** module, const void* image, unsigned, int*, void**) {
  return cuModuleLoadData(module, image);
}

CUresult cuModuleLoad(Module** module, const char* path) {
  Call call(__func__, false);
  std::string command = path;
  size_t equals = command.find('=');
  *module = nullptr;
  if (command.compare(0, 9, "emulator:") != 0 || equals == std::string::npos) return NOT_FOUND;
  return set(command.substr(9, equals - 9), command.substr(equals + 1)) ? SUCCESS : INVALID_VALUE;
}

CUresult cuModuleUnload(Module* module) {
  CONTEXT();
  drain_all();
  dlclose(module->library);
  delete module;
  return SUCCESS;
}

CUresult cuModuleGetFunction(Function** function, Module* module, const char* name) {
  CONTEXT();
  void* kernel = dlsym(module->library, (std::string("emulator_kernel_") + name).c_str());
  if (kernel == nullptr) return NOT_FOUND;
  *function = new Function();
  (*function)->name = name;
  (*function)->kernel = static_cast<const EmulatorKernel*>(kernel);
  (*function)->module = module;
  return SUCCESS;
}

CUresult cuFuncGetAttribute(int* value, int attribute, Function* function) {
  CONTEXT();
  switch (attribute) {
    case 0: *value = 1024; break;
    case 1: *value = (int)(function->kernel->shared_end - function->kernel->shared_begin); break;
    case 4: *value = 32; break;
    case 8: *value = function->max_dynamic_shared; break;
    default: *value = 0;
  }
  return SUCCESS;
}

CUresult cuFuncSetAttribute(Function* function, int attribute, int value) {
  CONTEXT();
  if (attribute == 8) {
    if (value < 0 || value > 163 << 10) return INVALID_VALUE;
    function->max_dynamic_shared = value;
  }
  return SUCCESS;
}

CUresult cuFuncSetCacheConfig(Function*, int) {
  CONTEXT();
  return SUCCESS;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function*, int threads, size_t) {
  CONTEXT();
  *blocks = threads > 1024 ? 0 : 2048 / ((threads + 31) / 32 * 32);
  return SUCCESS;
}

CUresult cuLaunchKernel(Function* function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                        unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                        Stream* stream, void** parameters, void**) {
  CONTEXT();
  const EmulatorKernel& kernel = *function->kernel;
  uint64_t threads = (uint64_t)block_x * block_y * block_z;
  int fixed = (int)(kernel.shared_end - kernel.shared_begin);
  bool fits = grid_x > 0 && grid_y > 0 && grid_z > 0 && grid_x <= 0x7fffffffu && grid_y <= 65535 &&
              grid_z <= 65535 && threads > 0 && threads <= 1024 && block_z <= 64;
  if (!fits) {
    return failed(INVALID_VALUE, "kernel " + function->name + " was called with " +
                                     std::to_string(threads) + " threads in " + std::to_string(grid_x) +
                                     " x " + std::to_string(grid_y) + " x " + std::to_string(grid_z) +
                                     " blocks");
  }
  if ((int)shared_bytes > function->max_dynamic_shared ||
      ((int)shared_bytes + fixed > 48 << 10 && function->max_dynamic_shared <= 48 << 10)) {
    return failed(INVALID_VALUE, "kernel " + function->name + " asks for " +
                                     std::to_string(shared_bytes) + " + " + std::to_string(fixed) +
                                     " bytes of shared memory, allowed are " +
                                     std::to_string(function->max_dynamic_shared));
  }
  std::vector<char> arguments;
  for (unsigned i = 0; i < kernel.count; i++) {
    size_t at = arguments.size(), bytes = kernel.parameters[i].bytes;
    arguments.resize(at + ((bytes + 15u) & ~15u));
    memcpy(arguments.data() + at, parameters[i], bytes);
  }
  Grid grid = {{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared_bytes};
  return submit(stream, [=]() -> CUresult { return launch(function, grid, arguments); });
}

// ---- graphs ----

CUresult cuStreamBeginCapture_v2(Stream* stream, int) {
  CONTEXT();
  if (streams.count(stream) == 0) return INVALID_HANDLE;
  if (stream->capture != nullptr) return CAPTURE_UNSUPPORTED;
  stream->capture = new Graph();
  return SUCCESS;
}

CUresult cuStreamEndCapture(Stream* stream, Graph** graph) {
  CONTEXT();
  if (stream->capture == nullptr) return CAPTURE_INVALIDATED;
  Graph* done = stream->capture;
  for (Stream* each : streams) {
    if (each->capture == done) each->capture = nullptr;
  }
  *graph = done;
  return SUCCESS;
}

CUresult cuStreamIsCapturing(Stream* stream, int* status) {
  CONTEXT();
  *status = stream != nullptr && stream->capture != nullptr ? 1 : 0;
  return SUCCESS;
}

CUresult cuThreadExchangeStreamCaptureMode(int*) {
  ENTER();
  return SUCCESS;
}

CUresult cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) {
  CONTEXT();
  *executable = new Graph(*graph);
  return SUCCESS;
}

CUresult cuGraphGetNodes(Graph* graph, void**, size_t* count) {
  CONTEXT();
  *count = graph->work.size();
  return SUCCESS;
}

CUresult cuGraphUpload(Graph*, Stream*) {
  CONTEXT();
  return SUCCESS;
}

CUresult cuGraphLaunch(Graph* executable, Stream* stream) {
  CONTEXT();
  for (const Work& work : executable->work) {
    CUresult result = submit(stream, work);
    if (result != SUCCESS) return result;
  }
  return SUCCESS;
}

CUresult cuGraphExecDestroy(Graph* executable) {
  CONTEXT();
  delete executable;
  return SUCCESS;
}

CUresult cuGraphDestroy(Graph* graph) {
  CONTEXT();
  delete graph;
  return SUCCESS;
}
}
