// LLVM's part: translation, linking of experiments, optimisation, code generation, and the check that an object needs
// nothing that the ABI does not list.
#include "flex/Target/Descriptor.h"
#include "flex/Target/TargetMachine.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace flex;

static constexpr StringLiteral kProgram = "flexrt_program";

static constexpr StringRef kImports[] = {
#define FLEXRT_CALL(result, name, arguments) #name,
#include "flexrt/abi/calls.def"
#undef FLEXRT_CALL
    "memcpy", "memset"};

/// Hides everything but `keep`: two experiments may have functions of one name.
static void internalise(Module &module, StringRef keep) {
  for (GlobalValue &value : module.global_values())
    if (!value.isDeclaration() && value.getName() != keep)
      value.setLinkage(GlobalValue::InternalLinkage);
}

/// One experiment's module in LLVM IR, with its descriptor as the only external symbol.
static Expected<std::unique_ptr<Module>> translate(mlir::ModuleOp source, const NetworkDescription &description,
                                                   LLVMContext &context, const TargetMachine &machine) {
  mlir::PassManager manager(source.getContext());
  buildLoweringPipeline(manager);
  if (failed(manager.run(source)))
    return createStringError("lowering of experiment '" + description.name + "' to LLVM failed");
  std::unique_ptr<Module> module = mlir::translateModuleToLLVMIR(source, context, description.name);
  if (!module)
    return createStringError("translation of experiment '" + description.name + "' to LLVM IR failed");
  module->setDataLayout(machine.createDataLayout());
  module->setTargetTriple(machine.getTargetTriple().str());
  // Loops must not turn into calls of functions that the runtime does not have.
  for (Function &function : *module)
    function.addFnAttr("no-builtins");
  internalise(*module, addNetworkDescriptor(*module, description)->getName());
  return module;
}

static void optimise(Module &module, TargetMachine &machine) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  builder.buildPerModuleDefaultPipeline(OptimizationLevel::O2).run(module, modules);
}

Expected<LlvmProgram> flex::makeLlvmProgram(ArrayRef<mlir::ModuleOp> modules, const ProgramInfo &info,
                                            const TargetOptions &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  LlvmProgram program;
  program.context = std::make_unique<LLVMContext>();
  program.module = std::make_unique<Module>(info.source, *program.context);
  program.module->setDataLayout((*machine)->createDataLayout());
  program.module->setTargetTriple(target.triple);
  SmallVector<std::string> networks;
  for (mlir::ModuleOp source : modules) {
    mlir::FailureOr<NetworkDescription> description = describeNetwork(source);
    if (failed(description))
      return createStringError("an experiment's description is malformed");
    auto module = translate(source, *description, *program.context, **machine);
    if (!module)
      return module.takeError();
    networks.push_back(description->name + ".network");
    if (Linker::linkModules(*program.module, std::move(*module)))
      return createStringError("experiments cannot be linked: two are called '" + description->name + "'");
  }
  addProgramDescriptor(*program.module, networks, info, **machine);
  internalise(*program.module, kProgram);
  optimise(*program.module, **machine);
  return std::move(program);
}

/// Refuses an object that needs more than the ABI lists, for example a function of the mathematical library.
static Error checkImports(StringRef bytes) {
  auto object = object::ObjectFile::createObjectFile(MemoryBufferRef(bytes, "network"));
  if (!object)
    return object.takeError();
  std::string foreign;
  for (const object::SymbolRef &symbol : (*object)->symbols()) {
    Expected<uint32_t> flags = symbol.getFlags();
    Expected<StringRef> name = symbol.getName();
    if (!flags || !name)
      return joinErrors(flags.takeError(), name.takeError());
    if ((*flags & object::SymbolRef::SF_Undefined) && !name->empty() && !is_contained(kImports, *name))
      foreign += (foreign.empty() ? "'" : ", '") + name->str() + "'";
  }
  if (foreign.empty())
    return Error::success();
  return createStringError("internal error: compiled code needs " + foreign + ", which the runtime's ABI does not have");
}

Expected<std::string> flex::makeObject(Module &module, const TargetOptions &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::ObjectFile))
    return createStringError("no object files for '" + target.triple + "'");
  passes.run(module);
  std::string object(bytes.begin(), bytes.end());
  if (Error error = checkImports(object))
    return std::move(error);
  return object;
}
