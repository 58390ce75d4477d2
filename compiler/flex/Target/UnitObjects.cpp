// LLVM's part in a unit of code: lowering, translation, optimisation and code generation.
#include "flex/Target/UnitObjects.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;
using namespace flex;

/// Names what makes objects of units: a digest of the sources involved, which the build gives, and LLVM.
static constexpr StringLiteral kGenerator = FLEX_UNIT_SOURCES ", LLVM " LLVM_VERSION_STRING;

void flex::prepareModule(Module &module, const TargetMachine &machine) {
  module.setDataLayout(machine.createDataLayout());
  module.setTargetTriple(machine.getTargetTriple().str());
  for (Function &function : module) {
    // Loops must not turn into calls of functions that the runtime does not have.
    function.addFnAttr("no-builtins");
    // What is not the runtime's is in this very program.
    if (!function.hasLocalLinkage() && !function.isIntrinsic() && !isImport(function.getName()))
      function.setVisibility(GlobalValue::HiddenVisibility);
  }
}

static void optimise(Module &module, TargetMachine &machine, CodeUnit::Kind kind) {
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager components;
  ModuleAnalysisManager modules;
  PipelineTuningOptions tuning;
  // Kernels come in lanes and in blocks of as many registers as there are; more copies of a loop cost time to compile
  // (a quarter of the whole) and gain none.
  tuning.LoopUnrolling = tuning.SLPVectorization = false;
  PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  ModulePassManager passes;
  if (kind == CodeUnit::Kind::Kernel)
    passes = builder.buildPerModuleDefaultPipeline(OptimizationLevel::O2);
  else
    cantFail(builder.parsePassPipeline(passes, "function(early-cse,simplifycfg)"));
  passes.run(module, modules);
}

UnitCompiler::UnitCompiler(const TargetOptions &target) : target(target) {
  mlir::DialectRegistry registry;
  registerTargetDialects(registry);
  context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
}
UnitCompiler::~UnitCompiler() = default;

Expected<std::unique_ptr<TargetMachine>> UnitCompiler::machine(CodeUnit::Kind kind) {
  bool once = kind == CodeUnit::Kind::Entries;
  return createTargetMachine(target, once ? CodeGenOptLevel::None : CodeGenOptLevel::Aggressive);
}

Expected<std::unique_ptr<Module>> UnitCompiler::compile(CodeUnit::Kind kind, const std::string &name,
                                                        const std::string &bytecode, LLVMContext &llvmContext,
                                                        TargetMachine &machine) {
  std::string reason;
  mlir::ScopedDiagnosticHandler handler(context.get(), [&](mlir::Diagnostic &diagnostic) {
    reason += ": " + diagnostic.str();
    return mlir::success();
  });
  // The compiler has made this code itself, and verified it when it was emitted.
  mlir::ParserConfig parser(context.get(), /*verifyAfterParse=*/false);
  auto source = mlir::parseSourceString<mlir::ModuleOp>(bytecode, parser);
  mlir::PassManager manager(context.get());
  manager.enableVerifier(false);
  buildLoweringPipeline(manager);
  std::unique_ptr<Module> module;
  if (source && succeeded(manager.run(*source)))
    module = mlir::translateModuleToLLVMIR(*source, llvmContext, name);
  if (!module)
    return createStringError("internal error: lowering of '" + name + "' to LLVM failed" + reason);
  prepareModule(*module, machine);
  optimise(*module, machine, kind);
  return std::move(module);
}

Expected<std::string> UnitCompiler::compileTo(CodeUnit::Kind kind, const std::string &name,
                                              const std::string &bytecode, Finish finish) {
  if (bytecode.empty())
    return createStringError("internal error: '" + name + "' cannot be written as bytecode");
  LLVMContext llvmContext;
  auto target = machine(kind);
  if (!target)
    return target.takeError();
  auto module = compile(kind, name, bytecode, llvmContext, **target);
  if (!module)
    return module.takeError();
  return finish(**module, **target);
}

Expected<std::string> UnitCompiler::bitcode(CodeUnit::Kind kind, const std::string &name, const std::string &bytecode) {
  return compileTo(kind, name, bytecode, [](Module &module, TargetMachine &) -> Expected<std::string> {
    std::string bytes;
    raw_string_ostream stream(bytes);
    WriteBitcodeToFile(module, stream);
    return bytes;
  });
}

Expected<std::string> UnitCompiler::object(CodeUnit::Kind kind, const std::string &name, const std::string &bytecode) {
  return compileTo(kind, name, bytecode, [](Module &module, TargetMachine &machine) {
    return generateCode(module, machine, CodeOrder::Scheduled);
  });
}

std::string UnitQueue::key(const CodeUnit &unit) const {
  StringRef kind = unit.kind == CodeUnit::Kind::Entries ? "entries" : "kernel";
  return ObjectCache::key({kind, unit.symbol, unit.digest, target.triple, target.cpu, target.features, kGenerator});
}

bool UnitQueue::find(const CodeUnit &unit, std::string &object) const {
  std::optional<std::string> found = cache.find(key(unit));
  if (found)
    object = std::move(*found);
  return found.has_value();
}

void UnitQueue::add(const CodeUnit &unit, std::function<void(Expected<std::string>)> done) {
  jobs.push_back({unit.kind, unit.symbol, key(unit), unit.bytecode(), std::move(done)});
}

void UnitQueue::work() {
  UnitCompiler compiler(target);
  for (size_t i; (i = next++) < jobs.size();) {
    Job &job = jobs[i];
    Expected<std::string> object = compiler.object(job.kind, job.name, job.bytecode);
    if (object)
      cache.keep(job.key, *object);
    job.done(std::move(object));
  }
}
