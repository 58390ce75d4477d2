// Every field names its offset in the C header, and a finished struct is checked against them: the two cannot drift apart.
#include "flex/Target/Descriptor.h"

#include "flexrt/abi/flexrt.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Module.h"

#include <cstddef>

using namespace llvm;
using namespace flex;

namespace {

/// Constants of one module.
class Builder {
public:
  explicit Builder(Module &module) : module(module), context(module.getContext()) {}

  Module &module;
  LLVMContext &context;

  PointerType *ptr() { return PointerType::get(context, 0); }
  Constant *null() { return ConstantPointerNull::get(ptr()); }
  Constant *i32(int64_t value) { return ConstantInt::getSigned(Type::getInt32Ty(context), value); }
  Constant *i64(int64_t value) { return ConstantInt::getSigned(Type::getInt64Ty(context), value); }
  Constant *real(double value) { return ConstantFP::get(Type::getDoubleTy(context), value); }
  Constant *text(StringRef value) { return global(ConstantDataArray::getString(context, value)); }
  /// Address of an array, null of an empty one.
  Constant *array(ArrayRef<Constant *> elements) {
    if (elements.empty())
      return null();
    return global(ConstantArray::get(ArrayType::get(elements.front()->getType(), elements.size()), elements));
  }
  template <typename Range, typename Make> Constant *array(const Range &range, Make make) {
    SmallVector<Constant *> elements;
    for (const auto &element : range)
      elements.push_back(make(element));
    return array(elements);
  }
  /// Address of the function `name`, null if the module does not declare it.
  Constant *function(const Twine &name) {
    Function *found = module.getFunction(name.str());
    return found ? static_cast<Constant *>(found) : null();
  }
  GlobalVariable *global(Constant *value) {
    auto *variable = new GlobalVariable(module, value->getType(), /*isConstant=*/true, GlobalValue::PrivateLinkage, value);
    variable->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    return variable;
  }
};

/// One C struct, field by field.
class Struct {
public:
  Struct(Builder &b, size_t size) : b(b), size(size) {}

  Struct &add(size_t offset, Constant *value) {
    offsets.push_back(offset);
    values.push_back(value);
    return *this;
  }
  /// An array inside the struct, filled up with `rest`.
  Struct &add(size_t offset, ArrayRef<int64_t> numbers, size_t length) {
    SmallVector<int64_t> padded(numbers.begin(), numbers.end());
    padded.resize(length, 1);
    SmallVector<Constant *> elements;
    for (int64_t number : padded)
      elements.push_back(b.i64(number));
    return add(offset, ConstantArray::get(ArrayType::get(Type::getInt64Ty(b.context), length), elements));
  }
  Constant *finish() {
    Constant *value = ConstantStruct::getAnon(values);
    const StructLayout *layout = b.module.getDataLayout().getStructLayout(cast<StructType>(value->getType()));
    for (auto [i, offset] : enumerate(offsets))
      if (layout->getElementOffset(i) != offset)
        reportMismatch();
    if (layout->getSizeInBytes() != size)
      reportMismatch();
    return value;
  }

private:
  [[noreturn]] void reportMismatch() {
    report_fatal_error("the descriptor does not have the layout of flexrt.h");
  }

