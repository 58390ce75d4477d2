#include "CompiledProgram.h"

#include "flex/Conversion/Passes.h"
#include "flex/Driver/Installation.h"
#include "flex/Pipeline/Pipeline.h"
#include "flex/Target/Target.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace flex::test {

Calls calls;

//===- The runtime's calls -----------------------------------------------------------------------------------------===//

static void parallelFor(void (*body)(void *, int64_t), void *context, int64_t chunks) {
  calls.chunks.push_back(chunks);
  for (int64_t i = chunks; i-- > 0;)
    body(context, i);
}

static int64_t workers() { return 1; }
static int64_t worker() { return 0; }

/// Centred or causal correlation, in the plainest way.
static void correlate(const flexrt_correlation *c) {
  calls.correlations.push_back(*c);
  auto x = static_cast<const float *>(c->x), k = static_cast<const float *>(c->k);
  auto y = static_cast<float *>(const_cast<void *>(c->y));
  int64_t rows = c->size[0], columns = c->size[1];
  calls.correlationInput.assign(x, x + c->samples * rows * columns * c->in);
  int64_t before0 = c->rank == 1 ? c->taps[0] - 1 : c->taps[0] / 2, before1 = c->taps[1] / 2;
  for (int64_t n = 0; n < c->samples; ++n)
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j)
        for (int64_t o = 0; o < c->out; ++o) {
          float sum = 0;
          for (int64_t a = 0; a < c->taps[0]; ++a)
            for (int64_t b = 0; b < c->taps[1]; ++b) {
              int64_t p = i + a - before0, q = j + b - before1;
              if (p < 0 || p >= rows || q < 0 || q >= columns)
                continue;
              for (int64_t m = 0; m < c->in; ++m)
                sum += x[((n * rows + p) * columns + q) * c->in + m] *
                       k[(o * c->in + m) * c->tap_stride + a * c->taps[1] + b];
            }
          y[((n * rows + i) * columns + j) * c->out + o] = sum;
        }
}

static void noGradient(const flexrt_correlation *) { FAIL() << "these tests have no gradients of convolutions"; }

static void draw(uint64_t, const char *stream, int32_t kind, double a, double b, int32_t, int64_t count, void *out) {
  calls.streams.push_back(stream);
  for (int64_t i = 0; i < count; ++i)
    static_cast<float *>(out)[i] = kind == FLEXRT_F32 ? float(a + (b - a) * i / count) : 0;
}

//===- Compilation -------------------------------------------------------------------------------------------------===//

static llvm::Error loadObject(llvm::orc::LLJIT &jit, llvm::StringRef object) {
  using namespace llvm::orc;
  auto symbol = [](auto *function) {
    return ExecutorSymbolDef(ExecutorAddr::fromPtr(function), llvm::JITSymbolFlags::Exported);
  };
  SymbolMap symbols{{jit.mangleAndIntern("flexrt_parallel_for"), symbol(&parallelFor)},
                    {jit.mangleAndIntern("flexrt_workers"), symbol(&workers)},
                    {jit.mangleAndIntern("flexrt_worker"), symbol(&worker)},
                    {jit.mangleAndIntern("flexrt_correlate"), symbol(&correlate)},
                    {jit.mangleAndIntern("flexrt_correlate_input_grad"), symbol(&noGradient)},
                    {jit.mangleAndIntern("flexrt_correlate_kernel_grad"), symbol(&noGradient)},
                    {jit.mangleAndIntern("flexrt_draw"), symbol(&draw)},
                    {jit.mangleAndIntern("memcpy"), symbol(static_cast<void *(*)(void *, const void *, size_t)>(&memcpy))},
                    {jit.mangleAndIntern("memset"), symbol(&memset)}};
  if (llvm::Error error = jit.getMainJITDylib().define(absoluteSymbols(std::move(symbols))))
    return error;
  return jit.addObjectFile(llvm::MemoryBuffer::getMemBufferCopy(object));
}

