// What kernels and the driver tell each other.
#pragma once

struct uint3 {
  unsigned x, y, z;
};

// ---- the running thread; libcuda.so.1 of this directory holds all of it ----

struct EmulatorThread {
  uint3 index;
  unsigned lane;
};

struct EmulatorGrid {
  uint3 block;
  uint3 block_size;
  uint3 size;
};

extern "C" {
extern EmulatorThread* emulator_thread;
extern EmulatorGrid emulator_grid;
extern char* emulator_dynamic_shared;

// Waits for all threads of the block.
void emulator_block_barrier();

// Waits for the lanes in mask; they exchange values, or the last one computes for all of them.
unsigned long long emulator_warp(int operation, unsigned mask, unsigned long long value, int source);
void emulator_fail(const char* what);

// Copies into shared memory that are done when the thread waits for them, and not earlier.
void emulator_copy_async(void* target, const void* source, int bytes, int given);
void emulator_copy_commit();
void emulator_copy_wait(int groups_left);
}

// What the lanes of a warp can do together.
enum {
  EMULATOR_SYNC,
  EMULATOR_SHUFFLE,
  EMULATOR_BALLOT,
  EMULATOR_MATCH,
  EMULATOR_ADD,
  EMULATOR_MIN_SIGNED,
  EMULATOR_MAX_SIGNED,
  EMULATOR_MIN_UNSIGNED,
  EMULATOR_MAX_UNSIGNED,
  EMULATOR_MMA_BF16,
  EMULATOR_MMA_F16,
  EMULATOR_MMA_TF32
};

struct EmulatorMma {
  float* d;
  const unsigned* a;
  const unsigned* b;
  const float* c;
};

// ---- how the driver finds and calls kernels ----

struct EmulatorParameter {
  unsigned bytes;
  unsigned pointer;
};

struct EmulatorKernel {
  void (*call)(void** parameters);
  const EmulatorParameter* parameters;
  unsigned count;
  char* shared_begin;
  char* shared_end;
};
