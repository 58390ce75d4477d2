// Runs flex passes on IR text.
#include "flex/Conversion/Passes.h"
#include "flex/Dialect/Flex.h"
#include "flex/Transforms/Passes.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<flex::FlexDialect, mlir::func::FuncDialect, mlir::scf::SCFDialect, mlir::arith::ArithDialect,
                  mlir::math::MathDialect, mlir::vector::VectorDialect, mlir::LLVM::LLVMDialect>();
  flex::registerFlexTransformsPasses();
  flex::registerFlexConversionPasses();
  mlir::registerTransformsPasses();
  return mlir::failed(mlir::MlirOptMain(argc, argv, "flex-opt: flex passes on IR text\n", registry));
}
