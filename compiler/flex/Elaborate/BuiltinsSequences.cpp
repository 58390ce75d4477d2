// Built-ins that name sets of sequences: those of their own, and those made of other sets.
#include "flex/Elaborate/DataClause.h"

namespace flex::elab {

namespace {

Value runAdding(Evaluator &e, const BuiltinCall &call) {
  std::string yaml = clause(e, "adding", {"steps", "train", "test"}, call);
  return dataSet(e, yaml, 2, 1, "y", Type{{1}, true, ""}, 0, call.range);
}
Value runCopyMemory(Evaluator &e, const BuiltinCall &call) {
  std::string yaml = clause(e, "copy_memory", {"steps", "train", "test"}, call);
  return dataSet(e, yaml, 1, 1, "y", Type{{}, true, spaceOf(1)}, 10, call.range);
}

/// Series of the UEA archive: channels and classes have to be stated, since shapes are known before the files are read.
Value runUea(Evaluator &e, const BuiltinCall &call) {
  enum { Archive, Channels, Classes };
  if (!call.values[Archive].as<std::string>())
    e.fail(call.ranges[Archive], "'uea' takes the name of a set, got " + e.describe(call.values[Archive]),
           "for example uea(\"BasicMotions\", channels = 6, classes = 4)");
  std::string yaml = clause(e, "uea", {"archive", "", "classes", "compat", "mean", "std", "test", "seed"}, call);
  return dataSet(e, yaml, positive(e, call, Channels, "the number of channels"), 1, "label", perSample,
                 positive(e, call, Classes, "the number of classes"), call.range);
}

/// The paper's set; `compat` is its protocol: both files together, divided anew.
Value runCharacterTrajectories(Evaluator &e, const BuiltinCall &call) {
  const bool compat = call.given[0] && *call.values[0].as<bool>();
  std::string yaml = "{name: uea, archive: CharacterTrajectories";
  return dataSet(e, yaml + (compat ? ", compat: true, test: 0.15}" : "}"), 3, 1, "label", perSample, 20, call.range);
}

Value runRecordings(Evaluator &e, const BuiltinCall &call) {
  enum { Folder, Classes, Words, Rate, Samples, Mfcc };
  const int64_t coefficients = call.given[Mfcc] ? positive(e, call, Mfcc, "the number of coefficients") : 1;
  std::string yaml = clause(e, "recordings",
                            {"folder", "classes", "words", "rate", "samples", "mfcc", "test", "seed", "compat", "mean", "std"},
                            call);
  return dataSet(e, yaml, coefficients, 1, "label", perSample,
                 positive(e, call, Classes, "the number of classes"), call.range);
}

Value runSpeechCommands(Evaluator &e, const BuiltinCall &call) {
  const bool mfcc = call.given[0] && *call.values[0].as<bool>();
  return dataSet(e, clause(e, "speech_commands", {"mfcc", "seed", "compat"}, call), mfcc ? 20 : 1, 1, "label",
                 perSample, 10, call.range);
}

//===----------------------------------------------------------------------===//
// Made of other sets
//===----------------------------------------------------------------------===//

/// A copy of the set in the call's first argument, to be changed. It must be of this rank, with one answer a sample.
std::shared_ptr<DataSet> copyOf(Evaluator &e, const BuiltinCall &call, int rank, const std::string &name) {
  const DataSet &given = **call.values[0].as<std::shared_ptr<DataSet>>();
  if (given.rank != rank)
    e.fail(call.ranges[0], "'" + name + "' takes " + (rank == 2 ? "images" : "sequences") +
                               ", but this set has rank " + std::to_string(given.rank));
  if (!given.target.space.empty())
    e.fail(call.ranges[0], "'" + name + "' needs one answer for each " + (rank == 2 ? "image" : "sequence") +
                               ", but this set has one at each point");
  return std::make_shared<DataSet>(given);
}

/// The changed set as one of sequences with so many channels.
Value sequences(Evaluator &e, const BuiltinCall &call, std::shared_ptr<DataSet> set, int64_t channels,
                std::string yaml) {
  e.addSpace(spaceOf(1), 1, Space::Data, call.range);
  set->rank = 1;
  set->width = 0;
  set->channels = channels;
  set->yaml = std::move(yaml);
  set->fields["x"] = Field{e.pool.leaf("input", "", Type{{channels}, true, spaceOf(1)})};
  return set;
}

Value runSequential(Evaluator &e, const BuiltinCall &call) {
  auto set = copyOf(e, call, 2, "sequential");
  return sequences(e, call, set, set->channels, clause(e, "sequential", {"images"}, call));
}

Value runRows(Evaluator &e, const BuiltinCall &call) {
  auto set = copyOf(e, call, 2, "rows");
  if (set->width == 0)
    e.fail(call.ranges[0], "'rows' makes a channel of each column, but how wide these images are is known only when "
                           "they are read",
           "rows(cifar10()), for example, has 96 channels");
  return sequences(e, call, set, set->channels * set->width, clause(e, "rows", {"images"}, call));
}

Value runPermuted(Evaluator &e, const BuiltinCall &call) {
  auto set = copyOf(e, call, 1, "permuted");
  return sequences(e, call, set, set->channels, clause(e, "permuted", {"sequences", "seed", "compat"}, call));
}
Value runNoisePadded(Evaluator &e, const BuiltinCall &call) {
  auto set = copyOf(e, call, 1, "noise_padded");
  return sequences(e, call, set, set->channels, clause(e, "noise_padded", {"sequences", "length", "seed"}, call));
}
Value runDropSamples(Evaluator &e, const BuiltinCall &call) {
  auto set = copyOf(e, call, 1, "drop_samples");
  double rate = call.values[1].as<Number>()->value;
  if (rate < 0 || rate >= 1)
    e.fail(call.ranges[1], "the share of steps that are left out must be from 0 to below 1");
  return sequences(e, call, set, set->channels + 1, clause(e, "drop_samples", {"sequences", "rate", "seed"}, call));
}

} // namespace

const std::vector<Builtin> &sequenceBuiltins() {
  static const BuiltinPort train{"train", Takes::Int, true}, test{"test", Takes::Int, true};
  static const BuiltinPort mean{"mean", Takes::List, true}, deviation{"std", Takes::List, true};
  static const BuiltinPort channels{"channels", Takes::Int}, classes{"classes", Takes::Int};
  static const BuiltinPort compat{"compat", Takes::Bool, true}, seed{"seed", Takes::Int, true};
  static const BuiltinPort share{"test", Takes::Constant, true}, given{"sequences", Takes::Data};
  static const std::vector<Builtin> table{
      {"adding", {{"steps", Takes::Int}, train, test}, runAdding},
      {"copy_memory", {{"steps", Takes::Int}, train, test}, runCopyMemory},
      {"uea", {{"archive"}, channels, classes, compat, mean, deviation, share, seed}, runUea},
      {"character_trajectories", {compat}, runCharacterTrajectories},
      {"recordings",
       {{"folder"},
        classes,
        {"words", Takes::List, true},
        {"rate", Takes::Int, true},
        {"samples", Takes::Int, true},
        {"mfcc", Takes::Int, true},
        share,
        seed,
        compat,
        mean,
        deviation},
       runRecordings},
      {"speech_commands", {{"mfcc", Takes::Bool, true}, seed, compat}, runSpeechCommands},
      {"sequential", {{"images", Takes::Data}}, runSequential},
      {"rows", {{"images", Takes::Data}}, runRows},
      {"permuted", {given, seed, compat}, runPermuted},
      {"noise_padded", {given, {"length", Takes::Int, true}, seed}, runNoisePadded},
      {"drop_samples", {given, {"rate", Takes::Constant}, seed}, runDropSamples},
  };
  return table;
}

} // namespace flex::elab