  Builder &b;
  size_t size;
  SmallVector<size_t> offsets;
  SmallVector<Constant *> values;
};


Constant *makeSpace(Builder &b, const NetworkDescription::Space &space) {
  int64_t kind = space.taps ? FLEXRT_SPACE_TAPS : space.elements ? FLEXRT_SPACE_ELEMENTS : FLEXRT_SPACE_DATA;
  return Struct(b, sizeof(flexrt_space))
      .add(offsetof(flexrt_space, name), b.text(space.name))
      .add(offsetof(flexrt_space, kind), b.i32(kind))
      .add(offsetof(flexrt_space, rank), b.i32(space.rank))
      .finish();
}

Constant *makeParameter(Builder &b, const NetworkDescription::Parameter &p) {
  return Struct(b, sizeof(flexrt_parameter))
      .add(offsetof(flexrt_parameter, path), b.text(p.path))
      .add(offsetof(flexrt_parameter, authors), b.text(p.authors))
      .add(offsetof(flexrt_parameter, place), b.text(p.place))
      .add(offsetof(flexrt_parameter, axes), b.i32(p.shape.size()))
      .add(offsetof(flexrt_parameter, group), b.i32(p.group))
      .add(offsetof(flexrt_parameter, shape), p.shape, FLEXRT_MAX_AXES)
      .add(offsetof(flexrt_parameter, count), b.i64(p.count))
      .add(offsetof(flexrt_parameter, offset), b.i64(p.offset))
      .finish();
}

Constant *makeSetting(Builder &b, const NetworkDescription::Setting &setting) {
  return Struct(b, sizeof(flexrt_setting))
      .add(offsetof(flexrt_setting, name), b.text(setting.name))
      .add(offsetof(flexrt_setting, unit), b.text(setting.unit))
      .add(offsetof(flexrt_setting, place), b.text(setting.place))
      .add(offsetof(flexrt_setting, value), b.real(setting.value))
      .finish();
}

Constant *makeGroup(Builder &b, const NetworkDescription::Group &group) {
  Constant *moments = b.array(group.moments, [&](const std::string &name) { return b.text(name); });
  return Struct(b, sizeof(flexrt_group))
      .add(offsetof(flexrt_group, name), b.text(group.name))
      .add(offsetof(flexrt_group, offset), b.i64(group.offset))
      .add(offsetof(flexrt_group, count), b.i64(group.count))
      .add(offsetof(flexrt_group, space), b.i32(group.space))
      .add(offsetof(flexrt_group, moment_count), b.i32(group.moments.size()))
      .add(offsetof(flexrt_group, moments), moments)
      .finish();
}

Constant *makeLayer(Builder &b, const NetworkDescription::Layer &layer) {
  return Struct(b, sizeof(flexrt_layer))
      .add(offsetof(flexrt_layer, path), b.text(layer.path))
      .add(offsetof(flexrt_layer, place), b.text(layer.place))
      .add(offsetof(flexrt_layer, taps), b.i32(layer.taps))
      .add(offsetof(flexrt_layer, data), b.i32(layer.data))
      .add(offsetof(flexrt_layer, in), b.i64(layer.in))
      .add(offsetof(flexrt_layer, out), b.i64(layer.out))
      .add(offsetof(flexrt_layer, no_band), b.text(layer.noBand))
      .finish();
}

Constant *makeRequirement(Builder &b, const NetworkDescription::Requirement &requirement) {
  return Struct(b, sizeof(flexrt_requirement))
      .add(offsetof(flexrt_requirement, text), b.text(requirement.text))
      .add(offsetof(flexrt_requirement, path), b.text(requirement.path))
      .add(offsetof(flexrt_requirement, place), b.text(requirement.place))
      .finish();
}

Constant *makeConvolution(Builder &b, const NetworkDescription::Convolution &convolution) {
  return Struct(b, sizeof(flexrt_convolution))
      .add(offsetof(flexrt_convolution, taps), b.i32(convolution.taps))
      .add(offsetof(flexrt_convolution, data), b.i32(convolution.data))
      .add(offsetof(flexrt_convolution, in), b.i64(convolution.in))
      .add(offsetof(flexrt_convolution, out), b.i64(convolution.out))
      .add(offsetof(flexrt_convolution, causal), b.i32(convolution.causal))
      .add(offsetof(flexrt_convolution, wanted), b.i32(convolution.wanted))
      .add(offsetof(flexrt_convolution, hidden), b.i64(convolution.hidden))
      .finish();
}

void addTables(Builder &b, Struct &network, const NetworkDescription &d) {
  auto name = [&](const std::string &text) { return b.text(text); };
  auto made = [&](auto make) { return [&b, make](const auto &entry) { return make(b, entry); }; };
  auto table = [&](size_t offset, const auto &entries, auto make) { network.add(offset, b.array(entries, make)); };
  table(offsetof(flexrt_network, scalar_names), d.scalars, name);
  table(offsetof(flexrt_network, spaces), d.spaces, made(makeSpace));
  table(offsetof(flexrt_network, parameters), d.parameters, made(makeParameter));
  table(offsetof(flexrt_network, states), d.states, made(makeParameter));
  table(offsetof(flexrt_network, settings), d.settings, made(makeSetting));
  table(offsetof(flexrt_network, groups), d.groups, made(makeGroup));
  table(offsetof(flexrt_network, layers), d.layers, made(makeLayer));
  table(offsetof(flexrt_network, requirements), d.requirements, made(makeRequirement));
  table(offsetof(flexrt_network, convolutions), d.convolutions, made(makeConvolution));

  auto count = [&](size_t offset, const auto &entries) { network.add(offset, b.i32(entries.size())); };
  count(offsetof(flexrt_network, scalar_count), d.scalars);
  count(offsetof(flexrt_network, space_count), d.spaces);
  count(offsetof(flexrt_network, parameter_count), d.parameters);
  count(offsetof(flexrt_network, state_count), d.states);
  count(offsetof(flexrt_network, setting_count), d.settings);
  count(offsetof(flexrt_network, group_count), d.groups);
  count(offsetof(flexrt_network, layer_count), d.layers);
  count(offsetof(flexrt_network, requirement_count), d.requirements);
  count(offsetof(flexrt_network, convolution_count), d.convolutions);
}

void addEntries(Builder &b, Struct &network, const NetworkDescription &d) {
  auto entry = [&](const Twine &name) { return b.function(d.name + "." + name); };
  auto updates = b.array(d.groups, [&](const NetworkDescription::Group &group) { return entry("update." + group.name); });
  network.add(offsetof(flexrt_network, sizes), entry("sizes"))
      .add(offsetof(flexrt_network, workspace), entry("workspace"))
      .add(offsetof(flexrt_network, initialise), entry("initialise"))
      .add(offsetof(flexrt_network, forward), entry("forward"))
      .add(offsetof(flexrt_network, evaluate), entry("evaluate"))
      .add(offsetof(flexrt_network, loss_and_grad), entry("loss_and_grad"))
      .add(offsetof(flexrt_network, require), entry("require"))
      .add(offsetof(flexrt_network, updates), updates)
      .add(offsetof(flexrt_network, sample_kernel), entry("sample_kernel"))
      .add(offsetof(flexrt_network, estimate), entry("estimate"))
      .add(offsetof(flexrt_network, trial), entry("trial"))
      .add(offsetof(flexrt_network, band_limit), entry("band_limit"));
}

/// Features that generated code may use, as LLVM and as /proc/cpuinfo name them.
constexpr std::pair<StringLiteral, StringLiteral> kX86Features[] = {
    {"sse4.1", "sse4_1"},         {"sse4.2", "sse4_2"},          {"popcnt", "popcnt"},
    {"avx", "avx"},               {"avx2", "avx2"},              {"fma", "fma"},
    {"f16c", "f16c"},             {"bmi", "bmi1"},               {"bmi2", "bmi2"},
    {"lzcnt", "abm"},             {"movbe", "movbe"},            {"avx512f", "avx512f"},
    {"avx512cd", "avx512cd"},     {"avx512bw", "avx512bw"},      {"avx512dq", "avx512dq"},
    {"avx512vl", "avx512vl"},     {"avx512ifma", "avx512ifma"},  {"avx512vbmi", "avx512vbmi"},
    {"avx512vbmi2", "avx512_vbmi2"}, {"avx512vnni", "avx512_vnni"}, {"avx512bitalg", "avx512_bitalg"},
    {"avx512vpopcntdq", "avx512_vpopcntdq"}, {"avx512bf16", "avx512_bf16"}, {"gfni", "gfni"}};
constexpr std::pair<StringLiteral, StringLiteral> kArmFeatures[] = {
    {"neon", "asimd"}, {"lse", "atomics"}, {"dotprod", "asimddp"}, {"fullfp16", "asimdhp"}, {"sve", "sve"}};

std::string requiredFeatures(const TargetMachine &machine) {
  std::string text;
  auto table = machine.getTargetTriple().isX86() ? ArrayRef(kX86Features) : ArrayRef(kArmFeatures);
  for (const auto &[ours, theirs] : table)
    if (hasFeature(machine, ours))
      text += (text.empty() ? "" : " ") + theirs.str();
  return text;
}

} // namespace

