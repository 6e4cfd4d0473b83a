#include "fibers.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <ucontext.h>
#include <vector>

extern "C" {
EmulatorThread* emulator_thread;
EmulatorGrid emulator_grid;
char* emulator_dynamic_shared;

// Saves the callee's registers and stack pointer, and goes on with another stack.
void emulator_switch(void** saved_stack, void* next_stack);
void emulator_start();
}

asm(R"(
.text
.globl emulator_switch
.hidden emulator_switch
.type emulator_switch, @function
emulator_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulator_switch, .-emulator_switch
)");

namespace emulator {

std::string (*describe_address)(uintptr_t address) = nullptr;

namespace {

constexpr size_t STACK_BYTES = 128 << 10;
constexpr size_t PAGE = 4096;
constexpr unsigned MAX_THREADS = 1024;
constexpr size_t SHARED_BYTES = 256 << 10;
constexpr unsigned char POISON = 0xff;
constexpr unsigned char CANARY = 0xa5;

enum class State { NEW, READY, BLOCK, WARP, DONE };

struct Copy {
  char* target;
  const char* source;
  int bytes;
  int given;
  unsigned group;
};

struct Thread : EmulatorThread {
  State state;
  int operation;
  unsigned mask;
  int source;
  unsigned long long value;
  void* stack_pointer;
  char* stack;
  std::vector<Copy> copies;
  unsigned copy_groups;
};

Thread threads[MAX_THREADS];
unsigned num_threads;
unsigned num_done;
unsigned num_at_barrier;
void* scheduler_stack;
std::vector<char*> free_stacks;
const EmulatorKernel* current_kernel;
void** current_parameters;
Outcome outcome;
char* shared_memory;
char* signal_stack;
__thread bool in_kernel;

Thread* current() { return static_cast<Thread*>(emulator_thread); }

void back_to_scheduler() { emulator_switch(&current()->stack_pointer, scheduler_stack); }

[[noreturn]] void leave_for_good() {
  back_to_scheduler();
  __builtin_unreachable();
}

void fail(const std::string& reason) {
  if (!outcome.failed) {
    outcome.failed = true;
    outcome.reason = reason;
  }
}

std::string place(const Thread& thread) {
  char text[128];
  snprintf(text, sizeof(text), "block (%u, %u, %u), thread (%u, %u, %u)", emulator_grid.block.x,
           emulator_grid.block.y, emulator_grid.block.z, thread.index.x, thread.index.y,
           thread.index.z);
  return text;
}

// ---- stacks ----

char* take_stack() {
  if (free_stacks.empty()) {
    char* memory = static_cast<char*>(mmap(nullptr, STACK_BYTES + PAGE, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (memory == MAP_FAILED) {
      perror("emulator: stack of a thread");
      abort();
    }
    mprotect(memory, PAGE, PROT_NONE);
    free_stacks.push_back(memory);
  }
  char* stack = free_stacks.back();
  free_stacks.pop_back();
  return stack;
}

// ---- waiting ----

Thread& lane_of(const Thread& thread, unsigned lane) {
  return threads[(unsigned)(&thread - threads) - thread.lane + lane];
}

// The lanes of a mask that exist and have not ended.
unsigned alive(const Thread& thread, unsigned mask) {
  unsigned first = (unsigned)(&thread - threads) - thread.lane;
  unsigned result = 0;
  for (unsigned lane = 0; lane < 32 && first + lane < num_threads; lane++) {
    if ((mask >> lane & 1) && threads[first + lane].state != State::DONE) result |= 1u << lane;
  }
  return result;
}

float as_float(unsigned bits) {
  float value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

float decode(int kind, unsigned bits) {
  if (kind == EMULATOR_MMA_BF16) return as_float(bits << 16);
  if (kind == EMULATOR_MMA_TF32) return as_float(bits & 0xffffe000u);
  unsigned exponent = bits >> 10 & 0x1f;
  unsigned fraction = bits & 0x3ff;
  float size = exponent == 0    ? __builtin_ldexpf((float)fraction, -24)
               : exponent == 31 ? (fraction ? __builtin_nanf("") : __builtin_inff())
                                : __builtin_ldexpf((float)(fraction | 0x400), (int)exponent - 25);
  return bits & 0x8000 ? -size : size;
}

// m16n8k16 for 16-bit types, m16n8k8 for TF32: the fragments that PTX describes.
void multiply(Thread* lanes, int kind) {
  float a[16][16], b[16][8];
  int depth = kind == EMULATOR_MMA_TF32 ? 8 : 16;
  for (unsigned lane = 0; lane < 32; lane++) {
    const EmulatorMma& own = *(const EmulatorMma*)lanes[lane].value;
    unsigned group = lane >> 2, member = lane & 3;
    for (int part = 0; part < 4; part++) {
      unsigned row = group + (part & 1) * 8;
      if (depth == 8) {
        a[row][member + (part >> 1) * 4] = decode(kind, own.a[part]);
      } else {
        unsigned column = member * 2 + (part >> 1) * 8;
        a[row][column] = decode(kind, own.a[part] & 0xffff);
        a[row][column + 1] = decode(kind, own.a[part] >> 16);
      }
    }
    for (int part = 0; part < 2; part++) {
      if (depth == 8) {
        b[member + part * 4][group] = decode(kind, own.b[part]);
      } else {
        unsigned row = member * 2 + part * 8;
        b[row][group] = decode(kind, own.b[part] & 0xffff);
        b[row + 1][group] = decode(kind, own.b[part] >> 16);
      }
    }
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    const EmulatorMma& own = *(const EmulatorMma*)lanes[lane].value;
    for (unsigned part = 0; part < 4; part++) {
      unsigned row = (lane >> 2) + (part >> 1) * 8;
      unsigned column = (lane & 3) * 2 + (part & 1);
      float sum = own.c[part];
      for (int k = 0; k < depth; k++) sum += a[row][k] * b[k][column];
      own.d[part] = sum;
    }
  }
}

// What each lane gets, once all of them are there.
void exchange(Thread& last, unsigned lanes) {
  Thread* warp = &lane_of(last, 0);
  unsigned long long results[32];
  unsigned ballot = 0;
  unsigned sum = 0, low = ~0u, high = 0;
  int signed_low = 0x7fffffff, signed_high = -0x7fffffff - 1;
  for (unsigned lane = 0; lane < 32; lane++) {
    if (lanes >> lane & 1) {
      unsigned value = (unsigned)warp[lane].value;
      ballot |= (value & 1u) << lane;
      sum += value;
      low = std::min(low, value);
      high = std::max(high, value);
      signed_low = std::min(signed_low, (int)value);
      signed_high = std::max(signed_high, (int)value);
    }
  }
  if (last.operation >= EMULATOR_MMA_BF16) {
    if (lanes != 0xffffffffu) {
      fail("mma by less than a whole warp, " + place(last));
      return;
    }
    multiply(warp, last.operation);
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    if (!(lanes >> lane & 1)) continue;
    Thread& thread = warp[lane];
    switch (thread.operation) {
      case EMULATOR_SHUFFLE: {
        unsigned source = (unsigned)thread.source & 31;
        // What a lane gets from one that takes no part is not defined.
        results[lane] = lanes >> source & 1 ? warp[source].value : ~0ull;
        break;
      }
      case EMULATOR_BALLOT: results[lane] = ballot; break;
      case EMULATOR_MATCH: {
        unsigned equal = 0;
        for (unsigned other = 0; other < 32; other++) {
          if ((lanes >> other & 1) && warp[other].value == thread.value) equal |= 1u << other;
        }
        results[lane] = equal;
        break;
      }
      case EMULATOR_ADD: results[lane] = sum; break;
      case EMULATOR_MIN_SIGNED: results[lane] = (unsigned)signed_low; break;
      case EMULATOR_MAX_SIGNED: results[lane] = (unsigned)signed_high; break;
      case EMULATOR_MIN_UNSIGNED: results[lane] = low; break;
      case EMULATOR_MAX_UNSIGNED: results[lane] = high; break;
      default: results[lane] = 0;
    }
  }
  for (unsigned lane = 0; lane < 32; lane++) {
    if (lanes >> lane & 1) {
      warp[lane].value = results[lane];
      warp[lane].state = State::READY;
    }
  }
}

// Lets lanes go on whose partners are all there.
void release_warp(Thread& waiting) {
  unsigned lanes = alive(waiting, waiting.mask);
  Thread* warp = &lane_of(waiting, 0);
  for (unsigned lane = 0; lane < 32; lane++) {
    if (!(lanes >> lane & 1)) continue;
    const Thread& other = warp[lane];
    if (other.state != State::WARP || other.mask != waiting.mask) return;
    if (other.operation != waiting.operation) {
      fail("lanes of a warp wait at different operations, " + place(waiting) + " and " +
           place(other));
      return;
    }
  }
  exchange(waiting, lanes);
}

void release_block() {
  if (num_at_barrier == 0 || num_at_barrier + num_done < num_threads) return;
  for (unsigned i = 0; i < num_threads; i++) {
    if (threads[i].state == State::BLOCK) threads[i].state = State::READY;
  }
  num_at_barrier = 0;
}

void ended(Thread& thread) {
  thread.state = State::DONE;
  num_done++;
  free_stacks.push_back(thread.stack);
  Thread* warp = &lane_of(thread, 0);
  unsigned first = (unsigned)(warp - threads);
  for (unsigned lane = 0; lane < 32 && first + lane < num_threads; lane++) {
    if (warp[lane].state == State::WARP && (warp[lane].mask >> thread.lane & 1)) {
      release_warp(warp[lane]);
    }
  }
  release_block();
}

// ---- turns ----

void resume(Thread& thread) {
  if (thread.state == State::NEW) {
    thread.stack = take_stack();
    void** top = reinterpret_cast<void**>(thread.stack + STACK_BYTES + PAGE - 64);
    // Where emulator_switch returns to, below it six registers; the stack is then as after a call.
    top[-1] = nullptr;
    top[-2] = reinterpret_cast<void*>(&emulator_start);
    thread.stack_pointer = top - 8;
  }
  thread.state = State::READY;
  emulator_thread = &thread;
  emulator_switch(&scheduler_stack, thread.stack_pointer);
}

bool runnable(const Thread& thread) {
  return thread.state == State::NEW || thread.state == State::READY;
}

uint64_t next_random(uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

bool turn(unsigned i) {
  if (!runnable(threads[i])) return false;
  resume(threads[i]);
  return true;
}

// One turn for everybody who can go on; false if there is nobody.
bool round(Order order, uint64_t& random) {
  bool any = false;
  switch (order) {
    case Order::FORWARD:
      for (unsigned i = 0; i < num_threads && !outcome.failed; i++) any |= turn(i);
      break;
    case Order::REVERSE:
      for (unsigned i = num_threads; i-- > 0 && !outcome.failed;) any |= turn(i);
      break;
    case Order::WARPS:
    case Order::WARPS_REVERSE: {
      // Each warp goes on alone as far as it can.
      unsigned warps = (num_threads + 31) / 32;
      for (unsigned w = 0; w < warps; w++) {
        unsigned first = (order == Order::WARPS ? w : warps - 1 - w) * 32;
        for (bool more = true; more && !outcome.failed;) {
          more = false;
          for (unsigned lane = 0; lane < 32 && first + lane < num_threads && !outcome.failed; lane++) {
            more |= turn(first + lane);
          }
          any |= more;
        }
      }
      break;
    }
    case Order::RANDOM: {
      static unsigned places[MAX_THREADS];
      for (unsigned i = 0; i < num_threads; i++) {
        unsigned other = (unsigned)(next_random(random) % (i + 1));
        places[i] = places[other];
        places[other] = i;
      }
      for (unsigned i = 0; i < num_threads && !outcome.failed; i++) any |= turn(places[i]);
      break;
    }
  }
  return any;
}

void report_deadlock() {
  unsigned at_barrier = 0, at_warp = 0;
  const Thread* lane = nullptr;
  for (unsigned i = 0; i < num_threads; i++) {
    at_barrier += threads[i].state == State::BLOCK;
    if (threads[i].state == State::WARP) {
      at_warp++;
      lane = &threads[i];
    }
  }
  char text[200];
  snprintf(text, sizeof(text),
           "nobody can go on: of %u threads %u wait at __syncthreads, %u at a warp operation, %u ended",
           num_threads, at_barrier, at_warp, num_done);
  std::string reason = text;
  if (lane != nullptr) {
    snprintf(text, sizeof(text), "; mask %08x at ", lane->mask);
    reason += text + place(*lane);
  }
  fail(reason);
}

void run_block(const Grid& grid, Order order, uint64_t& random) {
  memset(current_kernel->shared_begin, POISON,
         (size_t)(current_kernel->shared_end - current_kernel->shared_begin));
  size_t shared = (grid.shared_bytes + 15u) & ~15u;
  emulator_dynamic_shared = shared_memory + SHARED_BYTES - shared;
  memset(emulator_dynamic_shared, POISON, grid.shared_bytes);
  memset(emulator_dynamic_shared + grid.shared_bytes, CANARY, shared - grid.shared_bytes);
  unsigned i = 0;
  for (unsigned z = 0; z < grid.block.z; z++) {
    for (unsigned y = 0; y < grid.block.y; y++) {
      for (unsigned x = 0; x < grid.block.x; x++, i++) {
        threads[i].index = {x, y, z};
        threads[i].lane = i & 31;
        threads[i].state = State::NEW;
        threads[i].copies.clear();
        threads[i].copy_groups = 0;
      }
    }
  }
  num_done = 0;
  num_at_barrier = 0;
  while (num_done < num_threads && !outcome.failed) {
    if (!round(order, random) && !outcome.failed) report_deadlock();
  }
  for (size_t at = grid.shared_bytes; at < shared && !outcome.failed; at++) {
    if ((unsigned char)emulator_dynamic_shared[at] != CANARY) {
      fail("writes behind its dynamic shared memory");
    }
  }
  if (outcome.failed) {
    for (unsigned t = 0; t < num_threads; t++) {
      if (threads[t].state != State::NEW && threads[t].state != State::DONE) {
        free_stacks.push_back(threads[t].stack);
      }
    }
  }
}

// ---- faults ----

constexpr int SIGNALS[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr int NUM_SIGNALS = 4;
struct sigaction outer[NUM_SIGNALS];

void on_fault(int signal, siginfo_t* info, void* context) {
  if (!in_kernel) {
    for (int i = 0; i < NUM_SIGNALS; i++) {
      if (SIGNALS[i] != signal) continue;
      if (outer[i].sa_flags & SA_SIGINFO) {
        outer[i].sa_sigaction(signal, info, context);
      } else if (outer[i].sa_handler == SIG_DFL) {
        sigaction(signal, &outer[i], nullptr);
      } else if (outer[i].sa_handler != SIG_IGN) {
        outer[i].sa_handler(signal);
      }
    }
    return;
  }
  const char* what = signal == SIGFPE   ? "divides an integer by 0"
                     : signal == SIGILL ? "touches an address that its type's size does not divide"
                                        : "touches ";
  std::string reason = what;
  if (signal == SIGSEGV || signal == SIGBUS) {
    uintptr_t address = (uintptr_t)info->si_addr;
    Thread* thread = current();
    if (address - (uintptr_t)thread->stack < PAGE) {
      reason = "overflows its stack";
    } else {
      outcome.illegal_address = true;
      reason += describe_address == nullptr ? "memory that is not its own" : describe_address(address);
    }
  }
  fail(reason + ", " + place(*current()));
  auto* registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  registers[REG_RIP] = (greg_t)&leave_for_good;
  registers[REG_RSP] = (greg_t)(((uintptr_t)current()->stack + STACK_BYTES) & ~15ul) - 8;
}

struct Guarded {
  stack_t outer_stack;
  Guarded() {
    if (signal_stack == nullptr) signal_stack = static_cast<char*>(malloc(64 << 10));
    stack_t stack = {};
    stack.ss_sp = signal_stack;
    stack.ss_size = 64 << 10;
    sigaltstack(&stack, &outer_stack);
    struct sigaction action = {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    for (int i = 0; i < NUM_SIGNALS; i++) sigaction(SIGNALS[i], &action, &outer[i]);
    in_kernel = true;
  }
  ~Guarded() {
    in_kernel = false;
    for (int i = 0; i < NUM_SIGNALS; i++) sigaction(SIGNALS[i], &outer[i], nullptr);
    sigaltstack(&outer_stack, nullptr);
  }
};

uint64_t greatest_divisor(uint64_t a, uint64_t b) { return b == 0 ? a : greatest_divisor(b, a % b); }

}  // namespace

const char* name(Order order) {
  switch (order) {
    case Order::FORWARD: return "forward";
    case Order::REVERSE: return "reverse";
    case Order::WARPS: return "warps";
    case Order::WARPS_REVERSE: return "warps-reverse";
    default: return "random";
  }
}

Outcome run(const EmulatorKernel& kernel, const char* kernel_name, void** parameters, Grid grid,
            Order order, uint64_t seed) {
  if (shared_memory == nullptr) {
    shared_memory = static_cast<char*>(mmap(nullptr, SHARED_BYTES + 2 * PAGE, PROT_READ | PROT_WRITE,
                                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(shared_memory + SHARED_BYTES, 2 * PAGE, PROT_NONE);
  }
  outcome = Outcome();
  current_kernel = &kernel;
  current_parameters = parameters;
  num_threads = grid.block.x * grid.block.y * grid.block.z;
  emulator_grid.size = grid.size;
  emulator_grid.block_size = grid.block;
  uint64_t blocks = (uint64_t)grid.size.x * grid.size.y * grid.size.z;
  uint64_t random = seed * 0x9e3779b97f4a7c15ull + 88172645463325252ull;
  uint64_t step = 1, start = 0;
  if (order == Order::REVERSE || order == Order::WARPS_REVERSE) {
    step = blocks - 1;
    start = blocks - 1;
  } else if (order == Order::RANDOM) {
    start = next_random(random) % blocks;
    do {
      step = next_random(random) % blocks;
    } while (blocks > 1 && greatest_divisor(step, blocks) != 1);
  }
  {
    Guarded guarded;
    uint64_t at = start;
    for (uint64_t i = 0; i < blocks && !outcome.failed; i++) {
      emulator_grid.block = {(unsigned)(at % grid.size.x), (unsigned)(at / grid.size.x % grid.size.y),
                             (unsigned)(at / grid.size.x / grid.size.y)};
      run_block(grid, order, random);
      at = blocks > 1 ? (at + step) % blocks : 0;
    }
  }
  if (outcome.failed) {
    outcome.reason = std::string("kernel ") + kernel_name + " " + outcome.reason + " (order " +
                     name(order) + ", seed " + std::to_string(seed) + ")";
  }
  return outcome;
}

}  // namespace emulator

extern "C" {

void emulator_start() {
  emulator::current_kernel->call(emulator::current_parameters);
  emulator::ended(*emulator::current());
  emulator::leave_for_good();
}

void emulator_block_barrier() {
  emulator::Thread* self = emulator::current();
  self->state = emulator::State::BLOCK;
  emulator::num_at_barrier++;
  emulator::release_block();
  emulator::back_to_scheduler();
}

unsigned long long emulator_warp(int operation, unsigned mask, unsigned long long value, int source) {
  emulator::Thread* self = emulator::current();
  if (!(mask >> self->lane & 1)) {
    emulator::fail("names a mask without its own lane, " + emulator::place(*self));
    emulator::leave_for_good();
  }
  self->state = emulator::State::WARP;
  self->operation = operation;
  self->mask = mask;
  self->value = value;
  self->source = source;
  emulator::release_warp(*self);
  emulator::back_to_scheduler();
  return self->value;
}

void emulator_copy_async(void* target, const void* source, int bytes, int given) {
  if ((uintptr_t)target % (unsigned)bytes != 0 || (given > 0 && (uintptr_t)source % (unsigned)bytes != 0)) {
    emulator_fail("copies asynchronously from or to an unaligned address");
  }
  emulator::Thread* self = emulator::current();
  // Whoever reads too early shall see it.
  memset(target, emulator::POISON, (size_t)bytes);
  self->copies.push_back(
      {static_cast<char*>(target), static_cast<const char*>(source), bytes, given, self->copy_groups});
}

void emulator_copy_commit() { emulator::current()->copy_groups++; }

void emulator_copy_wait(int groups_left) {
  emulator::Thread* self = emulator::current();
  size_t done = 0;
  for (; done < self->copies.size(); done++) {
    const emulator::Copy& copy = self->copies[done];
    if ((int)(self->copy_groups - copy.group) <= groups_left) break;
    memcpy(copy.target, copy.source, (size_t)copy.given);
    memset(copy.target + copy.given, 0, (size_t)(copy.bytes - copy.given));
  }
  self->copies.erase(self->copies.begin(), self->copies.begin() + (std::ptrdiff_t)done);
}

void emulator_fail(const char* what) {
  emulator::fail(std::string(what) + ", " + emulator::place(*emulator::current()));
  emulator::leave_for_good();
}
}
