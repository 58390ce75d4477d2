// One flex op per node. Knows how a node's attributes are spelt in the dialect, and nothing of what ops mean.
#include "flex/MLIRGen/MLIRGen.h"

#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Dialect/Flex.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace flex;

namespace {

/// One builder per experiment.
class Generator {
public:
  Generator(const elab::Experiment &experiment, FloatType element)
      : experiment(experiment), element(element), context(element.getContext()), builder(context) {}

  OwningOpRef<ModuleOp> run() {
    module = ModuleOp::create(locationOf(experiment.range, experiment.name));
    builder.setInsertionPointToEnd(module->getBody());
    declareSymbols();
    describeModule();
    for (const elab::Function &function : experiment.functions)
      emitFunction(function);
    if (failed(verify(*module)))
      return {};
    return std::move(module);
  }

private:
  void declareSymbols();
  void describeModule();
  void emitFunction(const elab::Function &function);
  void emitNode(const elab::Node &node, size_t id);
  Attribute attributeOf(const elab::Node &node, StringRef name, const elab::Attribute &value);
  AffineMap affineMapOf(const elab::SizeExpr &size);
  std::pair<std::string, std::string> findCorrelate(const std::string &taps) const;

  Location locationOf(SourceRange range, StringRef path) {
    Location at = UnknownLoc::get(context);
    if (range) {
      LineColumn start = lineColumn(*range.file, range.begin);
      at = FileLineColLoc::get(context, range.file->path, start.line, start.column);
    }
    return path.empty() ? at : Location(NameLoc::get(builder.getStringAttr(path), at));
  }
  FieldType typeOf(const elab::Type &type) {
    return FieldType::get(type.shape, element, type.samples,
                          type.space.empty() ? StringAttr() : builder.getStringAttr(type.space));
  }
  FieldType uniform(ArrayRef<int64_t> shape) { return FieldType::get(shape, element); }

