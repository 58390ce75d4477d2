// The stages in order, and errors of MLIR's as diagnostics of the user's file.
#include "flex/Driver/Compilation.h"

#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Dialect/Flex.h"
#include "flex/Driver/Installation.h"
#include "flex/Elaborate/Claims.h"
#include "flex/Elaborate/Elaborate.h"
#include "flex/MLIRGen/MLIRGen.h"
#include "flex/Parse/Parse.h"
#include "flex/Pipeline/Pipeline.h"
#include "flex/Support/Suggest.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;

namespace flex {

Compilation::Compilation(CompilationOptions given) : options(std::move(given)) {
  options.libraryPaths.push_back(standardLibraryFolder());
}
Compilation::~Compilation() = default;

const SourceFile *Compilation::read(const std::string &path) {
  std::string error;
  source = sources.read(path, error);
  if (!source)
    diagnostics.error({}, error);
  return source;
}

const ast::File *Compilation::parse(const std::string &path) {
  if (!source && !read(path))
    return nullptr;
  if (!file)
    file = flex::parse(*source, diagnostics);
  return file.get();
}

const elab::Program *Compilation::elaborate(const std::string &path) {
  if (!program && parse(path))
    program = elab::elaborate(*file, sources, {options.libraryPaths, options.defines}, diagnostics);
  return program.get();
}

bool Compilation::openPlugins() {
  for (const std::string &path : options.plugins) {
    llvm::Expected<LoadedPlugin> plugin = loadPlugin(path);
    if (!plugin) {
      diagnostics.error({}, llvm::toString(plugin.takeError()));
      return false;
    }
    plugins.push_back(*plugin);
  }
  return true;
}

/// The file and line of an op's location, which MLIRGen wrapped in the path of construction.
static std::pair<FileLineColLoc, std::string> unwrap(Location location) {
  if (auto named = dyn_cast<NameLoc>(location)) {
    auto inner = unwrap(named.getChildLoc());
    return {inner.first, inner.second.empty() ? named.getName().str() : inner.second};
  }
  if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      if (auto inner = unwrap(part); inner.first)
        return inner;
    return {};
  }
  return {dyn_cast<FileLineColLoc>(location), ""};
}

/// A file of the program, by the path that MLIRGen put into locations.
const SourceFile *Compilation::findFile(llvm::StringRef path) const {
  if (source && source->path == path)
    return source;
  if (program)
    for (const elab::Experiment &experiment : program->experiments)
      for (const elab::Function &function : experiment.functions)
        for (const elab::Node &node : function.nodes)
          if (node.range && node.range.file->path == path)
            return node.range.file;
  return nullptr;
}

/// From a line and column to the end of the name or number there.
static SourceRange rangeAt(const SourceFile &file, LineColumn at) {
  if (at.line == 0 || at.line > file.lineStarts.size())
    return {};
  uint32_t begin = file.lineStarts[at.line - 1];
  for (uint32_t column = 1; column < at.column && begin < file.text.size(); ++column)
    do
      ++begin;
    while (begin < file.text.size() && (file.text[begin] & 0xc0) == 0x80);
  uint32_t end = begin;
  while (end < file.text.size() && (isalnum(static_cast<unsigned char>(file.text[end])) || file.text[end] == '_'))
    ++end;
  return {&file, begin, std::max(end, begin + 1)};
}

void Compilation::report(mlir::Diagnostic &diagnostic) {
  auto rangeOf = [&](Location location) -> std::pair<SourceRange, std::string> {
    auto [at, path] = unwrap(location);
    if (!at)
      return {{}, path};
    const SourceFile *where = findFile(at.getFilename());
    return {where ? rangeAt(*where, {at.getLine(), at.getColumn()}) : SourceRange{}, path};
  };
  auto [range, path] = rangeOf(diagnostic.getLocation());
  if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
    diagnostics.error(range, diagnostic.str()).in(path);
  else if (diagnostic.getSeverity() == DiagnosticSeverity::Warning)
    diagnostics.warning(range, diagnostic.str()).in(path);
  for (mlir::Diagnostic &note : diagnostic.getNotes())
    diagnostics.note(rangeOf(note.getLocation()).first, note.str());
}

bool Compilation::generate(const std::string &path) {
  if (!modules.empty())
    return true;
  if (!elaborate(path))
    return false;
  if (program->experiments.empty()) {
    diagnostics.error({}, "'" + path + "' has no experiment, so there is nothing to compile")
        .withHint("add one: experiment main = Net() |> Classify(mnist())");
    return false;
  }
  if (!openPlugins())
    return false;
  DialectRegistry registry;
  registry.insert<FlexDialect>();
  registerTargetDialects(registry);
  for (const LoadedPlugin &plugin : plugins)
    if (plugin.info.registerDialects)
      plugin.info.registerDialects(registry);
  context = std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  context->printOpOnDiagnostic(false); // the user's line is shown instead
  context->getDiagEngine().registerHandler([this](mlir::Diagnostic &d) {
    report(d);
    return success();
  });
  Builder builder(context.get());
  FloatType element = options.dtype == "f64" ? builder.getF64Type() : builder.getF32Type();
  for (const elab::Experiment &experiment : program->experiments) {
    OwningOpRef<ModuleOp> module = generateModule(experiment, element);
    if (!module)
      return false;
    modules.push_back(std::move(module));
  }
  return true;
}

bool Compilation::generateClaims(const std::string &path) {
  if (!elaborate(path))
    return false;
  *program = elab::claimProgram(*program);
  return generate(path);
}

bool Compilation::fail(llvm::Error error) {
  diagnostics.error({}, llvm::toString(std::move(error)));
  return false;
}

