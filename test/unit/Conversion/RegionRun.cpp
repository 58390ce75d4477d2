// Compiles a region with the real passes and runs it: lays arguments out as PointsCall.h says and gathers the results.
#include "Region.h"

#include "flex/Conversion/Passes.h"
#include "flex/Conversion/PointsCall.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <set>

using namespace mlir;
using namespace flex;
using namespace flex::test;

MLIRContext &flex::test::context() {
  static MLIRContext *instance = [] {
    DialectRegistry registry;
    registry.insert<FlexDialect, func::FuncDialect, scf::SCFDialect, arith::ArithDialect, math::MathDialect,
                    vector::VectorDialect, LLVM::LLVMDialect, ub::UBDialect>();
    registerBuiltinDialectTranslation(registry);
    registerLLVMDialectTranslation(registry);
    auto *context = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
    context->loadAllAvailableDialects();
    return context;
  }();
  return *instance;
}

LogicalResult flex::test::emit(ModuleOp module, int64_t vectorBits) {
  PassManager passes(&context());
  EmitPointsOptions options;
  options.vectorBits = vectorBits;
  passes.addPass(createEmitPoints(options));
  return passes.run(module);
}

void flex::test::lower(ModuleOp module) {
  // The network has done its duty; its functions become visible.
  for (Operation &op : llvm::make_early_inc_range(*module.getBody())) {
    if (isa<NetworkOp, SpaceOp>(op))
      op.erase();
    else
      op.removeAttr("llvm.linkage");
  }
  PassManager rest(&context());
  rest.addPass(createExpandMath());
  rest.addPass(createCanonicalizerPass());
  rest.addPass(createCSEPass());
  rest.addPass(createConvertVectorToLLVMPass());
  rest.addPass(createConvertSCFToCFPass());
  rest.addPass(createConvertMathToLLVMPass());
  rest.addPass(createArithToLLVMConversionPass());
  rest.addPass(createConvertControlFlowToLLVMPass());
  rest.addPass(createConvertFuncToLLVMPass());
  rest.addPass(createReconcileUnrealizedCastsPass());
  ASSERT_TRUE(succeeded(rest.run(module)));
}

struct Compiled::State {
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<ExecutionEngine> engine;
};

Compiled::Compiled(ModuleOp lowered) : state(std::make_unique<State>()) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  auto host = llvm::cantFail(llvm::orc::JITTargetMachineBuilder::detectHost());
  host.setCodeGenOptLevel(llvm::CodeGenOptLevel::Default);
  state->machine = llvm::cantFail(host.createTargetMachine());
  ExecutionEngineOptions options;
  options.transformer = makeOptimizingTransformer(2, 0, state->machine.get());
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Default;
  options.enableObjectDump = std::getenv("FLEX_TEST_DUMP") != nullptr;
  state->engine = llvm::cantFail(ExecutionEngine::create(lowered, options, std::move(state->machine)));
  if (const char *path = std::getenv("FLEX_TEST_DUMP"))
    state->engine->dumpToObjectFile(path);
}
Compiled::~Compiled() = default;
void *Compiled::find(StringRef name) { return llvm::cantFail(state->engine->lookup(name)); }

namespace {
/// Memory of one field, with guards behind it.
struct Buffer {
  static constexpr int64_t kGuard = 64;
  static constexpr uint8_t kMark = 0xa5;
  uint8_t *memory;
  int64_t bytes;

