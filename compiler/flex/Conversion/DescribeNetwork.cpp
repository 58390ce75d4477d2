// Reads an experiment's description off its module and lays out the flat buffers. Does not look into networks.
#include "flex/Conversion/DescribeNetwork.h"

#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Conversion/PointsCall.h"
#include "flexrt/abi/flexrt.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace flex;
namespace names = flex::module_attributes;

namespace {

template <typename Entries>
int64_t findBy(const Entries &entries, StringRef key, std::string Entries::value_type::*field) {
  for (auto [i, entry] : llvm::enumerate(entries))
    if (entry.*field == key)
      return i;
  return -1;
}

class Reader {
public:
  explicit Reader(ModuleOp module) : module(module) {}
  FailureOr<NetworkDescription> read();

private:
  using Parameter = NetworkDescription::Parameter;

  std::string text(StringRef name) {
    auto attribute = module->getAttrOfType<StringAttr>(name);
    return attribute ? attribute.str() : "";
  }
  InFlightDiagnostic malformed(StringRef name, const Twine &what) {
    return module.emitError("module attribute '") << name << "': " << what;
  }
  /// Calls `take` for every dictionary of the array `name`, which may be absent.
  LogicalResult forEach(StringRef name, function_ref<LogicalResult(DictionaryAttr)> take);
  LogicalResult string(DictionaryAttr entry, StringRef key, StringRef owner, std::string &to);
  LogicalResult integer(DictionaryAttr entry, StringRef key, StringRef owner, int64_t &to);
  LogicalResult space(DictionaryAttr entry, StringRef key, StringRef owner, int64_t &to);

  LogicalResult readOps();
  LogicalResult readElementType();
  LogicalResult readGroup(DictionaryAttr entry);
  LogicalResult readLayer(DictionaryAttr entry);
  LogicalResult readRequirement(DictionaryAttr entry);
  LogicalResult readConvolution(DictionaryAttr entry);
  LogicalResult layOutParameters();
  /// Elements that a value takes in a flat buffer, so that the next one is aligned.
  int64_t padded(int64_t count) const {
    return llvm::alignTo(count, FLEXRT_ALIGNMENT / (d.isDouble ? sizeof(double) : sizeof(float)));
  }

  ModuleOp module;
  NetworkDescription d;
};

} // namespace

int64_t NetworkDescription::findSpace(StringRef key) const { return findBy(spaces, key, &Space::name); }
int64_t NetworkDescription::findSetting(StringRef key) const { return findBy(settings, key, &Setting::name); }
const NetworkDescription::Parameter *NetworkDescription::findParameter(StringRef path) const {
  int64_t i = findBy(parameters, path, &Parameter::path);
  return i < 0 ? nullptr : &parameters[i];
}
const NetworkDescription::Parameter *NetworkDescription::findState(StringRef path) const {
  int64_t i = findBy(states, path, &Parameter::path);
  return i < 0 ? nullptr : &states[i];
}

std::string flex::placeOf(Location location) {
  std::string place;
  location->walk([&](Location part) {
    auto file = dyn_cast<FileLineColLoc>(part);
    if (!file)
      return WalkResult::advance();
    place = (file.getFilename().getValue() + ":" + Twine(file.getLine()) + ":" + Twine(file.getColumn())).str();
    return WalkResult::interrupt();
  });
  return place;
}

StringRef flex::pathOf(Location location) {
  StringRef path;
  location->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    path = name.getName().getValue();
    return WalkResult::interrupt();
  });
  return path;
}

LogicalResult Reader::forEach(StringRef name, function_ref<LogicalResult(DictionaryAttr)> take) {
  Attribute attribute = module->getAttr(name);
  if (!attribute)
    return success();
  auto array = dyn_cast<ArrayAttr>(attribute);
  if (!array || !llvm::all_of(array, llvm::IsaPred<DictionaryAttr>))
    return malformed(name, "must be an array of dictionaries");
  for (Attribute entry : array)
    if (failed(take(cast<DictionaryAttr>(entry))))
      return failure();
  return success();
}

LogicalResult Reader::string(DictionaryAttr entry, StringRef key, StringRef owner, std::string &to) {
  auto value = entry.getAs<StringAttr>(key);
  if (!value)
    return malformed(owner, "an entry has no string '" + key + "'");
  to = value.str();
  return success();
}

