// From regions and networks to loops over lanes.
include "mlir/Pass/PassBase.td"

def EmitPoints : Pass<"flex-emit-points", "::mlir::ModuleOp"> {
  let summary = "every `flex.points` region becomes a function of loops over lanes";
  let description = [{
    A lane is one point of the region's domain; `vector-bits` says how many are worked on at once. The function gets the
    sizes, the operands and results as pointers, and a number of chunks, cut by shape and never by the number of threads;
    the region stays in place and names it. Sums over the domain leave one partial result a chunk, which a second
    function adds up in a fixed order. Arithmetic becomes the `arith`, `math` and `vector` dialects.
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "512", "width of a vector register">];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::vector::VectorDialect", "::mlir::LLVM::LLVMDialect"];
}
def EmitNetworks : Pass<"flex-emit-networks", "::mlir::ModuleOp"> {
  let summary = "every `flex.network` becomes an entry point over an arena; sizes and workspace functions are made";
  let description = [{
    A network's values get places in an arena, one after the other or over what is dead by then, by sizes that are known
    when the function is called. Regions and calls become function calls with these addresses. Beside each entry point
    stands `<name>.arena`, the bytes that it needs; `workspace` takes the most of them, and `sample_kernel` chooses a
    layer's function by number. No flex op but the module's structure is left, and the module says for how many lanes it
    was made.
  }];
  let options = [Option<"vectorBits", "vector-bits", "int64_t", "512", "width of a vector register">];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::vector::VectorDialect", "::mlir::LLVM::LLVMDialect"];
}
def ExpandMath : Pass<"flex-expand-math", "::mlir::ModuleOp"> {
  let summary = "sin, cos, exp, log, tanh, pow of lanes become inline polynomials, in f32 and f64";
  let description = [{
    LLVM cannot make vectors of calls into a mathematics library, and a compiled experiment depends on none. Arguments are
    reduced with constants cut into exact parts; errors are a few units of the last place (listed in the source, measured
    in its test). NaN and infinities go through as in the C library.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::vector::VectorDialect"];
}