  explicit Buffer(int64_t size) : memory(static_cast<uint8_t *>(std::aligned_alloc(64, (size + 127) / 64 * 64 + kGuard))), bytes(size) {
    std::fill(memory, memory + bytes + kGuard, kMark);
  }
  Buffer(Buffer &&other) : memory(std::exchange(other.memory, nullptr)), bytes(other.bytes) {}
  ~Buffer() { std::free(memory); }
  bool intact() const {
    return std::all_of(memory + bytes, memory + bytes + kGuard, [](uint8_t b) { return b == kMark; });
  }
};

int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Where the entries of a field lie.
struct RowLayout {
  FieldType type;
  int64_t points, padded, stride;
  RowLayout(FieldType type, const Array &shape, int64_t width) : type(type), points(shape.points) {
    padded = type.getSamples() ? roundUp(shape.samples, width) : 1;
    stride = type.isUniform() ? 1 : type.getSamples() ? points * padded : roundUp(points, kPointBlock);
  }
  int64_t offset(int64_t c, int64_t p, int64_t n) const { return c * stride + p * padded + n; }
};

template <class Real> void write(Buffer &buffer, const RowLayout &layout, const Array &array) {
  auto *to = reinterpret_cast<Real *>(buffer.memory);
  std::fill(to, to + array.channels * layout.stride, Real(NAN));
  for (int64_t c = 0; c < array.channels; ++c)
    for (int64_t p = 0; p < array.points; ++p)
      for (int64_t n = 0; n < array.samples; ++n)
        to[layout.offset(c, p, n)] = Real(array.at(c, p, n));
}
template <class Real> void read(const uint8_t *memory, const RowLayout &layout, Array &array) {
  auto *from = reinterpret_cast<const Real *>(memory);
  for (int64_t c = 0; c < array.channels; ++c)
    for (int64_t p = 0; p < array.points; ++p)
      for (int64_t n = 0; n < array.samples; ++n)
        array.at(c, p, n) = from[layout.offset(c, p, n)];
}

PointsOp onlyRegion(ModuleOp module) {
  PointsOp found;
  module.walk([&](PointsOp region) { found = region; });
  return found;
}
} // namespace

CompiledRegion::CompiledRegion(ModuleOp source, int64_t vectorBits) : region(onlyRegion(source)), vectorBits(vectorBits) {
  OwningOpRef<ModuleOp> module = source.clone();
  if (failed(emit(*module, vectorBits))) {
    ADD_FAILURE() << "flex-emit-points failed";
    return;
  }
  PointsOp emitted = onlyRegion(*module);
  auto name = [&](StringRef attribute) {
    auto symbol = emitted->getAttrOfType<FlatSymbolRefAttr>(attribute);
    return symbol ? symbol.getValue().str() : std::string();
  };
  std::string bodyName = name("function"), combineName = name("combine"), rowName = name("row");
  for (size_t i = 0; i < region.getNumResults(); ++i) {
    partials.push_back(partialElements(emitted, i));
    places.push_back(inPlaceOperands(emitted, i));
  }
  lower(*module);
  code = std::make_unique<Compiled>(*module);
  body = reinterpret_cast<decltype(body)>(code->find(bodyName));
  if (!combineName.empty())
    combine = reinterpret_cast<decltype(combine)>(code->find(combineName));
  if (!rowName.empty())
    row = reinterpret_cast<Row>(code->find(rowName));
}

/// Rows of points, every second or every one, of the first vectors of samples, the last, and all: the bits of the result,
/// and 0 behind the last sample.
template <class Real, class Row>
static void expectRows(Row row, void *context, const uint8_t *result, const RowLayout &layout, const Array &shape,
                       int64_t width) {
  const auto *whole = reinterpret_cast<const Real *>(result);
  auto expectRow = [&](int64_t c, int64_t point, int64_t step, int64_t sample, int64_t samples) {
    int64_t count = (layout.points - point + step - 1) / step, pitch = samples + width;
    Buffer to(count * pitch * int64_t(sizeof(Real)));
    row(context, c, point, step, count, /*ahead=*/1, sample, samples, to.memory, pitch);
    auto *got = reinterpret_cast<Real *>(to.memory);
    for (int64_t i = 0; i < count; ++i)
      for (int64_t n = 0; n < samples; ++n) {
        Real wanted = sample + n < shape.samples ? whole[layout.offset(c, point + i * step, sample + n)] : Real(0);
        ASSERT_EQ(std::memcmp(&got[i * pitch + n], &wanted, sizeof(Real)), 0)
            << "channel " << c << ", point " << point + i * step << ", sample " << sample + n;
      }
    EXPECT_TRUE(to.intact());
  };
  for (int64_t c = 0; c < shape.channels; ++c)
    for (int64_t step : {1, 2})
      for (int64_t point = 0; point < std::min<int64_t>(layout.points, 3); ++point) {
        expectRow(c, point, step, 0, layout.padded);
        expectRow(c, point, step, 0, width);
        expectRow(c, point, step, layout.padded - width, width);
      }
}