LogicalResult Reader::integer(DictionaryAttr entry, StringRef key, StringRef owner, int64_t &to) {
  auto value = entry.getAs<IntegerAttr>(key);
  if (!value)
    return malformed(owner, "an entry has no integer '" + key + "'");
  to = value.getInt();
  return success();
}

LogicalResult Reader::space(DictionaryAttr entry, StringRef key, StringRef owner, int64_t &to) {
  auto symbol = entry.getAs<FlatSymbolRefAttr>(key);
  if (!symbol)
    return malformed(owner, "an entry has no symbol '" + key + "'");
  to = d.findSpace(symbol.getValue());
  if (to < 0)
    return malformed(owner, "there is no space '" + symbol.getValue() + "'");
  return success();
}

LogicalResult Reader::readElementType() {
  SmallVector<std::pair<Location, FloatType>> found;
  auto add = [&](Location at, Type type) {
    if (auto field = dyn_cast<FieldType>(type))
      found.push_back({at, field.getElementType()});
  };
  for (Operation &op : module.getOps()) {
    if (auto parameter = dyn_cast<ParameterOp>(op))
      add(op.getLoc(), parameter.getType());
    if (auto network = dyn_cast<NetworkOp>(op))
      for (Type type : llvm::concat<const Type>(network.getArgumentTypes(), network.getResultTypes()))
        add(op.getLoc(), type);
  }
  if (auto derived = module->getAttrOfType<TypeAttr>(names::kElementType))
    found.push_back({module.getLoc(), cast<FloatType>(derived.getValue())});
  for (auto [at, type] : found)
    if (type != found.front().second)
      return emitError(at) << "an experiment has one element type; found " << type << " beside "
                           << found.front().second;
  d.isDouble = !found.empty() && found.front().second.isF64();
  return success();
}

LogicalResult Reader::readOps() {
  auto value = [](auto op) {
    auto type = cast<FieldType>(op.getType());
    Parameter p{op.getSymName().str(), op.getAuthors().str(), placeOf(op.getLoc()), type.getShape().vec()};
    p.count = type.getNumChannels();
    return p;
  };
  for (Operation &op : module.getOps()) {
    if (auto space = dyn_cast<SpaceOp>(op)) {
      if (space.getRank() > FLEXRT_MAX_RANK)
        return space.emitError("a space has at most ") << FLEXRT_MAX_RANK << " axes";
      d.spaces.push_back(
          {space.getSymName().str(), int64_t(space.getRank()), space.getTaps(), space.getElements()});
    } else if (auto parameter = dyn_cast<ParameterOp>(op)) {
      d.parameters.push_back(value(parameter));
    } else if (auto state = dyn_cast<StateOp>(op)) {
      d.states.push_back(value(state));
    } else if (auto setting = dyn_cast<SettingOp>(op)) {
      d.settings.push_back({setting.getSymName().str(), setting.getUnit().str(), placeOf(op.getLoc()),
                            setting.getValue().convertToDouble()});
    }
  }
  for (const Parameter &p : llvm::concat<Parameter>(d.parameters, d.states))
    if (p.shape.size() > FLEXRT_MAX_AXES)
      return module.emitError("'") << p.path << "' has " << p.shape.size() << " axes; at most " << FLEXRT_MAX_AXES;
  return success();
}

LogicalResult Reader::readGroup(DictionaryAttr entry) {
  NetworkDescription::Group group;
  auto members = entry.getAs<ArrayAttr>("parameters"), moments = entry.getAs<ArrayAttr>("moments");
  if (failed(string(entry, "name", names::kGroups, group.name)))
    return failure();
  if (!members || !moments)
    return malformed(names::kGroups, "group '" + group.name + "' needs arrays 'parameters' and 'moments'");
  for (Attribute moment : moments)
    group.moments.push_back(cast<StringAttr>(moment).str());
  group.space = d.findSpace((names::kElementsPrefix + group.name).str());
  if (group.space < 0)
    return malformed(names::kGroups, "there is no space '" + names::kElementsPrefix + group.name + "'");
  for (Attribute member : members) {
    StringRef path = cast<FlatSymbolRefAttr>(member).getValue();
    int64_t i = findBy(d.parameters, path, &Parameter::path);
    if (i < 0)
      return malformed(names::kGroups, "there is no parameter '" + path + "'");
    if (d.parameters[i].group >= 0)
      return malformed(names::kGroups, "parameter '" + path + "' is in two groups");
    d.parameters[i].group = d.groups.size();
  }
  d.groups.push_back(std::move(group));
  return success();
}

