#include "CorrelationProgram.h"

#include "Region.h"

#include "flex/Conversion/Codelets.h"
#include "flex/Conversion/Direct.h"
#include "flex/Conversion/MixedTaps.h"
#include "flex/Conversion/Moments.h"
#include "flex/Conversion/Spectral.h"
#include "flex/Driver/Installation.h"
#include "flex/Target/TargetMachine.h"

#include "mlir/ExecutionEngine/OptUtils.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

using namespace flex;
using namespace flex::test;

//===- The runtime's calls -----------------------------------------------------------------------------------------===//

TestPool flex::test::testPool;

static thread_local int64_t currentWorker = 0;

static int64_t workers() { return testPool.workers; }
static int64_t worker() { return currentWorker; }

static void runOnThreads(void (*body)(void *, int64_t), void *context, int64_t chunks) {
  std::atomic<int64_t> next = 0;
  auto work = [&](int64_t number) {
    currentWorker = number;
    for (int64_t chunk; (chunk = next.fetch_add(1)) < chunks;)
      body(context, chunk);
  };
  std::vector<std::thread> others;
  for (int64_t i = 1; i < testPool.workers; ++i)
    others.emplace_back(work, i);
  work(0);
  for (std::thread &other : others)
    other.join();
}

static void parallelFor(void (*body)(void *, int64_t), void *context, int64_t chunks) {
  if (testPool.order == TestPool::Threads)
    return runOnThreads(body, context, chunks);
  static std::mt19937 random(11);
  std::vector<int64_t> order(chunks);
  std::iota(order.begin(), order.end(), 0);
  if (testPool.order == TestPool::Falling)
    std::reverse(order.begin(), order.end());
  if (testPool.order == TestPool::Shuffled)
    std::shuffle(order.begin(), order.end(), random);
  for (int64_t chunk : order) {
    currentWorker = random() % testPool.workers;
    body(context, chunk);
  }
  currentWorker = 0;
}

//===- Emission ----------------------------------------------------------------------------------------------------===//

static CorrelationCall loadCall(HostBuilder &h, mlir::Value from, Channels channels, bool causal, int64_t hidden) {
  auto number = [&](size_t offset) { return h.load(h.i64(), from, offset); };
  auto pointer = [&](size_t offset) { return h.load(h.ptr(), from, offset); };
  CorrelationCall call;
  call.in = channels.in, call.out = channels.out, call.causal = causal;
  call.samples = number(offsetof(CorrelationArguments, samples));
  call.paddedSamples = number(offsetof(CorrelationArguments, paddedSamples));
  for (int axis = 0; axis < 2; ++axis) {
    call.size[axis] = number(offsetof(CorrelationArguments, size) + axis * sizeof(int64_t));
    call.taps[axis] = number(offsetof(CorrelationArguments, taps) + axis * sizeof(int64_t));
  }
  call.tapStride = number(offsetof(CorrelationArguments, tapStride));
  call.nearBytes = number(offsetof(CorrelationArguments, nearBytes));
  call.workspace = pointer(offsetof(CorrelationArguments, workspace));
  call.input = pointer(offsetof(CorrelationArguments, input));
  call.kernel = pointer(offsetof(CorrelationArguments, kernel));
  call.output = pointer(offsetof(CorrelationArguments, output));
  call.gradient = pointer(offsetof(CorrelationArguments, gradient));
  call.inputGradient = pointer(offsetof(CorrelationArguments, inputGradient));
  call.kernelGradient = pointer(offsetof(CorrelationArguments, kernelGradient));
  call.kept = pointer(offsetof(CorrelationArguments, kept));
  call.mean = pointer(offsetof(CorrelationArguments, mean));
  call.deviations = pointer(offsetof(CorrelationArguments, deviations));
  auto mixture = [&](size_t at) {
    return Mixture{pointer(at + offsetof(MixtureArguments, weight)), pointer(at + offsetof(MixtureArguments, basis)),
                   pointer(at + offsetof(MixtureArguments, bias)), pointer(at + offsetof(MixtureArguments, scale))};
  };
  call.hidden = hidden;
  if (hidden) {
    call.mixture = mixture(offsetof(CorrelationArguments, mixture));
    call.mixtureGradient = mixture(offsetof(CorrelationArguments, mixtureGradient));
  }
  call.source = {pointer(offsetof(CorrelationArguments, source)), pointer(offsetof(CorrelationArguments, sourceContext))};
  return call;
}

