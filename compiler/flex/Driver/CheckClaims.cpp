// Whether masks live where they say, and kernels have the band that they say: a program of these functions alone is made,
// run, and what it found is said at the statements.
#include "flex/Driver/CheckClaims.h"

#include "flex/Elaborate/Claims.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"

#include <filesystem>

namespace flex {

namespace {

const char *const kAtTheStart = "with the parameters as they are initialised";

/// "(0.5, -0.25)", "0.5"
std::string pointText(const llvm::json::Object &result, llvm::StringRef key) {
  std::string text;
  size_t count = 0;
  if (const llvm::json::Array *numbers = result.getArray(key))
    for (const llvm::json::Value &number : *numbers)
      text += (count++ ? ", " : "") + llvm::formatv("{0:f3}", number.getAsNumber().value_or(0)).str();
  return count == 1 ? text : "(" + text + ")";
}

void reportExtent(const elab::Claim &claim, const llvm::json::Object &result, Diagnostics &diagnostics) {
  const double value = result.getNumber("value").value_or(0);
  diagnostics
      .error(claim.range, llvm::formatv("the mask '{0}' does not stay below {1} outside of the box that it states: at {2} "
                                        "it is {3:f3}, and the box goes from {4} to {5}, {6}",
                                        claim.name, llvm::formatv("{0}", claim.level).str(), pointText(result, "at"), value,
                                        pointText(result, "low"), pointText(result, "high"), kAtTheStart)
                              .str())
      .in(claim.path)
      .withHint("taps outside are left out of the convolution: state a larger box, or what may be left out: `extent "
                "box(low, high, " +
                llvm::formatv("{0:f2}", value + 0.005).str() + ")`");
}

void reportBand(const elab::Claim &claim, const llvm::json::Object &result, Diagnostics &diagnostics) {
  diagnostics
      .error(claim.range, llvm::formatv("'{0}' has higher frequencies than it states: {1:f1} % of its energy lies above {2:f2} "
                                        "cycles per unit length, {3}; at most 1 % may",
                                        claim.name, 100 * result.getNumber("share").value_or(0),
                                        result.getNumber("stated").value_or(0), kAtTheStart)
                              .str())
      .in(claim.path)
      .withHint(llvm::formatv("99 % of it lies below {0:f1}", result.getNumber("holds").value_or(0)).str());
}

void reportNotNumbers(const elab::Claim &claim, Diagnostics &diagnostics) {
  diagnostics
      .error(claim.range, "'" + claim.name + "' is not a finite number everywhere on [-1, 1], " + kAtTheStart +
                              ", so that what it states cannot be tried")
      .in(claim.path)
      .withHint("look for a division by 0, a logarithm or a root of something negative, or an exponential that overflows");
}

/// What the program prints; empty, with an error, if it does not end well.
std::string outputOf(const std::string &program, const std::string &file, Diagnostics &diagnostics) {
  std::string error;
  std::optional<llvm::StringRef> streams[] = {std::nullopt, llvm::StringRef(file), std::nullopt};
  int status = llvm::sys::ExecuteAndWait(program, {program, "claims"}, std::nullopt, streams, 0, 0, &error);
  if (status != 0) {
    diagnostics.error({}, "cannot try what masks and kernels state: " +
                              (error.empty() ? "exit code " + std::to_string(status) : error));
    return "";
  }
  auto buffer = llvm::MemoryBuffer::getFile(file);
  return buffer ? buffer.get()->getBuffer().str() : "";
}

void report(const std::vector<const elab::Claim *> &claims, const std::string &output, Diagnostics &diagnostics) {
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(output).trim().split(lines, '\n');
  for (size_t i = 0; i < claims.size() && i < lines.size(); ++i) {
    llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(lines[i]);
    const llvm::json::Object *result = parsed ? parsed->getAsObject() : nullptr;
    if (!parsed)
      llvm::consumeError(parsed.takeError());
    if (!result) {
      diagnostics.error(claims[i]->range, "what this states could not be tried: the program says '" + lines[i].str() + "'");
    } else if (!result->getBoolean("ok").value_or(false)) {
      if (!result->getBoolean("numbers").value_or(true))
        reportNotNumbers(*claims[i], diagnostics);
      else if (claims[i]->kind == elab::Claim::Extent)
        reportExtent(*claims[i], *result, diagnostics);
      else
        reportBand(*claims[i], *result, diagnostics);
    }
  }
}

} // namespace

void checkClaims(const std::string &file, CompilationOptions options, Compilation &checked) {
  const elab::Program &program = *checked.elaborate(file);
  for (const elab::Experiment &experiment : program.experiments)
    for (const elab::Claim &claim : experiment.claims)
      if (claim.function.nodes.empty())
        checked.diagnostics
            .warning(claim.range, "what '" + claim.name + "' states here is not checked: it follows from more than positions, "
                                                          "parameters and settings")
            .in(claim.path);
  const std::vector<const elab::Claim *> claims = elab::claimsOf(program);
  if (claims.empty())
    return;
  options.printAfter.clear(); // passes that are to be seen are those of the program itself
  options.timing = false;
  Compilation compilation(options);
  llvm::SmallString<128> folder;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("flexc-claims", folder)) {
    checked.diagnostics.error({}, "cannot make a temporary folder: " + code.message());
    return;
  }
  const std::string made = (folder + "/claims").str();
  if (compilation.generateClaims(file) && compilation.lower() && compilation.link(made, false))
    report(claims, outputOf(made, made + ".json", checked.diagnostics), checked.diagnostics);
  else
    checked.diagnostics.error({}, "cannot make a program of what masks and kernels state: " + compilation.diagnostics.text());
  std::error_code ignored;
  std::filesystem::remove_all(folder.c_str(), ignored);
}

} // namespace flex
