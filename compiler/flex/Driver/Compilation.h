/// One run of the compiler over one file: sources, diagnostics, and the stages in order. Each stage starts the ones
/// before it that have not run. Nothing here prints or exits.
#pragma once

#include "flex/AST/AST.h"
#include "flex/Elaborate/Graph.h"
#include "flex/Plugin/Plugin.h"
#include "flex/Support/Diagnostics.h"
#include "flex/Support/Source.h"
#include "flex/Target/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/PassManager.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace flex {

struct CompilationOptions {
  std::vector<std::string> libraryPaths;      ///< searched before the standard library
  std::map<std::string, std::string> defines; ///< -D c=32
  std::string dtype = "f32";                  ///< or "f64"
  std::string cpu = "native";
  std::vector<std::string> plugins;
  std::vector<std::string> printAfter;        ///< passes after which the IR is printed to stderr
  std::string passPipeline;                   ///< in place of the compiler's own, up to the flex dialect's lowering
  bool timing = false;
  bool inputGradient = false;                 ///< the training step also gives the gradient of its input
  bool reportsOnly = false;                   ///< a program that can do no more than describe itself, but is made quickly
};

class Compilation {
public:
  explicit Compilation(CompilationOptions options);
  ~Compilation();

  Diagnostics diagnostics;

  /// Every stage returns null or false after at least one error in `diagnostics`.
  const SourceFile *read(const std::string &path);
  const ast::File *parse(const std::string &path);
  const elab::Program *elaborate(const std::string &path);
  /// One module per experiment, in the flex dialect, before any pass.
  bool generate(const std::string &path);
  /// Instead of the program itself, one module for each claim of its masks and kernels (Elaborate/Claims.h).
  bool generateClaims(const std::string &path);
  /// Runs the passes up to functions over an arena, or `passPipeline`.
  bool lower();
  /// The program's LLVM IR, optimised, as text. Once, and not after `makeObject`: the modules are used up.
  bool makeLlvm(std::string &text);
  /// The program in one object file's bytes.
  bool makeObject(std::string &object);
  /// An executable at `output`.
  bool link(const std::string &output, bool bundle);

  /// The modules as they are now.
  std::string modulesText() const;
  /// Null, with an error, for a processor that LLVM does not know.
  const TargetOptions *target();

private:
  bool openPlugins();
  bool buildPipeline(mlir::OpPassManager &manager);
  bool runPasses(mlir::ModuleOp module);
  bool makeProgram(LlvmProgram &result);
  void report(mlir::Diagnostic &diagnostic);
  const SourceFile *findFile(llvm::StringRef path) const;
  bool fail(llvm::Error error);

  CompilationOptions options;
  Sources sources;
  std::optional<TargetOptions> resolvedTarget;
  std::vector<LoadedPlugin> plugins;
  std::unique_ptr<ast::File> file;
  const SourceFile *source = nullptr;
  std::unique_ptr<elab::Program> program;
  std::unique_ptr<mlir::MLIRContext> context;
  std::vector<mlir::OwningOpRef<mlir::ModuleOp>> modules;
  bool lowered = false;
};

/// "flexc 0.1.0, LLVM 19.1.7"
std::string compilerVersion();

} // namespace flex
