/// The convolutions of an experiment as functions, one for all ops that have spaces, channels and wanted results in
/// common: every algorithm, of which the run says which. Entry points call them; the runtime times them (`trial`), and
/// asks for what they would cost (`estimate`). How it decides is its own affair.
#pragma once

#include "flex/Conversion/Correlation.h"
#include "flex/Conversion/Domains.h"

namespace flex {

/// A correlation or a gradient of one, as an op has it: its operands and results.
struct Correlation : CorrelationFields<mlir::Value> {
  bool causal = false;
  mlir::Value data() const { return input ? input : gradient; }
  /// A field over the taps' space.
  mlir::Value overTaps() const { return kernel ? kernel : kernelGradient ? kernelGradient : mixture.basis; }
  int64_t in() const;
  int64_t out() const;
  int64_t hidden() const; ///< as in CorrelationCall

  static std::optional<Correlation> of(mlir::Operation *op);
  NetworkDescription::Convolution describe(const NetworkDescription &description) const;
};

class ConvolutionEmitter {
public:
  ConvolutionEmitter(mlir::ModuleOp module, const NetworkDescription &description);

  /// Emits for each convolution of the description:
  ///   `<experiment>.convolution.<i>(run, CorrelationCall::pointers...)`, which `call` calls;
  ///   `<experiment>.convolution.<i>.workspace(run) -> i64` and `<experiment>.convolution.<i>.kept(run) -> i64`, bytes for the
  ///   run's algorithm;
  /// and `<experiment>.estimate`, `<experiment>.trial`, as the ABI wants them.
  void emit();
  static std::string name(const NetworkDescription &description, int64_t convolution);
  /// Of the call, only the pointers count; no value: a null pointer.
  static void call(HostBuilder &host, const std::string &name, mlir::Value run, CorrelationCall call);
  /// Whether `run` has chosen the algorithm for that convolution: i1.
  static mlir::Value isChosen(HostBuilder &host, mlir::Value run, int64_t convolution, int32_t algorithm);

private:
  using Convolution = NetworkDescription::Convolution;
  /// Starts a function and the sizes that it works with.
  mlir::ValueRange open(llvm::StringRef name, mlir::TypeRange arguments, mlir::TypeRange results);
  void emitRun(int64_t i);
  void emitWorkspace(int64_t i);
  void emitKept(int64_t i);
  void emitEstimate(int64_t i);
  void emitEstimates();
  void emitTrial();
  void emitTrialOf(int64_t i, mlir::Value arena);

  CorrelationFields<FieldType> fieldsOf(const Convolution &convolution);
  CorrelationCall sizesOf(const Convolution &convolution);
  FieldType dataType(const Convolution &convolution, int64_t channels, Layout layout);
  FieldType tapsType(const Convolution &convolution);
  mlir::Value isChosen(int64_t i, int32_t algorithm) { return isChosen(h, run, i, algorithm); }
  mlir::Value workspaceOf(const Convolution &convolution, const CorrelationCall &call, int32_t algorithm);
  mlir::Value libraryWorkspace(const Convolution &convolution);
  /// Bytes of x's spectra if the run wants them kept and a transform makes them.
  mlir::Value spectraOf(const Convolution &convolution);
  /// Bytes for the taps of a mixture, and their gradient, in front of the workspace of an algorithm that works on taps.
  mlir::Value tapsBytes(const Convolution &convolution);
  mlir::Value isPossible(const Convolution &convolution, int32_t algorithm, mlir::Value workspace);
  /// One of the algorithms, which works on taps or not.
  void runOn(const Convolution &convolution, const CorrelationCall &call, int32_t algorithm);
  void runMixture(const Convolution &convolution, CorrelationCall call, int32_t algorithm);
  void runLibrary(const Convolution &convolution, const CorrelationCall &call);
  /// For i of all convolutions, `body(i)` where `number` is i.
  void dispatch(mlir::Value number, llvm::function_ref<void(int64_t)> body);

  HostBuilder h;
  const NetworkDescription &description;
  mlir::FloatType element;
  std::optional<Domains> domains;
  mlir::Value run;
};

} // namespace flex
