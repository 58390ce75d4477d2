// Instances: constructed once, applied as often as one likes.
#include "flex/Elaborate/Evaluator.h"
#include "flex/Elaborate/Meanwhile.h"

#include <algorithm>

namespace flex::elab {

using ast::Role;

/// The instance that an earlier application of the owner constructed here: a body constructs once per instance.
Instance *Evaluator::reuse(const Callable &block, const std::string &segment, SourceRange range) {
  for (Instance::Child &child : owner->children) {
    bool sameSite = child.site.file == range.file && child.site.begin == range.begin;
    if (child.instance->segment != segment || (segment.empty() && !sameSite))
      continue;
    bool earlier = child.application != 0 && child.application < owner->applications;
    if (earlier && child.instance->decl == block.decl) {
      child.application = owner->applications;
      return child.instance;
    }
    if (segment.empty())
      continue;
    diagnostics.error(range, "two instances are called '" + segment + "' here")
        .withHint("label them: x |> first: " + block.decl->name.text + "(...) |> second: ...")
        .in(currentPath());
    diagnostics.note(child.site, "the other one");
    throw Failure();
  }
  return nullptr;
}

Instance *Evaluator::construct(const Callable &block, std::vector<Arg> args, const Hint &hint, SourceRange range) {
  const ast::Decl &decl = *block.decl;
  bool inExperiment = owner->decl->role == Role::Experiment, isRecipe = decl.role == Role::Recipe;
  // Paths begin in the network. Recipes of several stages would only be in each other's way.
  bool root = inExperiment && (decl.role == Role::Network || (isRecipe && selection));
  bool named = hint.given || !hint.segment.empty();
  std::string segment = root ? "" : named ? hint.segment : snakeCase(decl.name.text);
  if (Instance *earlier = reuse(block, segment, range))
    return earlier;
  Instance &instance = instances.emplace_back();
  instance.decl = &decl;
  instance.owner = owner;
  instance.segment = segment;
  instance.authors = root ? "" : named ? hint.authors : segment;
  instance.range = range;
  if (hint.attributes)
    for (const ast::Identifier &tag : hint.attributes->tags)
      instance.tags.push_back(tag.text);
  instance.scope = &newScope(block.scope, &decl);
  Instance *parent = owner;
  bool stands = inExperiment && (isRecipe || decl.role == Role::Network);
  if (stands)
    instance.number = isRecipe ? recipes++ : networks++;
  bool runs = runsIn(instance);
  if (runs || !isRecipe) { // what a recipe of another stage is given is that stage's business
    Meanwhile<Instance *> inside(owner, &instance);
    bind(listOf(decl.configuration), std::move(args), *instance.scope, decl.name.text, range, stands && runs);
  }
  parent->children.push_back({&instance, range, parent->applications});
  return &instance;
}

Value Evaluator::apply(Instance &instance, std::vector<Arg> args, SourceRange range) {
  const ast::Decl &decl = *instance.decl;
  if (!decl.value)
    fail(range, "'" + decl.name.text + "' takes no value");
  if (instance.applying)
    fail(range, "'" + decl.name.text + "' is applied inside itself");
  std::vector<std::string> values = namesOf(&*decl.value);
  for (Arg &arg : args) { // values belong to the caller
    if (arg.name && std::find(values.begin(), values.end(), *arg.name) == values.end())
      fail(arg.range, "'" + decl.name.text + "' has no value '" + *arg.name + "'",
           "it is configured already: this list holds the values that it is applied to");
    arg.value = evaluateArg(arg, {});
    if (arg.expr)
      arg.range = arg.expr->range;
    arg.expr = nullptr;
  }
  Meanwhile<Instance *> inside(owner, &instance);
  Meanwhile<std::string> place(pool.path, instance.path());
  Meanwhile<bool> busy(instance.applying, true);
  ++instance.applications;
  instance.extent.reset();
  instance.band.reset();
  instance.body = &newScope(instance.scope, &decl);
  bind(listOf(decl.value), std::move(args), *instance.body, decl.name.text, range);
  Value result = runBody(decl, *instance.body, {}, range);
  checkResult(decl, result, *instance.body, range);
  if (auto *field = result.as<Field>(); field && instance.band && !pool.type(field->id).space.empty()) {
    claim(Claim::Band, instance, instance.bandRange, field->id, {*instance.band});
    result = Field{pool.add("stated_band", {field->id, *instance.band}, Type(pool.type(field->id)))};
  }
  instance.result = result;
  return result;
}

void Evaluator::claim(Claim::Kind kind, const Instance &by, SourceRange range, ValueId value,
                      std::vector<ValueId> numbers) {
  for (const FoundClaim &other : claimed)
    if (other.claim.kind == kind && other.value == value)
      return; // applied again
  Claim claim{kind, by.decl->name.text, by.path(), range, by.extent ? by.extent->outside : 0, 0, 0, {}};
  claimed.push_back({std::move(claim), value, std::move(numbers)});
}

std::vector<Claim> Evaluator::claims() {
  std::vector<Claim> result;
  for (FoundClaim &found : claimed) {
    cutOut(pool, found);
    result.push_back(std::move(found.claim));
  }
  return result;
}

} // namespace flex::elab
