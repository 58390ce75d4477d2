/// `claims`: whether masks and kernels are what they state about themselves (`extent box`, `band`), for the parameters as
/// they are initialised from a few seeds. A tool of `flexc check`, which makes a program whose experiments map positions to a
/// function's values and the numbers that it states, and reads a line of JSON for each.
#include "flexrt/cli/Session.h"
#include "flexrt/core/Error.h"

#include <ATen/ops/fft_rfft.h>
#include <ATen/ops/from_blob.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <numbers>
#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kSeeds = 3;
constexpr int64_t kLinePoints = 2048; ///< of a line through [-1, 1]
constexpr double kMostAbove = 0.01;   ///< share of a function's energy that may lie above its band

/// The function on given positions.
class Values {
public:
  /// `positions` as [axes][count].
  Values(const flexrt_network &network, uint64_t seed, const std::vector<double> &positions, int64_t count)
      : count_(count) {
    Config config(network);
    Model model(network);
    model.seed = seed;
    model.initialise();
    model.settings = config.settingValues(1);
    model.setDataSize({count, 1}, {count, 1});
    Buffer input(model.dtype(), int64_t(positions.size())), output(model.dtype(), model.outputElements());
    input.with([&](auto *p) { std::copy(positions.begin(), positions.end(), p); });
    model.forward({input.data(), nullptr, 1, 0, int64_t(positions.size()), 0}, output);
    output.with([&](auto *p) { values_.assign(p, p + model.outputElements()); });
  }
  double operator()(int64_t channel, int64_t point) const { return values_[size_t(channel * count_ + point)]; }
  /// Whether the first `channels` have finite values everywhere and the rest, where a bound may be infinite, is numbers.
  bool areNumbers(int64_t channels) const {
    const auto rest = values_.begin() + channels * count_;
    return std::all_of(values_.begin(), rest, [](double value) { return std::isfinite(value); }) &&
           std::none_of(rest, values_.end(), [](double value) { return std::isnan(value); });
  }

private:
  int64_t count_;
  std::vector<double> values_;
};

struct Claim {
  std::string kind;
  int64_t axes = 1, values = 1;
  double level = 0;

  explicit Claim(const flexrt_network &network) {
    const YAML::Node node = YAML::Load(network.data);
    kind = node["kind"].as<std::string>("");
    if (kind != "extent" && kind != "band")
      throw Error("'" + std::string(network.name) + "' claims nothing", "only programs that flexc check makes can be asked",
                  ExitCode::usage);
    axes = node["axes"].as<int64_t>();
    values = node["values"].as<int64_t>();
    level = node["level"].as<double>();
  }
};

/// Of values that nothing can be said about.
Json notNumbers(const Claim &claim) { return {{"kind", claim.kind}, {"ok", false}, {"numbers", false}}; }

/// A grid on [-1, 1]^axes, [axes][count].
std::vector<double> gridPositions(int64_t axes, int64_t &count) {
  const int64_t side = axes == 1 ? kLinePoints + 1 : 129;
  count = axes == 1 ? side : side * side;
  std::vector<double> positions;
  for (int64_t axis = 0; axis < axes; ++axis)
    for (int64_t point = 0; point < count; ++point)
      positions.push_back(-1 + 2 * double(axis + 1 == axes ? point % side : point / side) / double(side - 1));
  return positions;
}

/// Where the function is largest outside of the box, if that is more than it says.
Json testExtent(const flexrt_network &network, const Claim &claim, uint64_t seed) {
  int64_t count = 0;
  const std::vector<double> positions = gridPositions(claim.axes, count);
  const Values values(network, seed, positions, count);
  if (!values.areNumbers(claim.values))
    return notNumbers(claim);
  const auto position = [&](int64_t axis, int64_t point) { return positions[size_t(axis * count + point)]; };
  const double rounding = 1e-5;
  double most = 0;
  int64_t where = -1;
  for (int64_t point = 0; point < count; ++point) {
    bool outside = false;
    for (int64_t axis = 0; axis < claim.axes; ++axis) {
      const double low = values(claim.values + axis, point), high = values(claim.values + claim.axes + axis, point);
      outside = outside || position(axis, point) < low - rounding || position(axis, point) > high + rounding;
    }
    for (int64_t channel = 0; outside && channel < claim.values; ++channel)
      if (const double value = std::abs(values(channel, point)); value > most)
        most = value, where = point;
  }
  Json result = {{"kind", "extent"}, {"ok", most <= claim.level * (1 + 1e-3)}, {"value", most}, {"level", claim.level}};
  for (int64_t axis = 0; axis < claim.axes && where >= 0; ++axis) {
    result["at"].push_back(position(axis, where));
    result["low"].push_back(values(claim.values + axis, where));
    result["high"].push_back(values(claim.values + claim.axes + axis, where));
  }
  return result;
}

