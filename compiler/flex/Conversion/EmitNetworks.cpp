// Every network becomes an entry point, and the module gets the functions that dispatch between them: `sample_kernel` and
// `band_limit` by layer, `workspace` by what will be run. Does not emit regions (EmitPoints does, before this pass), nor the descriptor.
#include "flex/Conversion/EmitNetworksEntry.h"
#include "flex/Conversion/ModuleAttributes.h"
#include "flex/Conversion/Passes.h"

#include <cstddef>

namespace flex {
#define GEN_PASS_DEF_EMITNETWORKS
#include "flex/Conversion/Passes.h.inc"
} // namespace flex

using namespace mlir;
using namespace flex;
namespace names = flex::module_attributes;

namespace {

struct EmitNetworks : flex::impl::EmitNetworksBase<EmitNetworks> {
  using Base::Base;
  void runOnOperation() override;

private:
  void collectScalars();
  void collectConvolutions();
  ArrayAttr convolutionTable();
  void emitWorkspace();
  void emitByLayer(StringRef role);
  std::string entry(NetworkOp network) { return description.name + "." + network.getSymName().str(); }
  auto networksOf(StringRef role) {
    return llvm::make_filter_range(getOperation().getOps<NetworkOp>(),
                                   [role](NetworkOp n) { return n.getRole() == role; });
  }

  NetworkDescription description;
};

} // namespace

/// Names of single numbers that entry points report; their order is that of flexrt_run's scalars.
void EmitNetworks::collectScalars() {
  for (StringRef name : {"loss", "metric"}) {
    auto returns = [&](NetworkOp network) {
      for (unsigned i = 0; i < network.getNumResults(); ++i)
        if (network.getResultAttrOfType<StringAttr>(i, "flex.out") == name)
          return true;
      return false;
    };
    if (llvm::any_of(getOperation().getOps<NetworkOp>(), returns))
      description.scalars.push_back(name.str());
  }
}

/// Those of all networks that become entry points, each once.
void EmitNetworks::collectConvolutions() {
  for (NetworkOp network : getOperation().getOps<NetworkOp>())
    for (Operation &op : network.getEntry())
      if (std::optional<Correlation> c = Correlation::of(&op); c && network.getRole() != "loss")
        if (auto described = c->describe(description);
            described.taps >= 0 && described.data >= 0 && !llvm::is_contained(description.convolutions, described))
          description.convolutions.push_back(described);
}

ArrayAttr EmitNetworks::convolutionTable() {
  Builder b(&getContext());
  auto space = [&](int64_t i) { return FlatSymbolRefAttr::get(&getContext(), description.spaces[i].name); };
  SmallVector<Attribute> entries;
  for (const NetworkDescription::Convolution &c : description.convolutions)
    entries.push_back(b.getDictionaryAttr({b.getNamedAttr("taps", space(c.taps)), b.getNamedAttr("data", space(c.data)),
                                           b.getNamedAttr("in", b.getI64IntegerAttr(c.in)),
                                           b.getNamedAttr("out", b.getI64IntegerAttr(c.out)),
                                           b.getNamedAttr("causal", b.getI64IntegerAttr(c.causal)),
                                           b.getNamedAttr("wanted", b.getI64IntegerAttr(c.wanted)),
                                           b.getNamedAttr("hidden", b.getI64IntegerAttr(c.hidden))}));
  return b.getArrayAttr(entries);
}

/// `workspace(run, training) -> bytes`: the most that any function of that kind needs.
void EmitNetworks::emitWorkspace() {
  HostBuilder h(getOperation(), getOperation().getLoc());
  auto function = h.begin(description.name + ".workspace", {h.ptr(), h.b.getI32Type()}, h.i64());
  Value run = function.getArgument(0);
  auto most = [&](ArrayRef<StringRef> roles) {
    Value bytes = h.constant(0);
    for (StringRef role : roles)
      for (NetworkOp network : networksOf(role))
        bytes = h.max(bytes, h.call(entry(network) + ".arena", run, h.i64())[0]);
    return bytes;
  };
  Value training = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::ne, function.getArgument(1), h.constant32(0));
  Value bytes = h.choose(
      training, h.i64(), [&] { return most({"loss_and_grad"}); },
      [&] { return most({"forward", "evaluate", "sample_kernel"}); });
  h.finish(bytes);
}

/// `<role>(run)`: what the function "<role>.<i>" computes for layer `run->samples`, whose taps lie over the i-th grid of
/// taps: samples of its kernel, or its band limit.
void EmitNetworks::emitByLayer(StringRef role) {
  if (networksOf(role).empty())
    return;
  SmallVector<StringRef> grids;
  for (const NetworkDescription::Space &space : description.spaces)
    if (space.taps)
      grids.push_back(space.name);
  HostBuilder h(getOperation(), getOperation().getLoc());
  auto function = h.begin(description.name + "." + role.str(), h.ptr(), h.b.getI32Type());
  Value run = function.getArgument(0), wanted = h.load(h.i64(), run, offsetof(flexrt_run, samples));
  Value status = h.constant32(1);
  h.store(h.text("there is no layer of that number"), run, offsetof(flexrt_run, message));
  for (NetworkOp network : networksOf(role)) {
    size_t grid = grids.size();
    network.getSymName().split('.').second.getAsInteger(10, grid);
    for (auto [i, layer] : llvm::enumerate(description.layers)) {
      if (grid >= grids.size() || description.spaces[layer.taps].name != grids[grid])
        continue;
      Value found = h.b.create<arith::CmpIOp>(h.loc, arith::CmpIPredicate::eq, wanted, h.constant(i));
      auto compute = [&]() -> Value {
        h.store(h.null(), run, offsetof(flexrt_run, message));
        return h.call(entry(network), run, h.b.getI32Type())[0];
      };
      status = h.choose(found, status.getType(), compute, [&] { return status; });
    }
  }
  h.finish(status);
}

void EmitNetworks::runOnOperation() {
  ModuleOp module = getOperation();
  FailureOr<NetworkDescription> described = describeNetwork(module);
  if (failed(described))
    return signalPassFailure();
  description = std::move(*described);
  description.lanes = vectorBits / (description.isDouble ? 64 : 32);
  if (description.lanes < 2 || !llvm::isPowerOf2_64(description.lanes)) {
    module.emitError("vectors of ") << vectorBits << " bits hold no power of two of elements";
    return signalPassFailure();
  }
  collectScalars();
  collectConvolutions();
  ConvolutionEmitter(module, description).emit();
  auto networks = llvm::to_vector(module.getOps<NetworkOp>());
  for (NetworkOp network : networks)
    if (network.getRole() != "loss") // only what loss_and_grad is made from
      if (failed(EntryEmitter(module, description, network).emit()))
        return signalPassFailure();
  emitWorkspace();
  emitByLayer("sample_kernel");
  emitByLayer("band_limit");
  for (NetworkOp network : networks)
    network.erase();

  Builder b(&getContext());
  module->setAttr(names::kLanes, b.getI64IntegerAttr(description.lanes));
  module->setAttr(names::kElementType, TypeAttr::get(description.isDouble ? Type(b.getF64Type()) : b.getF32Type()));
  module->setAttr(names::kConvolutions, convolutionTable());
  SmallVector<StringRef> scalars(description.scalars.begin(), description.scalars.end());
  module->setAttr(names::kScalars, b.getStrArrayAttr(scalars));
}
