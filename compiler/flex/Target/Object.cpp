// A program's parts, code generation, and the check that an object needs nothing that the ABI does not list.
#include "flex/Target/CodeletObjects.h"
#include "flex/Target/Descriptor.h"
#include "flex/Target/TargetMachine.h"
#include "flex/Target/UnitObjects.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/CodeGen/MachineModuleInfo.h"
#include "llvm/CodeGen/Passes.h"
#include "llvm/CodeGen/TargetPassConfig.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ThreadPool.h"

#include <mutex>

using namespace llvm;
using namespace flex;

static constexpr StringRef kImports[] = {
#define FLEXRT_CALL(result, name, arguments) #name,
#include "flexrt/abi/calls.def"
#undef FLEXRT_CALL
    "memcpy", "memset"};

bool flex::isImport(StringRef symbol) { return is_contained(kImports, symbol); }

/// Declares an experiment's entries, which are a unit of their own, for its descriptor.
static void declareEntries(const CodeUnit &entries, Module &module) {
  // Only their addresses are used here.
  auto *type = FunctionType::get(Type::getVoidTy(module.getContext()), false);
  for (mlir::func::FuncOp entry : entries.functions)
    Function::Create(type, GlobalValue::ExternalLinkage, entry.getSymName(), module)
        ->setVisibility(GlobalValue::HiddenVisibility);
}

/// Adds what is not there yet, for experiments share kernels and codelets of equal content, and what has any code.
static void addUnits(LlvmProgram &program, CodeUnits units) {
  for (CodeUnit &unit : units.units)
    if (!unit.functions.empty() &&
        none_of(program.units, [&](const CodeUnit &known) { return known.symbol == unit.symbol; }))
      program.units.push_back(std::move(unit));
  for (const CodeletKey &key : units.codelets)
    if (none_of(program.codelets, [&](const CodeletKey &known) { return known.name() == key.name(); }))
      program.codelets.push_back(key);
}

Expected<LlvmProgram> flex::makeLlvmProgram(ArrayRef<mlir::ModuleOp> modules, const ProgramInfo &info,
                                            const flex::TargetOptions &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  LlvmProgram program;
  program.context = std::make_unique<LLVMContext>();
  program.module = std::make_unique<Module>(info.source, *program.context);
  prepareModule(*program.module, **machine);
  SmallVector<std::string> networks;
  for (mlir::ModuleOp source : modules) {
    mlir::FailureOr<NetworkDescription> description = describeNetwork(source);
    if (failed(description))
      return createStringError("an experiment's description is malformed");
    if (is_contained(networks, description->name + ".network"))
      return createStringError("experiments cannot be linked: two are called '" + description->name + "'");
    auto units = cutIntoUnits(source, description->name);
    if (!units)
      return units.takeError();
    declareEntries(units->units.front(), *program.module);
    addUnits(program, std::move(*units));
    GlobalVariable *network = addNetworkDescriptor(*program.module, *description);
    networks.push_back(network->getName().str());
    network->setLinkage(GlobalValue::InternalLinkage);
  }
  addProgramDescriptor(*program.module, networks, info, **machine);
  return std::move(program);
}

/// Joins a part that is there as bitcode to the program's module.
static Error join(LlvmProgram &program, StringRef bitcode, const std::string &name) {
  auto module = parseBitcodeFile(MemoryBufferRef(bitcode, name), *program.context);
  if (!module)
    return module.takeError();
  if (Linker::linkModules(*program.module, std::move(*module)))
    return createStringError("internal error: '" + name + "' does not fit its declaration");
  return Error::success();
}

Error flex::joinCode(LlvmProgram &program, const flex::TargetOptions &target) {
  UnitCompiler compiler(target);
  for (const CodeUnit &unit : program.units) {
    auto bitcode = compiler.bitcode(unit.kind, unit.symbol, unit.bytecode());
    if (!bitcode)
      return bitcode.takeError();
    if (Error error = join(program, *bitcode, unit.symbol))
      return error;
  }
  auto codelets = emitCodelets(program.codelets, target);
  if (!codelets)
    return codelets.takeError();
  for (const CodeletModule &codelet : *codelets)
    if (Error error = join(program, codelet.bitcode, codelet.name))
      return error;
  program.units.clear();
  program.codelets.clear();
  return Error::success();
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
    if ((*flags & object::SymbolRef::SF_Undefined) && !name->empty() && !isImport(*name))
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

/// Objects of the description, of units and of codelets, in this order: out of the cache, or made side by side.
static Error makeObjects(LlvmProgram &program, const flex::TargetOptions &target, const ObjectCache &cache,
                         std::vector<std::string> &objects) {
  auto machine = createTargetMachine(target, CodeGenOptLevel::None); // for data
  if (!machine)
    return machine.takeError();
  size_t firstCodelet = 1 + program.units.size();
  objects.resize(firstCodelet + program.codelets.size());
  std::mutex mutex;
  Error errors = Error::success();
  auto put = [&](size_t i, Expected<std::string> object) {
    std::lock_guard lock(mutex);
    if (object)
      objects[i] = std::move(*object);
    else
      errors = joinErrors(std::move(errors), object.takeError());
  };
  put(0, generateCode(*program.module, **machine, CodeOrder::Scheduled));
  UnitQueue missing(target, cache);
  for (size_t i = 0; i < program.units.size(); ++i)
    if (!missing.find(program.units[i], objects[i + 1]))
      missing.add(program.units[i], [&put, i](Expected<std::string> object) { put(i + 1, std::move(object)); });
  DefaultThreadPool pool;
  for (unsigned i = 0; i < std::min<size_t>(pool.getMaxConcurrency(), missing.size()); ++i)
    pool.async([&] { missing.work(); });
  for (size_t i = 0; i < program.codelets.size(); ++i)
    pool.async([&, i] { put(firstCodelet + i, codeletObject(program.codelets[i], target, cache)); });
  pool.wait();
  return errors;
}

Expected<std::string> flex::makeObject(LlvmProgram &program, const flex::TargetOptions &target,
                                       const std::string &cache) {
  std::vector<std::string> objects;
  ObjectCache kept(cache);
  if (Error error = makeObjects(program, target, kept, objects))
    return std::move(error);
  kept.prune();
  erase_if(objects, [](const std::string &object) { return object.empty(); });
  Expected<std::string> object = objects.size() == 1 ? std::move(objects.front()) : joinObjects(objects);
  if (!object)
    return object.takeError();
  if (Error error = checkImports(*object))
    return std::move(error);
  return object;
}