LogicalResult Reader::readLayer(DictionaryAttr entry) {
  NetworkDescription::Layer layer;
  StringRef owner = names::kLayers;
  if (failed(string(entry, "path", owner, layer.path)) || failed(string(entry, "place", owner, layer.place)) ||
      failed(space(entry, "taps", owner, layer.taps)) || failed(space(entry, "data", owner, layer.data)) ||
      failed(integer(entry, "in", owner, layer.in)) || failed(integer(entry, "out", owner, layer.out)))
    return failure();
  if (auto reason = entry.getAs<StringAttr>("no_band"))
    layer.noBand = reason.str();
  d.layers.push_back(std::move(layer));
  return success();
}

LogicalResult Reader::readRequirement(DictionaryAttr entry) {
  NetworkDescription::Requirement requirement;
  StringRef owner = names::kRequirements;
  if (failed(string(entry, "text", owner, requirement.text)) ||
      failed(string(entry, "path", owner, requirement.path)) ||
      failed(string(entry, "place", owner, requirement.place)))
    return failure();
  d.requirements.push_back(std::move(requirement));
  return success();
}

LogicalResult Reader::readConvolution(DictionaryAttr entry) {
  NetworkDescription::Convolution convolution;
  StringRef owner = names::kConvolutions;
  int64_t causal = 0;
  if (failed(space(entry, "taps", owner, convolution.taps)) || failed(space(entry, "data", owner, convolution.data)) ||
      failed(integer(entry, "in", owner, convolution.in)) || failed(integer(entry, "out", owner, convolution.out)) ||
      failed(integer(entry, "causal", owner, causal)) || failed(integer(entry, "wanted", owner, convolution.wanted)) ||
      failed(integer(entry, "hidden", owner, convolution.hidden)))
    return failure();
  convolution.causal = causal;
  d.convolutions.push_back(convolution);
  return success();
}

LogicalResult Reader::layOutParameters() {
  int64_t at = 0;
  auto place = [&](Parameter &p) { at = (p.offset = at) + padded(p.count); };
  if (d.groups.empty())
    llvm::for_each(d.parameters, place);
  for (auto [i, group] : llvm::enumerate(d.groups)) {
    group.offset = at;
    for (Parameter &p : d.parameters)
      if (p.group == int64_t(i))
        place(p);
    // An update works on whole blocks of points, which must not reach into the next group.
    at = llvm::alignTo(at, std::max<int64_t>(kPointBlock, padded(1)));
    group.count = at - group.offset;
  }
  if (!d.groups.empty())
    for (const Parameter &p : d.parameters)
      if (p.group < 0)
        return malformed(names::kGroups, "parameter '" + p.path + "' is in no group");
  d.parameterElements = at;
  at = 0;
  llvm::for_each(d.states, place);
  d.stateElements = at;
  return success();
}

FailureOr<NetworkDescription> Reader::read() {
  d.name = text(names::kExperiment);
  if (d.name.empty())
    return malformed(names::kExperiment, "is missing"), failure();
  d.architecture = text(names::kArchitecture);
  d.input = text(names::kInput);
  d.output = text(names::kOutput);
  d.target = text(names::kTarget);
  d.data = text(names::kData);
  d.recipe = text(names::kRecipe);
  if (failed(readElementType()) || failed(readOps()) ||
      failed(forEach(names::kGroups, [&](DictionaryAttr e) { return readGroup(e); })) ||
      failed(forEach(names::kLayers, [&](DictionaryAttr e) { return readLayer(e); })) ||
      failed(forEach(names::kRequirements, [&](DictionaryAttr e) { return readRequirement(e); })) ||
      failed(forEach(names::kConvolutions, [&](DictionaryAttr e) { return readConvolution(e); })) ||
      failed(layOutParameters()))
    return failure();
  if (auto lanes = module->getAttrOfType<IntegerAttr>(names::kLanes))
    d.lanes = lanes.getInt();
  d.hasInputGradient = module->hasAttr(names::kInputGradient);
  if (auto scalars = module->getAttrOfType<ArrayAttr>(names::kScalars))
    for (Attribute scalar : scalars)
      d.scalars.push_back(cast<StringAttr>(scalar).str());
  return std::move(d);
}

FailureOr<NetworkDescription> flex::describeNetwork(ModuleOp module) { return Reader(module).read(); }