CompiledProgram::CompiledProgram(const std::string &text, bool emissionOnly) {
  mlir::DialectRegistry registry;
  registerTargetDialects(registry);
  mlir::MLIRContext context(registry, mlir::MLIRContext::Threading::DISABLED);
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) {
    errors += d.str() + "\n";
    return mlir::success();
  });
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
  auto target = resolveTarget("native");
  if (!module || !target) {
    errors += target ? "" : toString(target.takeError());
    return;
  }
  mlir::PassManager manager(&context);
  NetworkPipelineOptions options{vectorBits(*target), {}};
  if (emissionOnly)
    manager.addPass(createEmitNetworks({options.vectorBits}));
  else
    buildEmissionPipeline(manager, options);
  if (failed(manager.run(*module)))
    return;
  auto check = [&](auto &&value) {
    if (!value)
      errors += toString(value.takeError());
    return bool(value);
  };
  auto llvm = makeLlvmProgram({*module}, {"net.flex", "abc", "flexc test"}, *target);
  if (!check(llvm))
    return;
  std::string cache = cacheFolder();
  auto object = makeObject(*llvm, *target, cache.empty() ? "" : cache + "/objects");
  auto made = llvm::orc::LLJITBuilder().create();
  if (!check(object) || !check(made))
    return;
  jit = std::move(*made);
  if (llvm::Error error = loadObject(*jit, *object)) {
    errors += toString(std::move(error));
    return;
  }
  auto symbol = jit->lookup("flexrt_program");
  if (check(symbol))
    program = symbol->toPtr<const flexrt_program *>();
  calls = {};
}

//===- Runs --------------------------------------------------------------------------------------------------------===//

Execution::Execution(const flexrt_network &network)
    : extents(network.space_count, flexrt_extent{{1, 1}, {1, 1}, {0, 0}, {1, 1}}),
      parameters(network.parameter_elements), gradients(network.parameter_elements, -7),
      states(network.state_elements), nextStates(network.state_elements, -7),
      algorithms(network.convolution_count, FLEXRT_DIRECT), network(network) {
  for (int32_t i = 0; i < network.setting_count; ++i)
    settings.push_back(network.settings[i].value);
}

void Execution::resize(int space, int64_t size0, int64_t size1) {
  extents[space] = {{size0, size1}, {size0, size1}, {0, 0}, {size0, size1}};
}

static const flexrt_parameter &find(const flexrt_network &network, const char *path) {
  for (int32_t i = 0; i < network.parameter_count; ++i)
    if (!strcmp(network.parameters[i].path, path))
      return network.parameters[i];
  throw std::out_of_range(path);
}

void Execution::set(const char *parameter, const std::vector<float> &values) {
  std::copy(values.begin(), values.end(), parameters.begin() + find(network, parameter).offset);
}

std::vector<float> Execution::gradient(const char *parameter) const {
  const flexrt_parameter &p = find(network, parameter);
  return {gradients.begin() + p.offset, gradients.begin() + p.offset + p.count};
}

flexrt_status Execution::call(flexrt_entry entry, bool training) {
  run.parameters = parameters.data(), run.states = states.data();
  run.input = input.data(), run.target = target.data(), run.output = output.data();
  run.settings = settings.data(), run.extents = extents.data();
  run.algorithms = algorithms.data();
  run.gradients = gradients.data(), run.next_states = nextStates.data(), run.scalars = scalars.data();
  constexpr size_t kGuard = 256;
  size_t bytes = network.workspace(&run, training);
  EXPECT_EQ(bytes % FLEXRT_ALIGNMENT, 0u);
  std::vector<unsigned char> memory(bytes + kGuard + FLEXRT_ALIGNMENT, 0xAB);
  auto start = (reinterpret_cast<uintptr_t>(memory.data()) + FLEXRT_ALIGNMENT - 1) / FLEXRT_ALIGNMENT * FLEXRT_ALIGNMENT;
  run.arena = reinterpret_cast<void *>(start);
  flexrt_status status = entry(&run);
  auto end = reinterpret_cast<unsigned char *>(start) + bytes;
  EXPECT_TRUE(std::all_of(end, memory.data() + memory.size(), [](unsigned char c) { return c == 0xAB; }))
      << "written behind the arena";
  return status;
}

} // namespace flex::test
