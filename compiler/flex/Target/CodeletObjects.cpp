// Codelets: MLIR to LLVM IR, and LLVM IR to objects. No optimisation of IR: what the generator leaves is one straight
// block, and all that is to be found there instruction selection finds anyway.
#include "flex/Target/CodeletObjects.h"

#include "mlir/IR/MLIRContext.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/ThreadPool.h"

#include <atomic>

using namespace llvm;
using namespace flex;

/// Names what makes objects of keys: a digest of the sources involved, which the build gives, and LLVM.
static constexpr StringLiteral kGenerator = FLEX_CODELET_SOURCES ", LLVM " LLVM_VERSION_STRING;

/// One codelet as bitcode, "" if that failed.
static std::string emitBitcode(mlir::MLIRContext &context, CodeletKey key, const TargetMachine &machine) {
  mlir::Builder types(&context);
  key.element = key.element.isF64() ? types.getF64Type() : types.getF32Type(); // this thread's own
  mlir::OwningOpRef<mlir::ModuleOp> source = mlir::ModuleOp::create(types.getUnknownLoc());
  HostBuilder host(*source, types.getUnknownLoc());
  emitCodelet(host, key);
  mlir::PassManager manager(&context);
  manager.enableVerifier(false);
  buildCodeletLoweringPipeline(manager);
  LLVMContext llvmContext;
  std::unique_ptr<Module> module;
  if (succeeded(manager.run(*source)))
    module = mlir::translateModuleToLLVMIR(*source, llvmContext, key.name());
  if (!module)
    return "";
  module->setDataLayout(machine.createDataLayout());
  module->setTargetTriple(machine.getTargetTriple().str());
  Function *function = module->getFunction(key.name());
  function->setVisibility(GlobalValue::HiddenVisibility);
  function->setDoesNotThrow();
  std::string bitcode;
  raw_string_ostream stream(bitcode);
  WriteBitcodeToFile(*module, stream);
  return bitcode;
}

Expected<std::vector<CodeletModule>> flex::emitCodelets(ArrayRef<CodeletKey> keys, const TargetOptions &target) {
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  std::vector<CodeletModule> codelets(keys.size());
  std::atomic<size_t> next = 0;
  auto work = [&] {
    mlir::DialectRegistry registry;
    registerTargetDialects(registry);
    mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
    context.loadAllAvailableDialects();
    for (size_t i; (i = next++) < keys.size();)
      codelets[i] = {keys[i].name(), emitBitcode(context, keys[i], **machine)};
  };
  DefaultThreadPool pool;
  for (size_t i = 0; i < std::min<size_t>(pool.getMaxConcurrency(), keys.size()); ++i)
    pool.async(work);
  pool.wait();
  for (const CodeletModule &codelet : codelets)
    if (codelet.bitcode.empty())
      return createStringError("internal error: lowering of codelet '" + codelet.name + "' to LLVM failed");
  return codelets;
}

Expected<std::string> flex::codeletObject(const CodeletKey &codelet, const TargetOptions &target,
                                          const ObjectCache &cache) {
  std::string lanes = std::to_string(codelet.lanes);
  std::string key = ObjectCache::key({codelet.name(), lanes, target.triple, target.cpu, target.features, kGenerator});
  if (std::optional<std::string> object = cache.find(key))
    return *object;
  auto machine = createTargetMachine(target);
  if (!machine)
    return machine.takeError();
  auto emitted = emitCodelets(codelet, target);
  if (!emitted)
    return emitted.takeError();
  LLVMContext context;
  auto module = parseBitcodeFile(MemoryBufferRef(emitted->front().bitcode, codelet.name()), context);
  if (!module)
    return module.takeError();
  auto object = generateCode(**module, **machine, CodeOrder::AsWritten);
  if (object)
    cache.keep(key, *object);
  return object;
}
