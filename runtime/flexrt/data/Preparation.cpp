#include "flexrt/data/Preparation.h"

#include "flexrt/core/Error.h"

namespace flexrt {
namespace {

using Json = nlohmann::ordered_json;

std::string shapeText(int rank, const std::array<int64_t, 2> &size) {
  return std::to_string(size[0]) + (rank == 2 ? "x" + std::to_string(size[1]) : " steps");
}

} // namespace

Preparation::Preparation(const DatasetShape &shape) : channels_(shape.channels), rank_(shape.rank), size_(shape.size) {}

Preparation::Preparation(const std::string &text) {
  try {
    const Json json = Json::parse(text);
    json.at("channels").get_to(channels_);
    json.at("rank").get_to(rank_);
    json.at("size").get_to(size_);
    for (const Json &step : json.at("steps"))
      steps_.push_back(makeStep(step));
  } catch (const Json::exception &error) {
    throw Error("what was done to the data ('" + text.substr(0, 60) + "') cannot be read: " + error.what());
  }
}

void Preparation::add(Step step, std::array<int64_t, 2> size) {
  if (step->resamples() && !steps_.empty() && steps_.back()->resamples())
    steps_.pop_back();
  steps_.push_back(std::move(step));
  size_ = size;
}

Sample Preparation::apply(Sample sample, Size which, std::array<int64_t, 2> named) const {
  for (const Step &step : steps_) {
    const bool isLast = step == steps_.back();
    if (which == Size::own ? !step->onlySizes() : which == Size::data || !isLast)
      step->apply(sample);
  }
  if (which == Size::named) {
    if (steps_.empty() || !steps_.back()->resamples())
      throw Error("samples of this kind of data have no other resolution", "'eval' cannot resize them either", ExitCode::usage);
    steps::fit(named)->apply(sample);
  }
  if (which == Size::data && sample.size != size_)
    throw Error("'" + sample.path + "' has " + shapeText(sample.rank, sample.size) + ", the network's data has " +
                    shapeText(sample.rank, size_),
                "--resolution own takes it as it is", ExitCode::usage);
  return sample;
}

std::string Preparation::describe() const {
  Json json = {{"channels", channels_}, {"rank", rank_}, {"size", size_}, {"steps", Json::array()}};
  for (const Step &step : steps_)
    json["steps"].push_back(step->describe());
  return json.dump();
}

Preparation Dataset::preparation() const {
  Preparation result(shape());
  result.add(steps::refuse(shape().picture ? "the inputs of the network are positions in a picture"
                                           : "samples of its data are not read from files"),
             shape().size);
  return result;
}

} // namespace flexrt
