// libnvrtc.so.12 that calls g++: its "CUBIN" is a shared object for this directory's libcuda.so.1.

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <spawn.h>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ;

enum { SUCCESS = 0, OUT_OF_MEMORY = 1, INVALID_INPUT = 3, INVALID_PROGRAM = 4, COMPILATION = 6 };

namespace {

struct Program {
  std::string source;
  std::string name;
  std::map<std::string, std::string> headers;
  std::string log;
  std::string binary;
};

std::string own_directory() {
  Dl_info info;
  dladdr((void*)&own_directory, &info);
  std::string path = info.dli_fname;
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string read_file(const std::string& path) {
  std::string text;
  FILE* file = fopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  char buffer[65536];
  size_t bytes;
  while ((bytes = fread(buffer, 1, sizeof(buffer), file)) > 0) text.append(buffer, bytes);
  fclose(file);
  return text;
}

bool write_file(const std::string& path, const std::string& text) {
  FILE* file = fopen(path.c_str(), "wb");
  if (file == nullptr) return false;
  bool whole = fwrite(text.data(), 1, text.size(), file) == text.size();
  return fclose(file) == 0 && whole;
}

// Sources that compile, for those who want to compile them for real devices too.
void keep_source(const std::string& path, const std::string& source) {
  if (getenv("CRESSET_EMULATOR_RECORD") != nullptr) write_file(path, source);
}

uint64_t hash(uint64_t start, const std::string& text) {
  uint64_t value = start;
  for (unsigned char c : text) value = (value ^ c) * 0x100000001b3ull;
  return value ^ value >> 29;
}

// Runs a command without a shell; its words are our own.
int command(const std::vector<std::string>& words, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child;
  int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed) return 127;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// The names after "__global__ void".
std::vector<std::string> kernels(const std::string& source) {
  std::vector<std::string> names;
  const std::string mark = "__global__";
  for (size_t at = source.find(mark); at != std::string::npos; at = source.find(mark, at + 1)) {
    size_t open = source.find('(', at);
    // What __launch_bounds__ expects in parentheses is not the list of parameters.
    size_t bounds = source.find("__launch_bounds__", at);
    if (bounds != std::string::npos && bounds < open) open = source.find('(', source.find(')', open));
    if (open == std::string::npos) continue;
    size_t end = source.find_last_not_of(" \t\n", open - 1) + 1;
    size_t start = source.find_last_of(" \t\n*", end - 1) + 1;
    names.push_back(source.substr(start, end - start));
  }
  return names;
}

std::string compiler() {
  const char* given = getenv("CXX");
  return given == nullptr ? "g++" : given;
}

// The emulator's header is the larger part of most kernels.
int precompile(const std::string& home, const std::vector<std::string>& flags, const std::string& log) {
  static std::mutex one_at_a_time;
  std::lock_guard<std::mutex> guard(one_at_a_time);
  std::string precompiled = home + "/emulator.h.gch/" + std::to_string(EMULATOR_VERSION);
  if (access(precompiled.c_str(), R_OK) == 0) return 0;
  mkdir((home + "/emulator.h.gch").c_str(), 0755);
  std::string made = precompiled + "." + std::to_string(getpid()) + ".new";
  std::vector<std::string> words = {compiler(), "-x", "c++-header", home + "/emulator.h", "-o", made, "-w"};
  words.insert(words.end(), flags.begin(), flags.end());
  int status = command(words, log);
  if (status == 0) rename(made.c_str(), precompiled.c_str());
  return status;
}

// Compiles the source together with a table of the kernels that stand in `seen`.
int build(Program* program, const std::string& seen, const std::string& folder, const std::string& base,
          const std::vector<std::string>& flags, const std::string& log, const std::string& made) {
  std::string home = own_directory(), source = folder + "/" + base + ".cpp";
  std::string whole = "#line 1 \"" + base + "\"\n" + program->source +
                      "\nextern \"C\" __attribute__((visibility(\"default\"))) const unsigned "
                      "emulator_version = EMULATOR_VERSION;\n";
  for (const std::string& name : kernels(seen)) whole += "EMULATOR_KERNEL(" + name + ")\n";
  write_file(source, whole);
  std::vector<std::string> words = {compiler(), "-shared", "-o", made, "-I" + folder, "-include",
                                    home + "/emulator.h"};
  words.insert(words.end(), flags.begin(), flags.end());
  for (const std::string& word :
       {source, "-L" + home, std::string("-l:libcuda.so.1"), std::string("-lgcc"),
        std::string("-Wl,--allow-shlib-undefined,--build-id=none,-z,noexecstack")}) {
    words.push_back(word);
  }
  return command(words, log);
}

int compile(Program* program) {
  std::string home = own_directory();
  std::string header = read_file(home + "/emulator.h") + read_file(home + "/interface.h");
  std::vector<std::string> flags = {"-std=c++17", "-O1", "-fPIC", "-ffp-contract=off",
                                    "-fno-strict-aliasing", "-fno-exceptions", "-fno-rtti",
                                    "-fno-gnu-unique", "-fvisibility=hidden", "-fno-stack-protector",
                                    "-fno-asynchronous-unwind-tables", "-fno-threadsafe-statics",
                                    "-fno-math-errno", "-Wno-unknown-pragmas", "-Wno-attributes",
                                    "-fsanitize=alignment", "-fsanitize-undefined-trap-on-error",
                                    "-Wreturn-type", "-DEMULATOR_VERSION=" + std::to_string(EMULATOR_VERSION) + "u", "-nostdinc", "-nostdlib", "-nostartfiles"};
  if (__builtin_cpu_supports("fma")) flags.push_back("-mfma");
  if (__builtin_cpu_supports("popcnt")) flags.push_back("-mpopcnt");
  std::string all = header + compiler() + program->name + program->source;
  for (const std::string& flag : flags) all += flag + " ";
  for (const auto& each : program->headers) all += each.first + each.second;
  char key[40];
  snprintf(key, sizeof(key), "%016zx%016zx", (size_t)hash(0xcbf29ce484222325ull, all),
           (size_t)hash(0x84222325cbf29ce4ull, all));
  std::string cache = home + "/objects";
  mkdir(cache.c_str(), 0755);
  std::string object = cache + "/" + key + ".so";
  std::string record = cache + "/" + key + "." + (program->name.empty() ? "kernel.cu" : program->name);
  program->binary = read_file(object);
  if (!program->binary.empty()) {
    keep_source(record, program->source);
    return SUCCESS;
  }

  std::string folder = cache + "/" + key + "." + std::to_string(getpid()) + "." +
                       std::to_string((size_t)program);
  mkdir(folder.c_str(), 0755);
  for (const auto& each : program->headers) write_file(folder + "/" + each.first, each.second);
  std::string base = program->name.empty() ? "kernel.cu" : program->name.substr(program->name.rfind('/') + 1);
  std::string log = folder + "/log", source = folder + "/" + base + ".cpp", made = folder + "/made.so";
  int status = precompile(home, flags, log);
  if (status == 0) {
    status = build(program, program->source, folder, base, flags, log, made);
  }
  if (status == 1) {
    // A kernel may stand in a part that is left out, or its name may be put together by a macro.
    write_file(source, program->source);
    int preprocessed = command({compiler(), "-E", "-P", "-std=c++17", "-nostdinc", "-DCRESSET_EMULATOR=1",
                                "-I" + folder, source}, log);
    std::string text = read_file(log);
    if (preprocessed == 0) status = build(program, text, folder, base, flags, log, made);
  }
  program->log = read_file(log);
  if (status == 0) {
    program->binary = read_file(made);
    rename(made.c_str(), object.c_str());
    keep_source(record, program->source);
  }
  if (getenv("CRESSET_EMULATOR_KEEP") == nullptr) {
    for (const auto& each : program->headers) unlink((folder + "/" + each.first).c_str());
    for (const std::string& path : {log, source, made}) unlink(path.c_str());
    rmdir(folder.c_str());
  }
  if (status == 127) program->log = compiler() + " could not be started";
  return status == 0 ? SUCCESS : COMPILATION;
}

}  // namespace

extern "C" {

int nvrtcVersion(int* major, int* minor) {
  *major = 12;
  *minor = 6;
  return SUCCESS;
}

int nvrtcGetNumSupportedArchs(int* count) {
  *count = 2;
  return SUCCESS;
}

int nvrtcGetSupportedArchs(int* architectures) {
  architectures[0] = 80;
  architectures[1] = 90;
  return SUCCESS;
}

const char* nvrtcGetErrorString(int code) {
  switch (code) {
    case SUCCESS: return "NVRTC_SUCCESS";
    case OUT_OF_MEMORY: return "NVRTC_ERROR_OUT_OF_MEMORY";
    case INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
    case INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
    case COMPILATION: return "NVRTC_ERROR_COMPILATION";
    default: return "NVRTC_ERROR unknown";
  }
}

int nvrtcCreateProgram(Program** program, const char* source, const char* name, int num_headers,
                       const char* const* headers, const char* const* include_names) {
  *program = new Program();
  (*program)->source = source;
  (*program)->name = name == nullptr ? "" : name;
  for (int i = 0; i < num_headers; i++) (*program)->headers[include_names[i]] = headers[i];
  return SUCCESS;
}

int nvrtcDestroyProgram(Program** program) {
  delete *program;
  *program = nullptr;
  return SUCCESS;
}

int nvrtcCompileProgram(Program* program, int, const char* const*) { return compile(program); }

int nvrtcGetCUBINSize(Program* program, size_t* bytes) {
  *bytes = program->binary.size();
  return program->binary.empty() ? INVALID_PROGRAM : SUCCESS;
}

int nvrtcGetCUBIN(Program* program, char* binary) {
  memcpy(binary, program->binary.data(), program->binary.size());
  return SUCCESS;
}

int nvrtcGetPTXSize(Program* program, size_t* bytes) { return nvrtcGetCUBINSize(program, bytes); }

int nvrtcGetPTX(Program* program, char* binary) { return nvrtcGetCUBIN(program, binary); }

int nvrtcGetProgramLogSize(Program* program, size_t* bytes) {
  *bytes = program->log.size() + 1;
  return SUCCESS;
}

int nvrtcGetProgramLog(Program* program, char* log) {
  memcpy(log, program->log.c_str(), program->log.size() + 1);
  return SUCCESS;
}
}
