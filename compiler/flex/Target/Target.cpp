// The machine that is compiled for: its name, its features, its vector registers.
#include "flex/Target/TargetMachine.h"

#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"

using namespace flex;

/// The host's features as LLVM lists them, in a fixed order.
static std::string hostFeatures() {
  std::map<std::string, bool> features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features[feature.first().str()] = feature.second;
  std::string text;
  for (const auto &[name, has] : features)
    text += (text.empty() ? "" : ",") + std::string(has ? "+" : "-") + name;
  return text;
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> flex::createTargetMachine(const TargetOptions &options,
                                                                              llvm::CodeGenOptLevel effort) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  std::string reason;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(options.triple, reason);
  if (!target)
    return llvm::createStringError("no code generator for '" + options.triple + "': " + reason);
  llvm::TargetOptions code;
  code.AllowFPOpFusion = llvm::FPOpFusion::Standard;
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(options.triple, options.cpu, options.features, code, llvm::Reloc::PIC_, std::nullopt,
                                  effort));
  if (!machine)
    return llvm::createStringError("cannot generate code for '" + options.triple + "'");
  return std::move(machine);
}

llvm::Expected<TargetOptions> flex::resolveTarget(llvm::StringRef cpu) {
  TargetOptions options;
  options.triple = llvm::sys::getDefaultTargetTriple();
  bool native = cpu == "native";
  options.cpu = native ? llvm::sys::getHostCPUName().str() : cpu.str();
  options.features = native ? hostFeatures() : "";
  // LLVM takes a name that it does not know for a plain machine and only prints a warning: ask first.
  TargetOptions plain{options.triple, "", ""};
  auto machine = createTargetMachine(plain);
  if (!machine)
    return machine.takeError();
  if (!(*machine)->getMCSubtargetInfo()->isCPUStringValid(options.cpu))
    return llvm::createStringError("unknown cpu '" + options.cpu + "' for " + options.triple +
                                   "; use 'native', or a name out of 'llc -mcpu=help'");
  return options;
}

bool flex::hasFeature(const llvm::TargetMachine &machine, llvm::StringRef feature) {
  return machine.getMCSubtargetInfo()->checkFeatures(("+" + feature).str());
}

int64_t flex::vectorBits(const TargetOptions &options) {
  auto machine = createTargetMachine(options);
  if (!machine) {
    llvm::consumeError(machine.takeError());
    return 128;
  }
  if (!llvm::Triple(options.triple).isX86())
    return 128; // NEON
  if (hasFeature(**machine, "avx512f"))
    return 512;
  return hasFeature(**machine, "avx2") ? 256 : 128;
}