const TargetOptions *Compilation::target() {
  if (!resolvedTarget) {
    llvm::Expected<TargetOptions> resolved = resolveTarget(options.cpu);
    if (!resolved) {
      fail(resolved.takeError());
      return nullptr;
    }
    resolvedTarget = *resolved;
  }
  return &*resolvedTarget;
}

/// Names of the passes in a pipeline, nested ones too, read off its text.
static std::vector<std::string> passNames(OpPassManager &manager) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  manager.printAsTextualPipeline(stream);
  std::vector<std::string> names;
  for (size_t begin = 0; begin < text.size();) {
    size_t end = std::min(text.find_first_of(",(){} ", begin), text.size());
    std::string word = text.substr(begin, end - begin);
    bool isAnchor = end < text.size() && text[end] == '(', isOption = word.find('=') != std::string::npos;
    if (!word.empty() && !isAnchor && !isOption)
      names.push_back(std::move(word));
    begin = end + 1;
  }
  return names;
}

/// The pipeline that the options ask for. False after an error.
bool Compilation::buildPipeline(OpPassManager &manager) {
  if (options.passPipeline.empty()) {
    NetworkPipelineOptions pipeline{vectorBits(*resolvedTarget), options.inputGradient, options.reportsOnly, plugins};
    buildNetworkPipeline(manager, pipeline);
    buildEmissionPipeline(manager, pipeline);
  } else {
    registerPasses();
    std::string error;
    llvm::raw_string_ostream stream(error);
    FailureOr<OpPassManager> parsed = parsePassPipeline(options.passPipeline, stream);
    if (failed(parsed)) {
      diagnostics.error({}, "--pass-pipeline: " + StringRef(error).rtrim().str())
          .withHint("write builtin.module(pass,pass,...)");
      return false;
    }
    manager = std::move(*parsed);
  }
  std::vector<std::string> names = passNames(manager);
  for (const std::string &wanted : options.printAfter)
    if (!llvm::is_contained(names, wanted)) {
      diagnostics.error({}, "--print-ir-after: the pipeline has no pass '" + wanted + "'")
          .withHint(suggestAmong(wanted, names));
      return false;
    }
  return true;
}

bool Compilation::runPasses(ModuleOp module) {
  PassManager manager(context.get());
  if (!buildPipeline(manager))
    return false;
  if (!options.printAfter.empty()) {
    auto after = [this](Pass *pass, Operation *) {
      return llvm::is_contained(options.printAfter, pass->getArgument().str());
    };
    manager.enableIRPrinting([](Pass *, Operation *) { return false; }, after, /*printModuleScope=*/true,
                             /*printAfterOnlyOnChange=*/false, /*printAfterOnlyOnFailure=*/false, llvm::errs());
  }
  if (options.timing)
    manager.enableTiming();
  if (failed(manager.run(module))) {
    if (!diagnostics.hasErrors())
      diagnostics.error({}, "a pass failed without saying why; this is a defect of the compiler");
    return false;
  }
  return true;
}

bool Compilation::lower() {
  if (lowered)
    return true;
  if (!target())
    return false;
  for (OwningOpRef<ModuleOp> &module : modules)
    if (!runPasses(*module))
      return false;
  return lowered = true;
}

std::string Compilation::modulesText() const {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const OwningOpRef<ModuleOp> &module : modules) {
    OwningOpRef<ModuleOp> copy = module.get().clone();
    copy.get()->print(stream, OpPrintingFlags().enableDebugInfo(false));
    stream << "\n";
  }
  return text;
}

bool Compilation::makeProgram(LlvmProgram &result) {
  for (OwningOpRef<ModuleOp> &module : modules)
    if (!module.get()->hasAttr(module_attributes::kLanes)) { // which the last pass sets
      diagnostics.error({}, "--pass-pipeline leaves code that is not lowered, of which no program is made")
          .withHint("end it with flex-network-pipeline,flex-emission-pipeline, or look at its result: "
                    "flexc emit --stage=lowered");
      return false;
    }
  auto hash = llvm::SHA256::hash(llvm::arrayRefFromStringRef(source->text));
  ProgramInfo info{source->path, llvm::toHex(hash, /*LowerCase=*/true), compilerVersion(),
                   elab::yaml(program->plans)};
  auto all = llvm::map_to_vector(modules, [](OwningOpRef<ModuleOp> &module) { return *module; });
  llvm::Expected<LlvmProgram> made = makeLlvmProgram(all, info, *resolvedTarget);
  if (!made)
    return fail(made.takeError());
  result = std::move(*made);
  return true;
}

bool Compilation::makeLlvm(std::string &text) {
  LlvmProgram made;
  if (!lower() || !makeProgram(made))
    return false;
  if (llvm::Error error = joinCode(made, *resolvedTarget))
    return fail(std::move(error));
  llvm::raw_string_ostream stream(text);
  made.module->print(stream, nullptr);
  return true;
}

bool Compilation::makeObject(std::string &object) {
  LlvmProgram made;
  if (!lower() || !makeProgram(made))
    return false;
  std::string cache = cacheFolder();
  llvm::Expected<std::string> bytes =
      flex::makeObject(made, *resolvedTarget, cache.empty() ? "" : cache + "/objects");
  if (!bytes)
    return fail(bytes.takeError());
  object = std::move(*bytes);
  return true;
}

bool Compilation::link(const std::string &output, bool bundle) {
  std::string object;
  if (!makeObject(object))
    return false;
  if (llvm::Error error = linkExecutable(object, {output, runtimeFolder(), bundle}))
    return fail(std::move(error));
  return true;
}

std::string compilerVersion() { return "flexc " FLEX_VERSION ", LLVM " LLVM_VERSION_STRING; }

} // namespace flex