GlobalVariable *flex::addNetworkDescriptor(Module &module, const NetworkDescription &d) {
  Builder b(module);
  Struct network(b, sizeof(flexrt_network));
  network.add(offsetof(flexrt_network, name), b.text(d.name))
      .add(offsetof(flexrt_network, architecture), b.text(d.architecture))
      .add(offsetof(flexrt_network, input), b.text(d.input))
      .add(offsetof(flexrt_network, output), b.text(d.output))
      .add(offsetof(flexrt_network, target), b.text(d.target))
      .add(offsetof(flexrt_network, data), b.text(d.data))
      .add(offsetof(flexrt_network, recipe), b.text(d.recipe));
  addTables(b, network, d);
  network.add(offsetof(flexrt_network, dtype), b.i32(d.isDouble ? FLEXRT_F64 : FLEXRT_F32))
      .add(offsetof(flexrt_network, lanes), b.i32(d.lanes))
      .add(offsetof(flexrt_network, has_input_gradient), b.i32(d.hasInputGradient))
      .add(offsetof(flexrt_network, parameter_elements), b.i64(d.parameterElements))
      .add(offsetof(flexrt_network, state_elements), b.i64(d.stateElements));
  addEntries(b, network, d);
  GlobalVariable *variable = b.global(network.finish());
  variable->setLinkage(GlobalValue::ExternalLinkage);
  variable->setName(d.name + ".network");
  return variable;
}

void flex::addProgramDescriptor(Module &module, ArrayRef<std::string> networks, const ProgramInfo &info,
                                const TargetMachine &machine) {
  Builder b(module);
  auto table = b.array(networks, [&](const std::string &name) -> Constant * { return module.getNamedValue(name); });
  Struct program(b, sizeof(flexrt_program));
  program.add(offsetof(flexrt_program, magic), b.i64(FLEXRT_ABI_MAGIC))
      .add(offsetof(flexrt_program, version), b.i32(FLEXRT_ABI_VERSION))
      .add(offsetof(flexrt_program, network_count), b.i32(networks.size()))
      .add(offsetof(flexrt_program, source), b.text(info.source))
      .add(offsetof(flexrt_program, source_hash), b.text(info.sourceHash))
      .add(offsetof(flexrt_program, compiler), b.text(info.compiler))
      .add(offsetof(flexrt_program, cpu), b.text(machine.getTargetCPU()))
      .add(offsetof(flexrt_program, kernels), b.text(FLEX_KERNEL_SOURCES))
      .add(offsetof(flexrt_program, features), b.text(requiredFeatures(machine)))
      .add(offsetof(flexrt_program, networks), table)
      .add(offsetof(flexrt_program, plans), b.text(info.plans));
  GlobalVariable *variable = b.global(program.finish());
  variable->setLinkage(GlobalValue::ExternalLinkage);
  variable->setName("flexrt_program");
}
