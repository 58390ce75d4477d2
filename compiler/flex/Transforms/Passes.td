// Passes on the flex dialect: fields in, fields out. No layouts, loops or targets.
include "mlir/Pass/PassBase.td"

def Simplify : Pass<"flex-simplify", "::mlir::ModuleOp"> {
  let summary = "algebra that makes the backward cheap: folds biases and per-point factors into `linear`";
}
def DeriveExtents : Pass<"flex-derive-extents", "::mlir::ModuleOp"> {
  let summary = "replaces `flex.extent` by the closed form of the box where a window reaches its level";
}
def SplitSizes : Pass<"flex-split-sizes", "::mlir::ModuleOp"> {
  let summary = "moves every `flex.crop` and what it needs into one function of role \"sizes\"";
}
def BuildTrainingStep : Pass<"flex-build-training-step", "::mlir::ModuleOp"> {
  let summary = "differentiates the function of role \"loss\" into one of role \"loss_and_grad\"";
}
def FusePoints : Pass<"flex-fuse-points", "::mlir::ModuleOp"> {
  let summary = "gathers point-local ops into `flex.points` regions; decides what is stored and what computed again";
}
def AssignLayouts : Pass<"flex-assign-layouts", "::mlir::ModuleOp"> {
  let summary = "decides the layout of every value and puts `flex.relayout` where neighbours disagree";
}