  const elab::Experiment &experiment;
  FloatType element;
  MLIRContext *context;
  OpBuilder builder;
  OwningOpRef<ModuleOp> module;
  SmallVector<Value> values; ///< of the function at hand, by ValueId
};

void Generator::declareSymbols() {
  auto strings = [&](const std::vector<std::string> &from) {
    return builder.getStrArrayAttr(SmallVector<StringRef>(from.begin(), from.end()));
  };
  auto flag = [&](bool set) { return set ? builder.getUnitAttr() : UnitAttr(); };
  Location unknown = module->getLoc();
  for (const elab::Space &space : experiment.spaces)
    builder.create<SpaceOp>(unknown, builder.getStringAttr(space.name), builder.getI64IntegerAttr(space.rank),
                            flag(space.kind == elab::Space::Taps), flag(space.kind == elab::Space::Elements));
  for (const elab::Parameter &p : experiment.parameters)
    builder.create<ParameterOp>(locationOf(p.range, p.path), builder.getStringAttr(p.path),
                                TypeAttr::get(uniform(p.shape)), builder.getStringAttr(p.authors), strings(p.tags));
  for (const elab::State &s : experiment.states)
    builder.create<StateOp>(locationOf(s.range, s.path), builder.getStringAttr(s.path), TypeAttr::get(uniform(s.shape)),
                            builder.getStringAttr(s.authors));
  for (const elab::Setting &s : experiment.settings)
    builder.create<SettingOp>(locationOf(s.range, s.name), builder.getStringAttr(s.name),
                              builder.getF64FloatAttr(s.value), builder.getStringAttr(s.unit));
}

bool isLeaf(const elab::Node &node) {
  static constexpr StringRef leaves[] = {"parameter", "state", "setting", "input",    "target",
                                         "key",       "now",   "weight",  "gradient", "moment"};
  return llvm::is_contained(leaves, node.op);
}

/// "parameter:stem.bias", "input".
std::string bindingOf(const elab::Node &leaf) {
  auto name = leaf.attributes.find("name");
  return name == leaf.attributes.end() ? leaf.op : leaf.op + ":" + std::get<std::string>(name->second);
}

void Generator::emitFunction(const elab::Function &function) {
  SmallVector<Type> inputs, outputs;
  SmallVector<Attribute> inputAttributes, outputAttributes;
  SmallVector<Location> inputLocations;
  auto named = [&](StringRef name, StringRef value) {
    return builder.getDictionaryAttr(builder.getNamedAttr(name, builder.getStringAttr(value)));
  };
  // A leaf that stands twice is one argument.
  std::map<std::string, unsigned> argumentOf;
  for (const elab::Node &node : function.nodes) {
    if (!isLeaf(node) || !argumentOf.try_emplace(bindingOf(node), inputs.size()).second)
      continue;
    inputs.push_back(node.op == "key" ? Type(KeyType::get(context)) : Type(typeOf(node.type)));
    inputAttributes.push_back(named("flex.bind", bindingOf(node)));
    inputLocations.push_back(locationOf(node.range, node.path));
  }
  for (const elab::Result &result : function.results) {
    outputs.push_back(typeOf(function.nodes[result.value].type));
    outputAttributes.push_back(named("flex.out", result.name));
  }

  builder.setInsertionPointToEnd(module->getBody());
  Location location = locationOf(experiment.range, "");
  auto network = builder.create<NetworkOp>(location, builder.getStringAttr(function.name),
                                           TypeAttr::get(builder.getFunctionType(inputs, outputs)),
                                           builder.getStringAttr(function.role), builder.getArrayAttr(inputAttributes),
                                           builder.getArrayAttr(outputAttributes));
  Block *entry = builder.createBlock(&network.getBody(), {}, inputs, inputLocations);
  values.assign(function.nodes.size(), Value());
  for (auto [id, node] : llvm::enumerate(function.nodes)) {
    if (isLeaf(node))
      values[id] = entry->getArgument(argumentOf[bindingOf(node)]);
    else
      emitNode(node, id);
  }
  SmallVector<Value> results;
  for (const elab::Result &result : function.results)
    results.push_back(values[result.value]);
  builder.create<YieldOp>(location, results);
}

void Generator::emitNode(const elab::Node &node, size_t id) {
  if (node.op == "result") { // a further result of an op with several
    int64_t of = std::get<int64_t>(node.attributes.at("of")), index = std::get<int64_t>(node.attributes.at("index"));
    values[id] = values[of].getDefiningOp()->getResult(index);
    return;
  }
  OperationState state(locationOf(node.range, node.path), "flex." + node.op);
  for (elab::ValueId operand : node.operands)
    state.operands.push_back(values[operand]);
  if (node.op != "crop")
    state.types.push_back(typeOf(node.type));
  if (node.op == "extent") // low and high have one type
    state.types.push_back(typeOf(node.type));
  if (node.op == "linear") {
    bool bias = node.operands.size() > 2;
    state.addAttribute("operandSegmentSizes", builder.getDenseI32ArrayAttr({1, 1, bias ? 1 : 0, 0}));
  }
  for (const auto &[name, value] : node.attributes)
    if (Attribute attribute = attributeOf(node, name, value))
      state.addAttribute(name, attribute);
  Operation *op = builder.create(state);
  if (op->getNumResults())
    values[id] = op->getResult(0);
}

/// Null for a flag that is not set.
Attribute Generator::attributeOf(const elab::Node &node, StringRef name, const elab::Attribute &value) {
  if (auto *flag = std::get_if<bool>(&value))
    return *flag ? builder.getUnitAttr() : Attribute();
  if (auto *number = std::get_if<int64_t>(&value))
    return builder.getI64IntegerAttr(*number);
  if (auto *number = std::get_if<double>(&value))
    return node.op == "constant" ? Attribute(builder.getDenseF64ArrayAttr({*number}))
                                 : Attribute(builder.getF64FloatAttr(*number));
  if (auto *numbers = std::get_if<std::vector<int64_t>>(&value))
    return builder.getDenseI64ArrayAttr(*numbers);
  if (auto *numbers = std::get_if<std::vector<double>>(&value))
    return builder.getDenseF64ArrayAttr(*numbers);
  if (auto *size = std::get_if<elab::SizeExpr>(&value))
    return AffineMapAttr::get(affineMapOf(*size));
  const std::string &text = std::get<std::string>(value);
  if (node.op == "cmp" && name == "kind")
    return CmpKindAttr::get(context, *symbolizeCmpKind(text));
  if (node.op == "draw" && name == "kind")
    return DrawKindAttr::get(context, *symbolizeDrawKind(text));
  if (node.op == "band" && name == "part")
    return BandPartAttr::get(context, *symbolizeBandPart(text));
  if (name == "space" || name == "of")
    return FlatSymbolRefAttr::get(context, text);
  return builder.getStringAttr(text);
}

AffineMap Generator::affineMapOf(const elab::SizeExpr &size) {
  SmallVector<AffineExpr> stack;
  for (const elab::SizeExpr::Term &term : size.terms) {
    if (term.op == 'n') {
      stack.push_back(builder.getAffineDimExpr(0));
    } else if (term.op == 'c') {
      stack.push_back(builder.getAffineConstantExpr(term.value));
    } else {
      AffineExpr right = stack.pop_back_val(), left = stack.pop_back_val();
      switch (term.op) {
      case '+': stack.push_back(left + right); break;
      case '-': stack.push_back(left - right); break;
      case '*': stack.push_back(left * right); break;
      case '/': stack.push_back(left.floorDiv(right)); break;
      case '%': stack.push_back(left % right); break;
      default: llvm_unreachable("no such operator of sizes");
      }
    }
  }
  assert(stack.size() == 1 && "a size expression leaves one value");
  return AffineMap::get(1, 0, stack.back());
}

/// The convolution with taps over `taps`, as ("place", "space of its data"); empty where there is none.
std::pair<std::string, std::string> Generator::findCorrelate(const std::string &taps) const {
  for (const elab::Function &function : experiment.functions)
    for (const elab::Node &node : function.nodes)
      if (node.op == "correlate" && function.nodes[node.operands[1]].type.space == taps)
        return {placeOf(node.range), node.type.space};
  return {};
}

void Generator::describeModule() {
  auto text = [&](StringRef s) { return builder.getStringAttr(s); };
  auto set = [&](StringRef name, Attribute value) { module->getOperation()->setAttr(name, value); };
  set(module_attributes::kExperiment, text(experiment.name));
  set(module_attributes::kArchitecture, text(experiment.network));
  set(module_attributes::kInput, text(experiment.input));
  set(module_attributes::kOutput, text(experiment.output));
  set(module_attributes::kTarget, text(experiment.target));
  set(module_attributes::kData, text(experiment.data));
  set(module_attributes::kRecipe, text(experiment.recipe));

  auto symbol = [&](StringRef name) { return FlatSymbolRefAttr::get(context, name); };
  auto entry = [&](StringRef name, Attribute value) { return builder.getNamedAttr(name, value); };
  auto strings = [&](const std::vector<std::string> &from) {
    return builder.getStrArrayAttr(SmallVector<StringRef>(from.begin(), from.end()));
  };
  auto symbols = [&](const std::vector<std::string> &from) {
    return builder.getArrayAttr(llvm::map_to_vector(from, [&](const std::string &s) -> Attribute { return symbol(s); }));
  };
  SmallVector<Attribute> layers, requirements, groups;
  for (const elab::Layer &l : experiment.layers) {
    auto [place, data] = findCorrelate(l.taps);
    layers.push_back(builder.getDictionaryAttr(
        {entry("path", text(l.path)), entry("taps", symbol(l.taps)), entry("data", symbol(data)),
         entry("in", builder.getI64IntegerAttr(l.in)), entry("out", builder.getI64IntegerAttr(l.out)),
         entry("place", text(place))}));
  }
  for (const elab::Requirement &r : experiment.requirements)
    requirements.push_back(builder.getDictionaryAttr(
        {entry("text", text(r.text)), entry("path", text(r.path)), entry("place", text(placeOf(r.range)))}));
  for (const elab::Group &g : experiment.groups)
    groups.push_back(builder.getDictionaryAttr({entry("name", text(g.name)), entry("parameters", symbols(g.parameters)),
                                                entry("moments", strings(g.moments))}));
  set(module_attributes::kLayers, builder.getArrayAttr(layers));
  set(module_attributes::kRequirements, builder.getArrayAttr(requirements));
  set(module_attributes::kGroups, builder.getArrayAttr(groups));
}

} // namespace

OwningOpRef<ModuleOp> flex::generateModule(const elab::Experiment &experiment, FloatType element) {
  return Generator(experiment, element).run();
}
