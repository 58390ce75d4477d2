// Runs flex passes on IR text.
#include "flex/Dialect/Flex.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<flex::FlexDialect>();
  return mlir::failed(mlir::MlirOptMain(argc, argv, "flex-opt: flex passes on IR text\n", registry));
}
