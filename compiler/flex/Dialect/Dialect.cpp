// Registration of the dialect, and the attributes that modules and functions' arguments and results carry.
#include "flex/Dialect/Flex.h"

#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Support/Suggest.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace flex;

#include "flex/Dialect/FlexDialect.cpp.inc"
#include "flex/Dialect/FlexEnums.cpp.inc"
#include "flex/Dialect/FlexInterfaces.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "flex/Dialect/FlexTypes.cpp.inc"

void FlexDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "flex/Dialect/FlexTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "flex/Dialect/FlexOps.cpp.inc"
      >();
}

/// "kind" or "kind:name", with a kind out of `kinds` (those that end in ':' want a name).
static LogicalResult verifyBinding(Operation *op, NamedAttribute attribute, StringRef expected,
                                   ArrayRef<StringRef> kinds) {
  if (attribute.getName() != expected)
    return op->emitError("unknown attribute '") << attribute.getName().getValue() << "', expected '" << expected << "'";
  auto text = dyn_cast<StringAttr>(attribute.getValue());
  auto matches = [&](StringRef kind) {
    return kind.ends_with(":") ? text.getValue().starts_with(kind) && text.size() > kind.size() : text == kind;
  };
  if (text && llvm::any_of(kinds, matches))
    return success();
  return op->emitError("'") << expected << "' must be one of " << llvm::join(kinds, ", ") << "; got "
                            << attribute.getValue();
}

LogicalResult FlexDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute) {
  return verifyBinding(op, attribute, "flex.bind",
                       {"parameter:", "state:", "setting:", "input", "target", "key", "now", "weight", "gradient",
                        "moment:"});
}

LogicalResult FlexDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute) {
  return verifyBinding(op, attribute, "flex.out",
                       {"output", "loss", "metric", "parameter:", "state:", "gradient:", "input_gradient", "weight", "moment:",
                        "require:"});
}

/// The form of `value` as messages name it, and whether it is that.
static std::pair<StringRef, bool> matchForm(module_attributes::Form form, Attribute value) {
  using module_attributes::Form;
  switch (form) {
  case Form::String: return {"a string", isa<StringAttr>(value)};
  case Form::Array: return {"an array", isa<ArrayAttr>(value)};
  case Form::Integer: return {"an integer", isa<IntegerAttr>(value)};
  case Form::Type: return {"a type", isa<TypeAttr>(value)};
  case Form::Unit: return {"without a value", isa<UnitAttr>(value)};
  }
  llvm_unreachable("all forms are listed");
}

LogicalResult FlexDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  StringRef name = attribute.getName();
  auto known = llvm::find_if(module_attributes::kAll, [&](const auto &entry) { return entry.name == name; });
  if (known == std::end(module_attributes::kAll)) {
    std::vector<std::string> names;
    for (const auto &entry : module_attributes::kAll)
      names.push_back(entry.name.str());
    std::string near = suggest(name.str(), names);
    return op->emitError("unknown attribute '")
           << name << "'" << (near.empty() ? "" : "; did you mean '" + near + "'?");
  }
  if (!isa<ModuleOp>(op))
    return op->emitError("'") << name << "' belongs to a module";
  auto [expected, matches] = matchForm(known->form, attribute.getValue());
  if (!matches)
    return op->emitError("'") << name << "' must be " << expected << ", got " << attribute.getValue();
  return success();
}
