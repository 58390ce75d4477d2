/// From emitted modules to machine code: the target's description, LLVM, an object file, an executable. Nothing here
/// prints; errors are llvm::Error, or MLIR diagnostics where a location is known.
#pragma once

#include "flex/Target/CodeUnits.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace flex {

struct TargetOptions {
  std::string triple;
  std::string cpu;      ///< LLVM's name: "znver4"
  std::string features; ///< LLVM's list: "+avx512f,-sse4a"; "" where the cpu says all
};

/// `cpu` is a name that LLVM knows for the host's architecture, or "native". An unknown name is an error with a hint.
llvm::Expected<TargetOptions> resolveTarget(llvm::StringRef cpu);
/// Width of the target's vector registers.
int64_t vectorBits(const TargetOptions &target);

/// Dialects of emitted modules and their translations to LLVM IR.
void registerTargetDialects(mlir::DialectRegistry &registry);

/// From loops over lanes to the LLVM dialect.
void buildLoweringPipeline(mlir::OpPassManager &pipeline);
/// The same for a codelet, which has little of what a program has, and much of it.
void buildCodeletLoweringPipeline(mlir::OpPassManager &pipeline);

/// What the descriptor says about the whole program.
struct ProgramInfo {
  std::string source;     ///< path of the .flex file
  std::string sourceHash; ///< hex
  std::string compiler;   ///< "flexc 0.1.0, LLVM 19.1.7"
  std::string plans = "{}"; ///< YAML: experiments of several stages
};

/// A codelet (see Conversion/Codelets.h) in LLVM IR, in no context, so that any thread can go on with it.
struct CodeletModule {
  std::string name;    ///< its symbol
  std::string bitcode; ///< a module with this function alone
};

/// A program in parts that become objects one by one: data that describes it, the units of its code, and the codelets
/// that these declare.
struct LlvmProgram {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module; ///< the description
  std::vector<CodeUnit> units;
  std::vector<CodeletKey> codelets;
};

/// Describes `modules` (after EmitNetworks; one per experiment) and cuts their code into units, which refer to them. Of
/// all symbols only `flexrt_program` will be seen from outside.
llvm::Expected<LlvmProgram> makeLlvmProgram(llvm::ArrayRef<mlir::ModuleOp> modules, const ProgramInfo &info,
                                            const TargetOptions &target);

/// Joins the optimised code of all units and codelets to the program's module, to be read by people: compiled so, it
/// would be slower.
llvm::Error joinCode(LlvmProgram &program, const TargetOptions &target);

/// The bytes of one object file with everything. `cache` is a folder that keeps objects from one compilation to the next;
/// "": none. An object that needs anything but the calls of the ABI, memcpy and memset is an error.
llvm::Expected<std::string> makeObject(LlvmProgram &program, const TargetOptions &target, const std::string &cache = "");

struct LinkOptions {
  std::string output;        ///< the executable
  std::string runtimeFolder; ///< holds libflexrt.so and flexrt-start.o
  bool bundle = false;       ///< copy the libraries that are not the system's to "<output>.libs/" and use those
};

/// One object file out of several: what lld calls a relocatable link. Hidden symbols become local.
llvm::Expected<std::string> joinObjects(llvm::ArrayRef<std::string> objects);

/// Links `object` with the start-up object and libflexrt.so, without a linker or compiler on the machine.
llvm::Error linkExecutable(llvm::StringRef object, const LinkOptions &options);

} // namespace flex
