/// Units of code from MLIR to object files: lowered, optimised and generated apart from each other. Internal to Target.
#pragma once

#include "flex/Target/CodeUnits.h"
#include "flex/Target/ObjectCache.h"
#include "flex/Target/TargetMachine.h"

#include <atomic>
#include <functional>

namespace flex {

/// Compiles units on one thread.
///
/// Kernels are optimised; entries are not, for they run once per step and are long: LLVM takes as much time over them as
/// over all kernels together, to save some microseconds of a step.
class UnitCompiler {
public:
  explicit UnitCompiler(const TargetOptions &target);
  ~UnitCompiler();

  /// LLVM IR after optimisation. `name` is for messages; of `bytecode` see CodeUnit.
  llvm::Expected<std::string> bitcode(CodeUnit::Kind kind, const std::string &name, const std::string &bytecode);
  llvm::Expected<std::string> object(CodeUnit::Kind kind, const std::string &name, const std::string &bytecode);

private:
  llvm::Expected<std::unique_ptr<llvm::Module>> compile(CodeUnit::Kind kind, const std::string &name,
                                                        const std::string &bytecode, llvm::LLVMContext &llvmContext,
                                                        llvm::TargetMachine &machine);
  using Finish = llvm::function_ref<llvm::Expected<std::string>(llvm::Module &, llvm::TargetMachine &)>;
  /// What `finish` makes of the optimised unit.
  llvm::Expected<std::string> compileTo(CodeUnit::Kind kind, const std::string &name, const std::string &bytecode,
                                        Finish finish);
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine(CodeUnit::Kind kind);

  TargetOptions target;
  std::unique_ptr<mlir::MLIRContext> context;
};

/// Units whose objects are to be made, by any number of threads.
class UnitQueue {
public:
  UnitQueue(const TargetOptions &target, const ObjectCache &cache) : target(target), cache(cache) {}

  /// Whether the object is in the cache. It is known before anything is lowered.
  bool find(const CodeUnit &unit, std::string &object) const;
  /// `done` is called by one of the threads. Units must be added before the first of them starts.
  void add(const CodeUnit &unit, std::function<void(llvm::Expected<std::string>)> done);
  size_t size() const { return jobs.size(); }
  /// Makes objects until there is nothing left to do.
  void work();

private:
  struct Job {
    CodeUnit::Kind kind;
    std::string name, key, bytecode;
    std::function<void(llvm::Expected<std::string>)> done;
  };
  std::string key(const CodeUnit &unit) const;

  TargetOptions target;
  const ObjectCache &cache;
  std::vector<Job> jobs;
  std::atomic<size_t> next = 0;
};

} // namespace flex