static std::string nameOf(const char *function, Channels channels) {
  return std::string(function) + "." + std::to_string(channels.in) + "." + std::to_string(channels.out);
}

/// `bytes(call, backward)` emits the workspace's size, `kept` that of what is kept, `run` the correlation.
static void emitEntries(HostBuilder &h, Channels channels, bool causal, int64_t hidden,
                        llvm::function_ref<mlir::Value(const CorrelationCall &, bool)> bytes,
                        llvm::function_ref<mlir::Value(const CorrelationCall &, bool)> kept,
                        llvm::function_ref<void(const CorrelationCall &, bool)> run) {
  for (bool backward : {false, true}) {
    auto size = h.begin(nameOf(backward ? "backward_bytes" : "forward_bytes", channels), {h.ptr()}, {h.i64()});
    h.finish(bytes(loadCall(h, size.getArgument(0), channels, causal, hidden), backward));
    auto keptSize = h.begin(nameOf(backward ? "backward_kept" : "forward_kept", channels), {h.ptr()}, {h.i64()});
    h.finish(kept(loadCall(h, keptSize.getArgument(0), channels, causal, hidden), backward));
    auto function = h.begin(nameOf(backward ? "backward" : "forward", channels), {h.ptr()}, {});
    run(loadCall(h, function.getArgument(0), channels, causal, hidden), backward);
    h.finish();
  }
}

static void emitEntries(HostBuilder &h, SpectralEmitter spectral, Channels channels, bool causal, int64_t hidden,
                        bool mixesSpectra) {
  auto plan = [&](CorrelationCall call, bool backward) {
    call.mixesSpectra = mixesSpectra;
    return spectral.plan(call, backward);
  };
  auto run = [&](const CorrelationCall &call, bool backward) {
    mlir::Value planned = plan(call, backward);
    backward ? spectral.backward(planned) : spectral.forward(planned);
  };
  auto bytes = [&](const CorrelationCall &call, bool backward) { return spectral.workspace(plan(call, backward)); };
  auto kept = [&](const CorrelationCall &call, bool backward) { return spectral.kept(plan(call, backward)); };
  emitEntries(h, channels, causal, hidden, bytes, kept, run);
}

/// Moments take a pass of their own, as in Convolutions.cpp.
static void emitEntries(HostBuilder &h, DirectEmitter direct, MomentsEmitter moments, Channels channels, bool causal) {
  auto run = [&](const CorrelationCall &call, bool backward) {
    if (backward)
      return direct.backward(call);
    direct.forward(call);
    moments.ofOutput(call);
  };
  auto bytes = [&](const CorrelationCall &call, bool backward) {
    mlir::Value bytes = direct.workspace(call, backward);
    return backward ? bytes : h.max(bytes, moments.workspace(call));
  };
  auto kept = [&](const CorrelationCall &, bool) { return h.constant(0); };
  emitEntries(h, channels, causal, /*hidden=*/0, bytes, kept, run);
}

static void emitMixtures(HostBuilder &h, MixedTapsEmitter mixture, Channels channels, bool causal, int64_t hidden) {
  for (bool backward : {false, true}) {
    auto function = h.begin(nameOf(backward ? "unmix" : "mix", channels), {h.ptr()}, {});
    CorrelationCall call = loadCall(h, function.getArgument(0), channels, causal, hidden);
    backward ? mixture.gradients(call) : mixture.mix(call);
    h.finish();
  }
}

//===- Compilation, as a program's ---------------------------------------------------------------------------------===//

