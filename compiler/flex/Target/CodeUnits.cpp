// Who refers to whom decides which functions go together; digests are then made from the leaves up, for a function's
// symbol has to be known where it is referred to.
#include "flex/Target/CodeUnits.h"

#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace flex;

/// Every use of a symbol in a function.
static void forReferences(func::FuncOp function, llvm::function_ref<void(Operation *, FlatSymbolRefAttr)> use) {
  function.walk([&](Operation *op) {
    if (auto call = dyn_cast<func::CallOp>(op))
      use(op, call.getCalleeAttr());
    else if (auto constant = dyn_cast<func::ConstantOp>(op))
      use(op, constant.getValueAttr());
    else if (auto address = dyn_cast<LLVM::AddressOfOp>(op))
      use(op, address.getGlobalNameAttr());
  });
}

namespace {

/// What a function refers to, each thing once, in the order of the code.
struct References {
  llvm::SetVector<Operation *> all;
  llvm::SmallPtrSet<Operation *, 8> byAddress; ///< those not only called
};

class Cutter {
public:
  Cutter(ModuleOp module, StringRef experiment)
      : module(module), symbols(module), prefix(experiment.str() + "."), names(std::make_shared<CodeDigest>()) {}

  llvm::Expected<CodeUnits> cut(StringRef experiment);

private:
  bool isEntry(func::FuncOp function) { return !function.isExternal() && function.getSymName().starts_with(prefix); }
  void collectReferences(func::FuncOp function);
  void nameGlobals();
  bool keepsState(func::FuncOp function);
  void mark();
  llvm::Error addKernel(func::FuncOp root);
  llvm::Error addNeeded(const CodeUnit &unit);
  CodeUnit gather(CodeUnit::Kind kind, ArrayRef<func::FuncOp> roots);
  std::string digestOf(const CodeUnit &unit);