static std::vector<uint64_t> header(PointsOp region, const Sizes &sizes, int64_t chunks, int64_t width) {
  std::vector<uint64_t> context(static_cast<size_t>(PointsSlot::Count));
  auto set = [&](PointsSlot slot, int64_t value) { context[int64_t(slot)] = value; };
  bool samples = region.getSamples(), space = bool(region.getSpaceAttr());
  int64_t padded = samples ? roundUp(sizes.samples, width) : 1, points = space ? sizes.points : 1;
  set(PointsSlot::Samples, samples ? sizes.samples : 1);
  set(PointsSlot::PaddedSamples, padded);
  set(PointsSlot::Points, points);
  set(PointsSlot::RowStride, samples ? points * padded : space ? roundUp(points, kPointBlock) : 1);
  set(PointsSlot::Chunks, chunks);
  set(PointsSlot::FirstSample, sizes.firstSample);
  for (int axis = 0; axis < 2; ++axis) {
    context[int64_t(PointsSlot::Size0) + axis] = sizes.size[axis];
    context[int64_t(PointsSlot::Grid0) + axis] = sizes.grid[axis];
    context[int64_t(PointsSlot::Start0) + axis] = sizes.start[axis];
  }
  set(PointsSlot::LastPoints, sizes.lastPoints);
  return context;
}

bool CompiledRegion::hasPlaces() const {
  return std::any_of(places.begin(), places.end(), [](auto &operands) { return !operands.empty(); });
}

std::vector<Array> CompiledRegion::run(const std::vector<Array> &arguments, const Sizes &sizes, int64_t chunks,
                                       bool inPlace) {
  bool wide = cast<FieldType>(region.getResult(0).getType()).getElementType().isF64();
  int64_t bytes = wide ? 8 : 4, width = vectorBits / (8 * bytes);
  std::vector<uint64_t> context = header(region, sizes, chunks, width);
  std::vector<Buffer> buffers;
  std::vector<RowLayout> layouts;
  for (auto [type, array] : llvm::zip(region.getOperandTypes(), arguments)) {
    auto field = dyn_cast<FieldType>(type);
    if (!field) {
      context.push_back(sizes.key);
      continue;
    }
    RowLayout layout(field, array, width);
    Buffer &buffer = buffers.emplace_back(array.channels * layout.stride * bytes);
    wide ? write<double>(buffer, layout, array) : write<float>(buffer, layout, array);
    context.push_back(reinterpret_cast<uint64_t>(buffer.memory));
  }
  std::vector<Array> results;
  std::vector<const uint8_t *> resultMemory;
  std::set<unsigned> taken; // operands
  for (auto [i, type] : llvm::enumerate(region.getResultTypes())) {
    Array &array = results.emplace_back(arrayOf(cast<FieldType>(type), region, sizes));
    layouts.emplace_back(cast<FieldType>(type), array, width);
    auto free = [&](unsigned operand) { return inPlace && taken.insert(operand).second; };
    if (auto place = std::find_if(places[i].begin(), places[i].end(), free); place != places[i].end()) {
      context.push_back(context[int64_t(PointsSlot::Count) + *place]);
    } else {
      buffers.emplace_back(array.channels * layouts.back().stride * bytes);
      context.push_back(reinterpret_cast<uint64_t>(buffers.back().memory));
    }
    resultMemory.push_back(reinterpret_cast<const uint8_t *>(context.back()));
  }
  for (int64_t count : partials) {
    buffers.emplace_back(count * chunks * bytes);
    context.push_back(reinterpret_cast<uint64_t>(buffers.back().memory));
  }
  if (!body)
    return results;
  for (int64_t chunk = 0; chunk < chunks; ++chunk)
    body(context.data(), chunk);
  if (combine)
    combine(context.data());
  if (row && !inPlace) { // else its operands are gone
    auto compare = wide ? expectRows<double, Row> : expectRows<float, Row>;
    compare(row, context.data(), resultMemory[0], layouts[0], results[0], width);
  }
  for (size_t i = 0; i < buffers.size(); ++i)
    EXPECT_TRUE(buffers[i].intact()) << "buffer " << i << " was written behind its end";
  for (size_t i = 0; i < results.size(); ++i)
    wide ? read<double>(resultMemory[i], layouts[i], results[i]) : read<float>(resultMemory[i], layouts[i], results[i]);
  return results;
}
