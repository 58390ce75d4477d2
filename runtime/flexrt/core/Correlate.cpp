/// flexrt_correlate and its two gradients: libtorch's convolutions behind the ABI, cut into slices that run on
/// the pool.
///
/// The cut is a function of the shapes, every slice is computed by one thread, and sums over slices are in their order:
/// the number of threads does not change a bit. Neither automatic differentiation nor libtorch's own threads are used.
#include "flexrt/core/Correlate.h"

#include "flexrt/core/Pool.h"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/convolution_backward.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace flexrt {
namespace {

/// Samples of a slice of the direct way: enough for libtorch's kernels, few enough to share out a batch of 64.
constexpr int64_t directSlice = 8;

/// One slice's work with the padding made explicit where libtorch's own, which is symmetric, does not fit.
class DirectSlice {
public:
  DirectSlice(const Correlation &c, const at::Tensor &kernel, int64_t first, int64_t count)
      : c_(c), kernel_(kernel), first_(first), count_(count) {
    const std::array<int64_t, 2> after = {c.taps[0] - 1 - c.before[0], c.taps[1] - 1 - c.before[1]};
    symmetric_ = after == c.before;
    if (symmetric_)
      padding_ = c.before;
    else
      explicit_ = {c.before[1], after[1], c.before[0], after[0]};
  }

  void output() const {
    c_.output(first_, count_).copy_(at::conv2d(padded(), kernel_, {}, at::IntArrayRef({1, 1}), padding_));
  }

  void inputGrad() const {
    at::Tensor gradient = backward({true, false, false});
    if (!symmetric_)
      gradient = gradient.narrow(2, c_.before[0], c_.size[0]).narrow(3, c_.before[1], c_.size[1]);
    c_.input(first_, count_).copy_(gradient);
  }

  at::Tensor kernelGrad() const { return backward({false, true, false}); }

private:
  at::Tensor padded() const {
    const at::Tensor input = c_.input(first_, count_);
    return symmetric_ ? input : at::constant_pad_nd(input, explicit_).contiguous(at::MemoryFormat::ChannelsLast);
  }

  /// The input gradient does not read the input, which is the result then: only its shape matters.
  at::Tensor backward(std::array<bool, 3> wanted) const {
    const auto [input, kernel, bias] =
        at::convolution_backward(c_.output(first_, count_), padded(), kernel_, {}, at::IntArrayRef({1, 1}), padding_,
                                 at::IntArrayRef({1, 1}), false, at::IntArrayRef({0, 0}), 1, wanted);
    return wanted[0] ? input : kernel;
  }

  const Correlation &c_;
  const at::Tensor &kernel_;
  int64_t first_, count_;
  bool symmetric_;
  std::array<int64_t, 2> padding_ = {0, 0};
  std::array<int64_t, 4> explicit_ = {0, 0, 0, 0};
};

void run(const flexrt_correlation *correlation, CorrelatePass pass) noexcept {
  try {
    const c10::InferenceMode guard;
    const Correlation c(*correlation);
    if (spectralIsFaster(c, pass))
      correlateSpectral(c, pass);
    else
      correlateDirect(c, pass);
  } catch (const std::exception &failure) {
    noteFailure(failure);
  }
}

} // namespace

void sliceGuard(const std::function<void()> &work) noexcept {
  keepLibraryInThread();
  try {
    const c10::InferenceMode guard;
    work();
  } catch (const std::exception &failure) {
    noteFailure(failure);
  }
}

Correlation::Correlation(const flexrt_correlation &c)
    : samples(c.samples), in(c.in), out(c.out), causal(c.rank == 1),
      type(c.dtype == FLEXRT_F64 ? at::kDouble : at::kFloat), x_(c.x), k_(c.k), y_(c.y), tapStride_(c.tap_stride) {
  size = causal ? std::array<int64_t, 2>{1, c.size[0]} : std::array<int64_t, 2>{c.size[0], c.size[1]};
  taps = causal ? std::array<int64_t, 2>{1, c.taps[0]} : std::array<int64_t, 2>{c.taps[0], c.taps[1]};
  // Causal: the last tap meets the present. Centred: the middle one does.
  before =
      causal ? std::array<int64_t, 2>{0, taps[1] - 1} : std::array<int64_t, 2>{(taps[0] - 1) / 2, (taps[1] - 1) / 2};
}

at::Tensor Correlation::slice(const void *data, int64_t channels, int64_t first, int64_t count) const {
  const int64_t stride = size[0] * size[1] * channels;
  const size_t bytes = type == at::kDouble ? 8 : 4;
  auto *begin = static_cast<char *>(const_cast<void *>(data)) + size_t(first * stride) * bytes;
  return at::from_blob(begin, {count, channels, size[0], size[1]}, {stride, 1, size[1] * channels, channels},
                       at::TensorOptions(type));
}

at::Tensor Correlation::input(int64_t first, int64_t count) const { return slice(x_, in, first, count); }
at::Tensor Correlation::output(int64_t first, int64_t count) const { return slice(y_, out, first, count); }

at::Tensor Correlation::kernel() const {
  return at::from_blob(const_cast<void *>(k_), {out, in, taps[0], taps[1]}, {in * tapStride_, tapStride_, taps[1], 1},
                       at::TensorOptions(type));
}

void correlateDirect(const Correlation &c, CorrelatePass pass) {
  const int64_t slices = (c.samples + directSlice - 1) / directSlice;
  // The values of the kernel do not matter for its own gradient, but its buffer, the result, may hold anything.
  const at::Tensor kernel = c.kernel().contiguous(at::MemoryFormat::ChannelsLast);
  std::vector<at::Tensor> partial(pass == CorrelatePass::kernelGrad ? size_t(slices) : 0);
  parallelFor(slices, [&](int64_t s) {
    sliceGuard([&] {
      const int64_t first = s * directSlice;
      const DirectSlice slice(c, kernel, first, std::min(directSlice, c.samples - first));
      if (pass == CorrelatePass::output)
        slice.output();
      else if (pass == CorrelatePass::inputGrad)
        slice.inputGrad();
      else
        partial[size_t(s)] = slice.kernelGrad();
    });
  });
  if (partial.empty() || !partial.back().defined())
    return;
  for (size_t s = 1; s < partial.size(); ++s)
    partial[0].add_(partial[s]);
  c.kernel().copy_(partial[0]);
}

} // namespace flexrt

void flexrt_correlate(const flexrt_correlation *c) { flexrt::run(c, flexrt::CorrelatePass::output); }
void flexrt_correlate_input_grad(const flexrt_correlation *c) { flexrt::run(c, flexrt::CorrelatePass::inputGrad); }
void flexrt_correlate_kernel_grad(const flexrt_correlation *c) { flexrt::run(c, flexrt::CorrelatePass::kernelGrad); }