static LlvmProgram translate(mlir::ModuleOp module, llvm::TargetMachine &machine) {
  LlvmProgram program;
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (std::optional<CodeletKey> key = codeletKey(function))
      program.codelets.push_back(*key);
  mlir::PassManager manager(&context());
  buildLoweringPipeline(manager);
  EXPECT_TRUE(succeeded(manager.run(module)));
  program.context = std::make_unique<llvm::LLVMContext>();
  program.module = mlir::translateModuleToLLVMIR(module, *program.context, "spectral");
  program.module->setDataLayout(machine.createDataLayout());
  program.module->setTargetTriple(machine.getTargetTriple().str());
  for (llvm::Function &function : *program.module)
    function.addFnAttr("no-builtins");
  for (const CodeletKey &key : program.codelets)
    program.module->getFunction(key.name())->setVisibility(llvm::GlobalValue::HiddenVisibility);
  llvm::cantFail(mlir::makeOptimizingTransformer(2, 0, &machine)(program.module.get()));
  return program;
}

static void loadObject(llvm::orc::LLJIT &jit, const std::string &object) {
  using namespace llvm::orc;
  auto symbol = [](auto *function) {
    return ExecutorSymbolDef(ExecutorAddr::fromPtr(function), llvm::JITSymbolFlags::Exported);
  };
  auto *copy = static_cast<void *(*)(void *, const void *, size_t)>(&memcpy);
  SymbolMap symbols{{jit.mangleAndIntern("flexrt_parallel_for"), symbol(&parallelFor)},
                    {jit.mangleAndIntern("flexrt_workers"), symbol(&workers)},
                    {jit.mangleAndIntern("flexrt_worker"), symbol(&worker)},
                    {jit.mangleAndIntern("memcpy"), symbol(copy)},
                    {jit.mangleAndIntern("memset"), symbol(&memset)}};
  llvm::cantFail(jit.getMainJITDylib().define(absoluteSymbols(std::move(symbols))));
  llvm::cantFail(jit.addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object)));
}

CorrelationProgram::CorrelationProgram(Engine engine, bool causal, bool isDouble,
                                       std::span<const Channels> channels, int64_t hidden, bool mixesSpectra)
    : engine(engine) {
  TargetOptions target = llvm::cantFail(resolveTarget("native"));
  auto module = mlir::OwningOpRef<mlir::ModuleOp>(mlir::ModuleOp::create(mlir::UnknownLoc::get(&context())));
  HostBuilder h(*module, module->getLoc());
  mlir::FloatType element = isDouble ? h.b.getF64Type() : h.b.getF32Type();
  lanes = vectorBits(target) / element.getWidth();
  for (Channels pair : channels)
    if (engine == Engine::Direct)
      emitEntries(h, DirectEmitter(h, element, lanes), MomentsEmitter(h, element, lanes), pair, causal);
    else
      emitEntries(h, SpectralEmitter(h, element, lanes), pair, causal, hidden, mixesSpectra);
  if (hidden)
    for (Channels pair : channels)
      emitMixtures(h, MixedTapsEmitter(h, element, lanes), pair, causal, hidden);
  EXPECT_TRUE(succeeded(mlir::verify(*module)));

  auto machine = llvm::cantFail(createTargetMachine(target));
  LlvmProgram program = translate(*module, *machine);
  std::string cache = cacheFolder();
  std::string object = llvm::cantFail(makeObject(program, target, cache.empty() ? "" : cache + "/objects"));
  jit = llvm::cantFail(llvm::orc::LLJITBuilder().create());
  loadObject(*jit, object);
  for (Channels pair : channels) {
    auto find = [&](const char *name, auto &function) {
      function = llvm::cantFail(jit->lookup(nameOf(name, pair))).toPtr<std::decay_t<decltype(function)>>();
    };
    Functions &found = functions[pair];
    find("forward_bytes", found.forwardBytes), find("backward_bytes", found.backwardBytes);
    find("forward_kept", found.forwardKept), find("backward_kept", found.backwardKept);
    find("forward", found.forward), find("backward", found.backward);
    if (hidden)
      find("mix", found.mix), find("unmix", found.unmix);
  }
}
