// What a plugin's op implements to be a first-class citizen.
#ifndef FLEX_INTERFACES_TD
#define FLEX_INTERFACES_TD

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::flex";
  let description = [{
    One adjoint rule per op: given the gradients of its results, adds those of its operands. The pass
    `flex-build-training-step` calls the rules from the end of a function to its start.
  }];
  let methods = [
    InterfaceMethod<"Adds the gradients of the operands through `adjoint`.",
      "::llvm::LogicalResult", "buildAdjoint", (ins "::flex::AdjointBuilder &":$adjoint)>
  ];
}

def BandLimitOpInterface : OpInterface<"BandLimitOpInterface"> {
  let cppNamespace = "::flex";
  let description = [{
    What an op does to a value as a function of the position: from what is known of its operands (an affine map, a sum of
    squares, a wave with a highest frequency for each channel) to what is known of its result. `flex-derive-bands` calls
    the rules in order; a value whose op has none, or whose rule refuses, has no bound that follows from its definition.
  }];
  let methods = [
    InterfaceMethod<"The result's form; an error through `bands.refuse` where it has no highest frequency.",
      "::mlir::FailureOr<::flex::BandForm>", "deriveBand", (ins "::flex::BandBuilder &":$bands)>
  ];
}

def CostOpInterface : OpInterface<"CostOpInterface"> {
  let cppNamespace = "::flex";
  let description = "Arithmetic per point of the result's (or, for reductions over it, the operand's) domain.";
  let methods = [
    InterfaceMethod<"Floating-point operations per point.", "int64_t", "getFlopsPerPoint", (ins)>
  ];
}

def CorrelationOpInterface : OpInterface<"CorrelationOpInterface"> {
  let cppNamespace = "::flex";
  let description = "A convolution, some of its gradients, or both: what is computed as one call.";
  let methods = [
    InterfaceMethod<"Its operands and results.", "::flex::CorrelationFields<::mlir::Value>", "getFields", (ins)>,
    InterfaceMethod<"Whether a signal's last tap meets the present.", "bool", "isCausal", (ins), "",
                    "return $_op.getCausal();">
  ];
}

#endif
