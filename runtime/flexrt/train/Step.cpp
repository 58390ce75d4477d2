#include "flexrt/train/Step.h"

#include "flexrt/core/Error.h"
#include "flexrt/train/Duration.h"
#include "flexrt/train/NotFinite.h"

#include <cctype>
#include <cmath>

namespace flexrt {
namespace {

/// `sum` += `weight` * `values`, all elements.
void addScaled(const Buffer &sum, const Buffer &values, double weight) {
  sum.with([&](auto *to) {
    auto *from = static_cast<decltype(to)>(values.data());
    const auto factor = std::remove_reference_t<decltype(*to)>(weight);
    for (int64_t i = 0; i < sum.count(); ++i)
      to[i] += factor * from[i];
  });
}

void scale(const Buffer &values, double factor) {
  values.with([&](auto *p) {
    for (int64_t i = 0; i < values.count(); ++i)
      p[i] = std::remove_reference_t<decltype(*p)>(p[i] * factor);
  });
}

/// Sum of squares of the gradient, in the parameters' order; padding, which may hold anything, is left out.
double squaredNorm(const Model &model) {
  double total = 0;
  for (int32_t i = 0; i < model.network.parameter_count; ++i) {
    const flexrt_parameter &parameter = model.network.parameters[i];
    total += model.gradients.with([&](auto *p) {
      double sum = 0;
      for (int64_t e = parameter.offset; e < parameter.offset + parameter.count; ++e)
        sum += double(p[e]) * double(p[e]);
      return sum;
    });
  }
  return total;
}

/// Whether `name` stands in the source text as a whole word.
bool isWordOf(const std::string &source, const std::string &name) {
  const auto isPart = [&](size_t at) {
    return at < source.size() && (std::isalnum(static_cast<unsigned char>(source[at])) || source[at] == '_');
  };
  for (size_t at = source.find(name); at != std::string::npos; at = source.find(name, at + 1))
    if (!(at > 0 && isPart(at - 1)) && !isPart(at + name.size()))
      return true;
  return false;
}

/// Settings that a broken requirement names, and small parameters of what it belongs to, with their values.
std::string valuesFor(const Model &model, const flexrt_requirement &requirement) {
  std::string text;
  const std::string path = requirement.path;
  for (int32_t i = 0; i < model.network.setting_count; ++i) {
    const flexrt_setting &setting = model.network.settings[i];
    const bool isDuration = setting.unit == std::string("epochs") || setting.unit == std::string("steps");
    if (isWordOf(requirement.text, setting.name))
      text += (text.empty() ? "" : "; ") + std::string(setting.name) + " = " + numberText(model.settings[size_t(i)]) +
              (isDuration ? " steps" : "");
  }
  for (int32_t i = 0; i < model.network.parameter_count; ++i) {
    const flexrt_parameter &parameter = model.network.parameters[i];
    const std::string name = parameter.path;
    if (path.empty() || parameter.count > 4 || !(name == path || name.starts_with(path + ".")))
      continue;
    text += (text.empty() ? "" : "; ") + name + " =";
    for (int64_t e = 0; e < parameter.count; ++e)
      text += " " + numberText(model.parameters[parameter.offset + e]);
  }
  return text;
}

} // namespace

StepResult Stepper::run(const BatchView &batch, int64_t now) {
  model_.updateSizes();
  const int64_t parts = std::min(options_.accumulate, batch.samples);
  StepResult result = runInParts(batch, parts, now);
  result.gradientNorm = finishGradient();
  applyUpdates(now);
  return result;
}

/// Leaves the average of the parts' gradients in the model, and the last part's states.
StepResult Stepper::runInParts(const BatchView &batch, int64_t parts, int64_t now) {
  if (parts == 1) {
    StepResult result{gradientOf(batch, now), 0};
    model_.commitStates();
    return result;
  }
  StepResult result{Scalars(size_t(model_.network.scalar_count)), 0};
  if (sum_.count() != model_.gradients.count())
    sum_ = Buffer(model_.dtype(), model_.gradients.count());
  sum_.clear();
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t begin = batch.samples * part / parts, end = batch.samples * (part + 1) / parts;
    const double weight = double(end - begin) / double(batch.samples);
    const Scalars scalars = gradientOf(batch.slice(begin, end - begin, model_.dtype()), now);
    model_.commitStates();
    addScaled(sum_, model_.gradients, weight);
    for (size_t i = 0; i < scalars.size(); ++i)
      result.scalars[i] += weight * scalars[i];
  }
  std::swap(sum_, model_.gradients);
  return result;
}

/// Loss and gradient of one part, found finite; the states are not yet committed.
Scalars Stepper::gradientOf(const BatchView &batch, int64_t now) {
  Scalars scalars = model_.lossAndGrad(batch, double(now));
  for (int32_t i = 0; i < model_.network.scalar_count; ++i)
    if (!std::isfinite(scalars[size_t(i)]))
      throw notFiniteError(model_, batch, now, std::string("the ") + model_.network.scalar_names[i]);
  if (!std::isfinite(squaredNorm(model_)))
    throw notFiniteError(model_, batch, now, "the gradient");
  for (int32_t i = 0; i < model_.network.state_count; ++i) {
    const flexrt_parameter &state = model_.network.states[i];
    if (model_.nextStates.firstNotFinite(state.offset, state.count) >= 0)
      throw notFiniteError(model_, batch, now, "the state '" + std::string(state.path) + "'");
  }
  return scalars;
}

/// Norm of the whole gradient, which is then clipped.
double Stepper::finishGradient() {
  const double norm = std::sqrt(squaredNorm(model_));
  if (options_.clip > 0 && norm > options_.clip)
    scale(model_.gradients, options_.clip / norm);
  return norm;
}

void Stepper::applyUpdates(int64_t now) {
  for (int32_t group = 0; group < model_.network.group_count; ++group)
    model_.update(group, double(now));
  for (int32_t i = 0; i < model_.network.parameter_count; ++i) {
    const flexrt_parameter &parameter = model_.network.parameters[i];
    if (model_.parameters.firstNotFinite(parameter.offset, parameter.count) >= 0)
      throw Error("after step " + std::to_string(now + 1) + " the parameter '" + parameter.path + "' (" +
                      parameter.place + ") is not finite, though its gradient was",
                  "look at the optimiser and its rates; checkpoints are as before this step", ExitCode::notFinite);
  }
  checkRequirements(model_, "after step " + std::to_string(now + 1),
                    "a smaller learning rate for these parameters may keep them in range");
}

void checkRequirements(Model &model, const std::string &when, const std::string &hint) {
  const auto broken = model.firstBrokenRequirement();
  if (!broken)
    return;
  const flexrt_requirement &requirement = model.network.requirements[*broken];
  const std::string values = valuesFor(model, requirement), path = requirement.path;
  throw Error(when + ", 'require " + requirement.text + "'" + (path.empty() ? "" : " of '" + path + "'") + " (" +
                  requirement.place + ") does not hold" + (values.empty() ? "" : ": " + values),
              hint, ExitCode::requirement);
}

} // namespace flexrt
