#include "flexrt/train/Config.h"

#include "flexrt/core/Error.h"
#include "flexrt/core/Suggest.h"
#include "flexrt/train/Algorithms.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <yaml-cpp/yaml.h>

namespace flexrt {
namespace {

bool isDuration(const flexrt_setting &setting) {
  return setting.unit == std::string("epochs") || setting.unit == std::string("steps");
}
/// Not the user's to set.
bool isProvided(const flexrt_setting &setting) { return setting.unit == std::string("runtime"); }
bool isSize(const flexrt_setting &setting) { return setting.unit == std::string("size"); }

int64_t parsePositive(const std::string &key, const std::string &text, const std::string &example) {
  const int64_t value = parseInteger(key, text, example);
  if (value < 1)
    throw Error("'" + key + "' must be at least 1, not " + text, "for example " + key + "=" + example, ExitCode::usage);
  return value;
}

std::string flow(const YAML::Node &node) {
  YAML::Emitter out;
  out << YAML::Flow << node;
  std::string text = out.c_str();
  std::replace(text.begin(), text.end(), '\n', ' '); // the emitter breaks long lines
  return text;
}

std::string keepText(const Keep &keep) {
  static const char *const names[] = {"last", "lowest ", "highest "};
  return names[keep.rule] + keep.scalar;
}

} // namespace

Config::Config(const flexrt_network &network) : network_(network), clause_(network.data), data_(network.data) {
  // The root of data sets may come from the environment, so that a command line does not depend on the machine.
  if (const char *root = std::getenv("FLEX_DATA"))
    dataRoot = root;
  addSettings();
  readRecipe();
  addRuntimeKeys();
}

void Config::addSettings() {
  durations_.resize(size_t(network_.setting_count));
  for (int32_t i = 0; i < network_.setting_count; ++i) {
    const flexrt_setting &setting = network_.settings[i];
    Duration &value = durations_[size_t(i)];
    value = {setting.value, setting.unit == std::string("steps") ? Duration::steps : Duration::epochs};
    const std::string name = setting.name;
    if (isProvided(setting))
      continue;
    Key key{name, std::string("from ") + setting.place, numberText(setting.value), {}, {}, true};
    key.get = [&value] { return numberText(value.amount); };
    if (isDuration(setting)) {
      key.set = [&value, name](const std::string &text) { value = Duration::parse(name, text, false); };
      key.get = [&value] { return value.text(); };
    } else if (isSize(setting)) {
      key.set = [&value, name](const std::string &text) { value.amount = double(parsePositive(name, text, "64")); };
    } else {
      key.set = [&value, name, example = key.example](const std::string &text) {
        value.amount = parseReal(name, text, example);
      };
    }
    keys_.push_back(std::move(key));
  }
}

void Config::addRuntimeKeys() {
  const auto add = [&](const char *name, std::string help, const char *example,
                       std::function<void(const std::string &)> set, std::function<std::string()> get) {
    if (!find(name)) // a setting of the network may have the name of a runtime's key; the recipe then refers to it
      keys_.push_back({name, std::move(help), example, std::move(set), std::move(get), false});
  };
  add(
      "seed", "of initialisation, order, augmentation and dropout", "1",
      [this](const std::string &text) { seed = uint64_t(parseInteger("seed", text, "1")); },
      [this] { return std::to_string(seed); });
  add(
      "data", "the data clause, in YAML", "'{name: mnist}'", [this](const std::string &text) { setClause(text); },
      [this] { return clause_; });
  add(
      "threads", "0: as many as there are; does not change results", "2",
      [this](const std::string &text) {
        const int64_t value = parseInteger("threads", text, "2");
        if (value < 0 || value > 4096)
          throw Error("'threads' must be 0 to 4096, not " + text, "for example threads=2", ExitCode::usage);
        threads = int(value);
      },
      [this] { return std::to_string(threads); });
  add(
      "algorithm", "of convolutions: " + algorithmChoices(), "direct",
      [this](const std::string &text) { algorithm = parseAlgorithm(text); },
      [this] { return algorithm ? algorithmName(*algorithm) : "auto"; });
  add(
      "tune", "on: algorithms that are about as good are timed when first needed; off: estimates decide", "off",
      [this](const std::string &text) {
        if (text != "on" && text != "off")
          throw Error("'tune' must be on or off, not '" + text + "'", "for example tune=off", ExitCode::usage);
        tune = text == "on";
      },
      [this] { return tune ? "on" : "off"; });
  add(
      "spectra", "kept: gradients use what convolutions have transformed; again: they transform it again, for less memory",
      "again",
      [this](const std::string &text) {
        if (text != "kept" && text != "again")
          throw Error("'spectra' must be kept or again, not '" + text + "'", "for example spectra=again", ExitCode::usage);
        keepsSpectra = text == "kept";
      },
      [this] { return keepsSpectra ? "kept" : "again"; });
  add(
      "choices", "a run whose choices of algorithms are repeated", "runs/net-0001",
      [this](const std::string &text) { choices = text; }, [this] { return choices; });
  add(
      "data.root", "folder of the data sets (or the variable FLEX_DATA)", "~/data",
      [this](const std::string &text) { dataRoot = text; }, [this] { return dataRoot; });
  add(
      "run.folder", "where run folders are made", "runs", [this](const std::string &text) { runFolder = text; },
      [this] { return runFolder; });
  add(
      "checkpoint.every", "how often the last state is saved", "'500 steps'",
      [this](const std::string &text) {
        checkpointEvery = Duration::parse("checkpoint.every", text, true);
        if (checkpointEvery.amount <= 0)
          throw Error("'checkpoint.every' must be more than 0", "for example checkpoint.every='10 minutes'",
                      ExitCode::usage);
      },
      [this] { return checkpointEvery.text(); });
  add(
      "accumulate", "parts in which a batch is computed, to save memory", "2",
      [this](const std::string &text) { accumulate = parsePositive("accumulate", text, "2"); },
      [this] { return std::to_string(accumulate); });
  add(
      "clip", "bound on the norm of the whole gradient; 0: none", "1.0",
      [this](const std::string &text) {
        clip = parseReal("clip", text, "1.0");
        if (clip < 0)
          throw Error("'clip' must not be negative", "for example clip=1.0", ExitCode::usage);
      },
      [this] { return numberText(clip); });
  add(
      "validation",
      "share of training samples held out to choose the best epoch; 0: none; test: the test split chooses", "0.1",
      [this](const std::string &text) {
        validation.onTest = text == "test";
        validation.fraction = validation.onTest ? 0 : parseReal("validation", text, "0.1");
        if (validation.fraction < 0 || validation.fraction > 0.9)
          throw Error("'validation' must be 0 to 0.9, or test", "for example validation=0.1", ExitCode::usage);
      },
      [this] { return validation.onTest ? "test" : numberText(validation.fraction); });
  add(
      "keep", "which epoch counts: last, best, lowest or highest with the name of a scalar", "'best metric'",
      [this](const std::string &text) { keep = parseKeep(text); }, [this] { return keepText(keep); });
  add(
      "stop", "epochs without a better one after which training ends; 0: never", "'100 epochs'",
      [this](const std::string &text) {
        stopAfter = Duration::parse("stop", text, false);
        if (stopAfter.amount < 0 || stopAfter.unit != Duration::epochs)
          throw Error("'stop' must be a number of epochs, 0 or more", "for example stop='100 epochs'", ExitCode::usage);
      },
      [this] { return stopAfter.text(); });
  if (lengthSetting_ < 0)
    add(
        "length", "how long to train", "'20 epochs'",
        [this](const std::string &text) { length_ = Duration::parse("length", text, false); },
        [this] { return length_ ? length_->text() : ""; });
  if (batchSetting_ < 0)
    add(
        "batch", "samples of an optimiser's step", "64",
        [this](const std::string &text) { batch_ = parsePositive("batch", text, "64"); },
        [this] { return std::to_string(batch_); });
}

void Config::readRecipe() {
  batch_ = 64;
  keep = network_.scalar_count > 1 ? parseKeep(std::string("best ") + network_.scalar_names[1]) : Keep{};
  const auto settingIndex = [&](const std::string &name) {
    for (int32_t i = 0; i < network_.setting_count; ++i)
      if (name == network_.settings[i].name)
        return int(i);
    return -1;
  };
  // Without a slot of its own, an argument of that name is what the recipe means.
  lengthSetting_ = settingIndex("length");
  batchSetting_ = settingIndex("batch");
  try {
    for (const auto &item : YAML::Load(network_.recipe)) {
      const auto slot = item.first.as<std::string>();
      const YAML::Node value = item.second;
      if (slot == "keep" && value.IsMap())
        keep = parseKeep(value.begin()->first.as<std::string>() + " " + value.begin()->second.as<std::string>());
      else if (slot == "keep")
        keep = parseKeep(value.as<std::string>());
      else if (slot == "length") {
        lengthSetting_ = settingIndex(value.as<std::string>());
        if (lengthSetting_ < 0)
          length_ = Duration::parse("length", value.as<std::string>(), false);
      } else if (slot == "batch") {
        batchSetting_ = settingIndex(value.as<std::string>());
        if (batchSetting_ < 0)
          batch_ = parsePositive("batch", value.as<std::string>(), "64");
      } else if (slot == "stalls") {
        countsStalls_ = true;
        for (const auto &part : value)
          stalls_[part.first.as<std::string>()] = part.second.as<std::string>();
      } else if (slot == "seed") {
        seed = value.as<uint64_t>();
      } else {
        throw Error("this runtime does not know the slot '" + slot + "' of the recipe",
                    "compile with the flexc that came with this runtime");
      }
    }
  } catch (const YAML::Exception &error) {
    throw Error("the recipe of '" + std::string(network_.name) + "' cannot be read: " + error.what(),
                "compile it again");
  }
}

Keep Config::parseKeep(const std::string &text) const {
  if (text == "last")
    return {};
  const size_t space = text.find(' ');
  Keep result;
  result.scalar = space == std::string::npos ? "" : text.substr(space + 1);
  const std::string rule = text.substr(0, space);
  if (rule == "best") // what is called loss is to be small, everything else, an accuracy say, large
    result.rule = result.scalar == "loss" ? Keep::lowest : Keep::highest;
  else if (rule == "lowest" || rule == "highest")
    result.rule = rule == "lowest" ? Keep::lowest : Keep::highest;
  std::string known;
  bool found = false;
  for (int32_t i = 0; i < network_.scalar_count; ++i) {
    found = found || result.scalar == network_.scalar_names[i];
    known += (i ? ", " : "") + std::string(network_.scalar_names[i]);
  }
  if (result.rule == Keep::last || !found)
    throw Error("'keep' expects last, or best, lowest or highest and one of: " + known + "; not '" + text + "'",
                "for example keep='best loss'", ExitCode::usage);
  return result;
}

const Config::Key *Config::find(const std::string &name) const {
  for (const Key &key : keys_)
    if (key.name == name)
      return &key;
  const Key *found = nullptr;
  std::string several;
  int matches = 0;
  for (const Key &key : keys_)
    if (key.name.ends_with("." + name)) {
      ++matches;
      if (matches <= 4)
        several += (found ? ", " : "") + key.name;
      found = &key;
    }
  if (matches > 4)
    several += ", and " + std::to_string(matches - 4) + " more";
  if (matches > 1)
    throw Error("'" + name + "' stands for several settings: " + several, "write more of the name", ExitCode::usage);
  return found;
}

void Config::unknown(const std::string &name) const {
  std::vector<std::string> names;
  for (const Key &key : keys_) {
    names.push_back(key.name);
    if (const size_t dot = key.name.rfind('.'); dot != std::string::npos)
      names.push_back(key.name.substr(dot + 1));
  }
  throw Error("there is no setting '" + name + "'" + didYouMean(name, names),
              "'info' lists what can be set; numbers that shape the network are compiled in: flexc compile -D " + name +
                  "=<value>",
              ExitCode::usage);
}

std::string Config::resolve(const std::string &name) const {
  if (name == "epochs" || (name.starts_with("data.") && name != "data.root"))
    return name;
  const Key *key = find(name);
  if (!key)
    unknown(name);
  return key->name;
}

bool Config::has(const std::string &name) const {
  return name == "epochs" || name.starts_with("data.") || find(name);
}

void Config::set(const std::string &name, const std::string &value) {
  if (name.starts_with("data.") && name != "data.root")
    return setData(name.substr(5), value);
  if (name == "epochs" && !find(name)) { // short for the length, whatever setting the recipe takes it from
    const Duration::Unit bare = Duration::epochs;
    const Duration length = Duration::parse("epochs", value, false, &bare);
    (lengthSetting_ >= 0 ? durations_[size_t(lengthSetting_)] : length_.emplace()) = length;
    return;
  }
  const Key *key = find(name);
  if (!key)
    unknown(name);
  key->set(value);
}

void Config::assign(const std::string &assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw Error("'" + assignment + "' is no key=value", "for example seed=1; 'info' lists the keys", ExitCode::usage);
  set(assignment.substr(0, equals), assignment.substr(equals + 1));
}

void Config::setData(const std::string &key, const std::string &value) {
  try {
    YAML::Load(value);
  } catch (const YAML::Exception &error) {
    throw Error("'data." + key + "' expects a value in YAML, not '" + value + "'", "for example data.size=32",
                ExitCode::usage);
  }
  dataChanges_[key] = value;
  mergeData();
}

void Config::setClause(const std::string &text) {
  YAML::Node clause;
  try {
    clause = YAML::Load(text);
  } catch (const YAML::Exception &) {
  }
  if (!clause.IsMap() || !clause["name"])
    throw Error("'data' expects a data clause in YAML, not '" + text + "'", "for example data='{name: mnist}'",
                ExitCode::usage);
  clause_ = text;
  mergeData();
}

void Config::mergeData() {
  YAML::Node description = YAML::Load(clause_);
  for (const auto &[key, value] : dataChanges_)
    description[key] = YAML::Load(value);
  data_ = dataChanges_.empty() ? clause_ : flow(description);
}

std::vector<Config::Entry> Config::entries() const {
  std::vector<Entry> list;
  for (const Key &key : keys_)
    list.push_back({key.name, key.get(), key.help, key.ofNetwork});
  for (const auto &[key, value] : dataChanges_)
    list.push_back({"data." + key, value, "of the data set", false});
  return list;
}

std::vector<double> Config::settingValues(int64_t stepsPerEpoch) const {
  std::vector<double> values;
  for (int32_t i = 0; i < network_.setting_count; ++i) {
    const Duration &value = durations_[size_t(i)];
    if (network_.settings[i].name == std::string("steps per epoch")) {
      values.push_back(double(stepsPerEpoch));
      continue;
    }
    values.push_back(isDuration(network_.settings[i]) ? value.inSteps(stepsPerEpoch) : value.amount);
  }
  return values;
}

int64_t Config::lengthInSteps(int64_t stepsPerEpoch) const {
  if (lengthSetting_ < 0 && !length_)
    throw Error("the recipe does not say how long to train", "for example length='20 epochs'", ExitCode::usage);
  const Duration &length = lengthSetting_ >= 0 ? durations_[size_t(lengthSetting_)] : *length_;
  return int64_t(std::ceil(length.inSteps(stepsPerEpoch) - 1e-9));
}

std::optional<StallRule> Config::stallRule(int64_t stepsPerEpoch) const {
  if (!countsStalls_)
    return std::nullopt;
  StallRule rule;
  const std::vector<double> settings = settingValues(stepsPerEpoch);
  const auto read = [&](const std::string &key, double &value, bool duration) {
    const auto given = stalls_.find(key);
    if (given == stalls_.end())
      return;
    std::optional<double> set;
    for (int32_t i = 0; i < network_.setting_count; ++i)
      if (given->second == network_.settings[i].name)
        set = settings[size_t(i)];
    if (!set)
      set = duration ? Duration::parse(key, given->second, false).inSteps(stepsPerEpoch)
                     : parseReal(key, given->second, "0.0001");
    value = duration ? *set / double(stepsPerEpoch) : *set;
  };
  read("patience", rule.patience, true);
  read("threshold", rule.threshold, false);
  read("cooldown", rule.cooldown, true);
  return rule;
}

int64_t Config::batch() const {
  return batchSetting_ >= 0 ? int64_t(durations_[size_t(batchSetting_)].amount) : batch_;
}

} // namespace flexrt
