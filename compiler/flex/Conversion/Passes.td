// From regions and networks to loops over lanes.
include "mlir/Pass/PassBase.td"

def EmitPoints : Pass<"flex-emit-points", "::mlir::ModuleOp"> {
  let summary = "every `flex.points` region becomes a function of loops over lanes";
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "512", "width of a vector register">];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::vector::VectorDialect", "::mlir::LLVM::LLVMDialect"];
}
def EmitNetworks : Pass<"flex-emit-networks", "::mlir::ModuleOp"> {
  let summary = "every `flex.network` becomes an entry point over an arena; sizes and workspace functions are made";
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "512", "width of a vector register">];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::vector::VectorDialect", "::mlir::LLVM::LLVMDialect"];
}
def ExpandMath : Pass<"flex-expand-math", "::mlir::ModuleOp"> {
  let summary = "sin, cos, exp, log, tanh, pow of lanes become inline polynomials, in f32 and f64";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::vector::VectorDialect"];
}
