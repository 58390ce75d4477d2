// Registration of the dialect, and the attributes that its functions' arguments and results carry.
#include "flex/Dialect/Flex.h"

#include "mlir/IR/Builders.h"
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
