// LLVM's part: translation, linking of experiments, optimisation, code generation, and the check that an object needs
// nothing that the ABI does not list.
#include "flex/Target/CodeletObjects.h"
#include "flex/Target/Descriptor.h"
#include "flex/Target/TargetMachine.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"

#include <mutex>

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

/// Adds to `keys`, by name, what codelets a module declares.
static void collectCodelets(mlir::ModuleOp source, std::map<std::string, CodeletKey> &keys) {
  for (auto function : source.getOps<mlir::func::FuncOp>())
    if (std::optional<CodeletKey> key = codeletKey(function))
      keys.emplace(key->name(), *key);
}

/// Notes those codelets that an optimised module still uses.
static void addCodelets(LlvmProgram &program, const std::map<std::string, CodeletKey> &keys) {
  for (const auto &[name, key] : keys)
    if (Function *function = program.module->getFunction(name)) {
      function->setVisibility(GlobalValue::HiddenVisibility);
      program.codelets.push_back(key);
    }
}

Error flex::joinCodelets(LlvmProgram &program, const flex::TargetOptions &target) {
  auto codelets = emitCodelets(program.codelets, target);
  if (!codelets)
    return codelets.takeError();
  for (const CodeletModule &codelet : *codelets) {
    auto module = parseBitcodeFile(MemoryBufferRef(codelet.bitcode, codelet.name), *program.context);
    if (!module)
      return module.takeError();
    if (Linker::linkModules(*program.module, std::move(*module)))
      return createStringError("internal error: codelet '" + codelet.name + "' does not fit its declaration");
  }
  program.codelets.clear();
  return Error::success();
}

Expected<LlvmProgram> flex::makeLlvmProgram(ArrayRef<mlir::ModuleOp> modules, const ProgramInfo &info,
                                            const flex::TargetOptions &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  LlvmProgram program;
  program.context = std::make_unique<LLVMContext>();
  program.module = std::make_unique<Module>(info.source, *program.context);
  program.module->setDataLayout((*machine)->createDataLayout());
  program.module->setTargetTriple(target.triple);
  SmallVector<std::string> networks;
  std::map<std::string, CodeletKey> codelets;
  for (mlir::ModuleOp source : modules) {
    collectCodelets(source, codelets);
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
  addCodelets(program, codelets);
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

/// What TargetMachine::addPassesToEmitFile does, but for the choice.
Expected<std::string> flex::generateCode(Module &module, TargetMachine &target, CodeOrder order) {
  auto &machine = static_cast<LLVMTargetMachine &>(target);
  SmallVector<char, 0> bytes;
  raw_svector_ostream stream(bytes);
  legacy::PassManager passes;
  TargetPassConfig *config = machine.createPassConfig(passes);
  config->setDisableVerify(true);
  passes.add(config);
  auto *info = new MachineModuleInfoWrapperPass(&machine);
  passes.add(info);
  if (order == CodeOrder::AsWritten)
    config->disablePass(&MachineSchedulerID);
  if (config->addISelPasses())
    return createStringError("no code generator for '" + machine.getTargetTriple().str() + "'");
  config->addMachinePasses();
  config->setInitialized();
  if (machine.addAsmPrinter(passes, stream, nullptr, CodeGenFileType::ObjectFile, info->getMMI().getContext()))
    return createStringError("no object files for '" + machine.getTargetTriple().str() + "'");
  passes.add(createFreeMachineFunctionPass());
  passes.run(module);
  return std::string(bytes.begin(), bytes.end());
}

/// Objects of the program itself, first, and of its codelets, made side by side.
static Error makeObjects(LlvmProgram &program, TargetMachine &machine, const flex::TargetOptions &target,
                         const ObjectCache &cache, std::vector<std::string> &objects) {
  objects.resize(program.codelets.size() + 1);
  std::mutex mutex;
  Error errors = Error::success();
  auto put = [&](size_t i, Expected<std::string> object) {
    std::lock_guard lock(mutex);
    if (object)
      objects[i] = std::move(*object);
    else
      errors = joinErrors(std::move(errors), object.takeError());
  };
  DefaultThreadPool pool;
  pool.async([&] { put(0, generateCode(*program.module, machine, CodeOrder::Scheduled)); });
  for (size_t i = 0; i < program.codelets.size(); ++i)
    pool.async([&, i] { put(i + 1, codeletObject(program.codelets[i], target, cache)); });
  pool.wait();
  return errors;
}

Expected<std::string> flex::makeObject(LlvmProgram &program, const flex::TargetOptions &target,
                                       const std::string &cache) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  std::vector<std::string> objects;
  if (Error error = makeObjects(program, **machine, target, ObjectCache(cache), objects))
    return std::move(error);
  Expected<std::string> object = objects.size() == 1 ? std::move(objects.front()) : joinObjects(objects);
  if (!object)
    return object.takeError();
  if (Error error = checkImports(*object))
    return std::move(error);
  return object;
}