/// Energy by frequency of a line of values. What is constant does not count; a window with side lobes of -92 dB
/// (Blackman-Harris) takes away what the ends of the line would add, and widens every frequency by 4 bins.
void addSpectrum(const std::function<double(int64_t)> &value, std::vector<double> &energy) {
  std::vector<double> window(kLinePoints);
  double weight = 0, mean = 0;
  for (int64_t i = 0; i < kLinePoints; ++i) {
    const double t = 2 * std::numbers::pi * (double(i) + 0.5) / double(kLinePoints);
    window[size_t(i)] = 0.35875 - 0.48829 * std::cos(t) + 0.14128 * std::cos(2 * t) - 0.01168 * std::cos(3 * t);
    weight += window[size_t(i)];
    mean += window[size_t(i)] * value(i);
  }
  mean /= weight;
  for (int64_t i = 0; i < kLinePoints; ++i)
    window[size_t(i)] *= value(i) - mean;
  const c10::InferenceMode noGradients;
  const at::Tensor spectrum = at::fft_rfft(at::from_blob(window.data(), {kLinePoints}, at::kDouble));
  const auto *line = spectrum.const_data_ptr<c10::complex<double>>();
  for (size_t i = 0; i < energy.size(); ++i)
    energy[i] += std::norm(line[i]);
}

/// Along lines through [-1, 1]^axes, parallel to each axis: the largest share of a channel's energy above the bound.
Json testBand(const flexrt_network &network, const Claim &claim, uint64_t seed) {
  const std::vector<double> offsets = claim.axes == 1 ? std::vector<double>{0} : std::vector<double>{-0.8, -0.4, 0, 0.4, 0.8};
  const int64_t linesEach = int64_t(offsets.size()), count = claim.axes * linesEach * kLinePoints;
  const double spacing = 2.0 / double(kLinePoints - 1);
  std::vector<double> positions;
  for (int64_t axis = 0; axis < claim.axes; ++axis)
    for (int64_t line = 0; line < claim.axes * linesEach; ++line)
      for (int64_t i = 0; i < kLinePoints; ++i)
        positions.push_back(line / linesEach == axis ? -1 + spacing * double(i) : offsets[size_t(line % linesEach)]);
  const Values values(network, seed, positions, count);
  if (!values.areNumbers(claim.values))
    return notNumbers(claim);
  const double stated = values(claim.values, 0), bin = 1 / (spacing * double(kLinePoints)), margin = 4 * bin;
  double worst = 0, holds = 0;
  for (int64_t axis = 0; axis < claim.axes; ++axis)
    for (int64_t channel = 0; channel < claim.values; ++channel) {
      std::vector<double> energy(size_t(kLinePoints / 2));
      for (int64_t line = axis * linesEach; line < (axis + 1) * linesEach; ++line)
        addSpectrum([&](int64_t i) { return values(channel, line * kLinePoints + i); }, energy);
      double total = 1e-30, above = 0, below = 0;
      for (const double e : energy)
        total += e;
      size_t most = 0;
      while (most + 1 < energy.size() && below < (1 - kMostAbove) * total)
        below += energy[most++];
      for (size_t i = 0; i < energy.size(); ++i)
        above += double(i) * bin > stated + margin ? energy[i] : 0;
      worst = std::max(worst, above / total);
      holds = std::max(holds, double(most) * bin);
    }
  return {{"kind", "band"}, {"ok", worst <= kMostAbove}, {"share", worst}, {"stated", stated}, {"holds", holds}};
}

} // namespace

int runClaims(const Context &context) {
  for (int32_t i = 0; i < context.program.network_count; ++i) {
    const flexrt_network &network = *context.program.networks[i];
    const Claim claim(network);
    Json result;
    for (uint64_t seed = 0; seed < kSeeds && (seed == 0 || result["ok"]); ++seed)
      result = claim.kind == "extent" ? testExtent(network, claim, seed) : testBand(network, claim, seed);
    std::printf("%s\n", result.dump().c_str());
  }
  return int(ExitCode::ok);
}

} // namespace flexrt
