#include "flex/Elaborate/DataClause.h"

namespace flex::elab {

static std::string quoted(const std::string &text) {
  std::string out = "'";
  for (char c : text)
    out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

static std::string yaml(Evaluator &e, const Value &value, SourceRange range) {
  if (auto *number = value.as<Number>())
    return text(*number);
  if (auto *string = value.as<std::string>())
    return quoted(*string);
  if (auto *known = value.as<bool>())
    return *known ? "true" : "false";
  if (auto *described = value.as<Described>(); described && described->kind == Described::Augmentation)
    return described->yaml;
  if (auto *data = value.as<std::shared_ptr<DataSet>>())
    return (*data)->yaml;
  if (const List *list = value.list()) {
    std::string out = "[";
    for (const Value &item : *list)
      out += (out.size() > 1 ? ", " : "") + yaml(e, item, range);
    return out + "]";
  }
  e.fail(range, "a data set's arguments must be known at compile time, got " + e.describe(value));
}

std::string clause(Evaluator &e, const std::string &name, const std::vector<std::string> &keys,
                   const BuiltinCall &call) {
  std::string out = "{name: " + name;
  for (size_t i = 0; i < keys.size(); ++i)
    if (call.given[i] && !keys[i].empty())
      out += ", " + keys[i] + ": " + yaml(e, call.values[i], call.ranges[i]);
  return out + "}";
}

void checkAugmentations(Evaluator &e, const BuiltinCall &call, size_t port) {
  if (!call.given[port])
    return;
  for (const Value &item : *call.values[port].list()) {
    auto *described = item.as<Described>();
    if (!described || described->kind != Described::Augmentation)
      e.fail(call.ranges[port], "expected augmentations such as pad_crop(4) or hflip, got " + e.describe(item));
  }
}

std::string spaceOf(int rank) { return rank == 2 ? "image" : "sequence"; }

Value dataSet(Evaluator &e, std::string yaml, int64_t channels, int rank, const std::string &name, Type target,
              int64_t classes, SourceRange range) {
  std::string space = spaceOf(rank);
  e.addSpace(space, rank, Space::Data, range);
  auto set = std::make_shared<DataSet>();
  set->yaml = std::move(yaml);
  set->channels = channels;
  set->rank = rank;
  set->fields["x"] = Field{e.pool.leaf("input", "", Type{{channels}, true, space})};
  set->target = target;
  set->fields[name] = Field{e.pool.leaf("target", "", std::move(target))};
  if (classes > 0)
    set->fields["classes"] = Number(classes);
  return set;
}

int64_t positive(Evaluator &e, const BuiltinCall &call, size_t port, const std::string &what) {
  int64_t count = e.integer(call.values[port], call.ranges[port], what);
  if (count <= 0)
    e.fail(call.ranges[port], what + " must be positive");
  return count;
}

} // namespace flex::elab