  ModuleOp module;
  SymbolTable symbols;
  std::string prefix;
  std::shared_ptr<CodeDigest> names;
  llvm::MapVector<Operation *, References> references;
  llvm::DenseMap<Operation *, llvm::SetVector<Operation *>> callers;
  llvm::DenseSet<Operation *> roots; ///< of kernels
  llvm::DenseSet<Operation *> begun, done;
  llvm::StringSet<> made;
  llvm::SetVector<Operation *> usedCodelets;
  CodeUnits result;
};

void Cutter::collectReferences(func::FuncOp function) {
  References &found = references[function];
  forReferences(function, [&](Operation *op, FlatSymbolRefAttr reference) {
    Operation *target = symbols.lookup(reference.getValue());
    if (!target)
      return;
    found.all.insert(target);
    if (!isa<func::CallOp>(op))
      found.byAddress.insert(target);
  });
}

/// Constants are numbered in their module; by content a unit's digest does not depend on what others have.
void Cutter::nameGlobals() {
  for (auto global : module.getOps<LLVM::GlobalOp>())
    if (global.getConstant())
      names->rename(global.getSymName(), "constant." + (*names)(global));
}

bool Cutter::keepsState(func::FuncOp function) {
  return llvm::any_of(references[function].all, [](Operation *target) {
    auto global = dyn_cast<LLVM::GlobalOp>(target);
    return global && !global.getConstant();
  });
}

/// Finds the roots of kernels: what entries refer to, what is known by its address, what several functions call.
void Cutter::mark() {
  for (auto &[caller, found] : references)
    for (Operation *target : found.all) {
      auto function = dyn_cast<func::FuncOp>(target);
      if (!function || function.isExternal() || isEntry(function))
        continue;
      callers[target].insert(caller);
      if (isEntry(cast<func::FuncOp>(caller)) || found.byAddress.contains(target))
        roots.insert(target);
    }
  for (auto &[function, found] : references)
    if (!isEntry(cast<func::FuncOp>(function)) && callers[function].size() != 1)
      roots.insert(function);
}

CodeUnit Cutter::gather(CodeUnit::Kind kind, ArrayRef<func::FuncOp> from) {
  CodeUnit unit{kind, "", "", {}, names};
  llvm::SetVector<Operation *> functions;
  for (func::FuncOp function : from)
    functions.insert(function);
  if (kind == CodeUnit::Kind::Kernel)
    for (size_t i = 0; i < functions.size(); ++i)
      for (Operation *target : references[functions[i]].all)
        if (auto callee = dyn_cast<func::FuncOp>(target); callee && !callee.isExternal() && !roots.contains(target))
          functions.insert(target);
  for (Operation *function : functions)
    unit.functions.push_back(cast<func::FuncOp>(function));
  return unit;
}

/// Helpers and entries count by their names, as others in the unit refer to them by name.
std::string Cutter::digestOf(const CodeUnit &unit) {
  std::vector<std::string> parts;
  for (func::FuncOp function : unit.functions) {
    if (!roots.contains(function))
      parts.push_back(function.getSymName().str());
    parts.push_back((*names)(function));
    for (Operation *target : references[function].all)
      if (auto global = dyn_cast<LLVM::GlobalOp>(target); global && !global.getConstant())
        parts.push_back((*names)(global));
  }
  return CodeDigest::of(parts);
}

llvm::Error Cutter::addNeeded(const CodeUnit &unit) {
  for (func::FuncOp function : unit.functions)
    for (Operation *target : references[function].all) {
      auto callee = dyn_cast<func::FuncOp>(target);
      if (callee && callee.isExternal() && codeletKey(callee))
        usedCodelets.insert(target);
      if (roots.contains(target) && !llvm::is_contained(unit.functions, callee))
        if (llvm::Error error = addKernel(callee))
          return error;
    }
  return llvm::Error::success();
}

llvm::Error Cutter::addKernel(func::FuncOp root) {
  if (done.contains(root))
    return llvm::Error::success();
  if (!begun.insert(root).second)
    return llvm::createStringError("internal error: '" + root.getSymName() + "' calls itself through other kernels");
  CodeUnit unit = gather(CodeUnit::Kind::Kernel, root);
  for (func::FuncOp function : unit.functions)
    if (keepsState(function))
      return llvm::createStringError("internal error: '" + function.getSymName() + "' keeps state and is no entry");
  if (llvm::Error error = addNeeded(unit))
    return error;
  // Regions' own names count them, which says nothing about their content.
  StringRef base = root.getSymName().starts_with("flex.") ? root.getSymName() : "points";
  unit.digest = digestOf(unit);
  unit.symbol = (base + "." + unit.digest).str();
  names->rename(root.getSymName(), unit.symbol);
  done.insert(root);
  if (made.insert(unit.symbol).second)
    result.units.push_back(std::move(unit));
  return llvm::Error::success();
}

llvm::Expected<CodeUnits> Cutter::cut(StringRef experiment) {
  for (auto function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      collectReferences(function);
  nameGlobals();
  mark();
  auto isOurs = [&](func::FuncOp function) { return isEntry(function); };
  auto entries = llvm::to_vector(llvm::make_filter_range(module.getOps<func::FuncOp>(), isOurs));
  CodeUnit unit = gather(CodeUnit::Kind::Entries, entries);
  if (llvm::Error error = addNeeded(unit))
    return std::move(error);
  unit.symbol = experiment.str();
  unit.digest = digestOf(unit);
  result.units.insert(result.units.begin(), std::move(unit));
  for (Operation *declaration : usedCodelets)
    result.codelets.push_back(*codeletKey(cast<func::FuncOp>(declaration)));
  return std::move(result);
}

} // namespace

llvm::Expected<CodeUnits> flex::cutIntoUnits(ModuleOp experiment, StringRef name) {
  return Cutter(experiment, name).cut(name);
}

/// What is outside of the unit but for its name: of a function the declaration, of data all.
static void addOutside(ModuleOp own, Operation *target, CodeDigest &names) {
  auto reference = FlatSymbolRefAttr::get(SymbolTable::getSymbolName(target));
  StringRef name = cast<FlatSymbolRefAttr>(names.renamed(reference)).getValue();
  if (own.lookupSymbol(name)) // equal content has one name
    return;
  Operation *copy = isa<func::FuncOp>(target) ? target->cloneWithoutRegions() : target->clone();
  copy->removeAttr("llvm.linkage");
  SymbolTable::setSymbolName(copy, name);
  if (isa<func::FuncOp>(target))
    SymbolTable::setSymbolVisibility(copy, SymbolTable::Visibility::Private);
  own.push_back(copy);
}

std::string CodeUnit::bytecode() const {
  auto module = functions.front()->getParentOfType<ModuleOp>();
  SymbolTable symbols(module);
  OwningOpRef<ModuleOp> own = ModuleOp::create(module.getLoc());
  llvm::SetVector<Operation *> outside;
  for (func::FuncOp function : functions) {
    forReferences(function, [&](Operation *, FlatSymbolRefAttr reference) {
      Operation *target = symbols.lookup(reference.getValue());
      if (target && !llvm::is_contained(functions, dyn_cast<func::FuncOp>(target)))
        outside.insert(target);
    });
    func::FuncOp copy = function.clone();
    names->applyNames(copy);
    copy->removeAttr("llvm.linkage");
    if (kind == Kind::Entries || function == functions.front()) {
      copy.setPublic();
    } else {
      copy.setPrivate();
      copy->setAttr("llvm.linkage", LLVM::LinkageAttr::get(copy.getContext(), LLVM::Linkage::Internal));
    }
    if (kind == Kind::Kernel && function == functions.front())
      copy.setSymName(symbol);
    own->push_back(copy);
  }
  for (Operation *target : outside)
    addOutside(*own, target, *names);
  std::string bytes;
  llvm::raw_string_ostream stream(bytes);
  return succeeded(writeBytecodeToFile(*own, stream)) ? bytes : "";
}
