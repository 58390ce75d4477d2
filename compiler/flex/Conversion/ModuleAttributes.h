/// Discardable attributes of an experiment's module: what the descriptor says about it and no op carries.
///
/// MLIRGen puts them; EmitNetworks adds the derived ones; the descriptor is made from them and from the module's
/// `flex.space`, `flex.parameter`, `flex.state` and `flex.setting` ops, whose order is the order in the descriptor, whose
/// symbol is the name or path, and whose location is the place ("net.flex:12:5").
///
/// Names of functions: a `flex.network` is called after its role ("forward", "evaluate", "loss", "sizes", "initialise",
/// "require"; made by passes: "loss_and_grad"), updates "update.<group>", samplers "sample_kernel.<i>" and limits
/// "band_limit.<i>" of the i-th grid of taps. Its entry point is `<experiment>.<name>`. Every op's location is NameLoc("<path>",
/// FileLineColLoc).
///
///     module attributes {
///       flex.experiment = "main", flex.architecture = "FlexNet",
///       flex.input = "{channels: 3, rank: 2}", flex.output = "{channels: 10, each_step: false}",
///       flex.target = "{channels: 1, each_step: false}",
///       flex.data = "{name: cifar10}", flex.recipe = "{keep: {best: metric}, length: length, batch: batch}",
///       flex.groups = [{name = "default", parameters = [@"stem.bias", @"stem.kernel.mu"], moments = ["m", "v"]}],
///       flex.layers = [{path = "stem", place = "net.flex:12:5", taps = @"stem.taps", data = @image, in = 3, out = 24}],
///       flex.requirements = [{text = "sigma > 0", path = "stem.mask", place = "net.flex:3:3"}]
///     } { ... }
#pragma once

#include "llvm/ADT/StringRef.h"

namespace flex::module_attributes {

/// Strings: the name is required, the others default to "". All but the first two are YAML flow maps for the runtime.
inline constexpr llvm::StringLiteral kExperiment = "flex.experiment";
inline constexpr llvm::StringLiteral kArchitecture = "flex.architecture";
inline constexpr llvm::StringLiteral kInput = "flex.input";
inline constexpr llvm::StringLiteral kOutput = "flex.output";
inline constexpr llvm::StringLiteral kTarget = "flex.target";
inline constexpr llvm::StringLiteral kData = "flex.data";
inline constexpr llvm::StringLiteral kRecipe = "flex.recipe";

/// Array of dictionaries {name: string, parameters: array of symbols, moments: array of strings}: the optimisers. A
/// group's elements are the points of the space "elements.<name>". Every parameter is in exactly one group; the flat
/// buffers hold the groups one after the other. Absent: one nameless layout in the order of the ops, and no updates.
inline constexpr llvm::StringLiteral kGroups = "flex.groups";

/// Array of dictionaries {path, place: string; taps, data: symbol of a space; in, out: i64}: convolutions, for reports.
/// DeriveBands adds {no_band: string} where frequencies have no bound: the reason.
inline constexpr llvm::StringLiteral kLayers = "flex.layers";

/// Array of dictionaries {text, path, place: string}, in the order of the results "require:<i>".
inline constexpr llvm::StringLiteral kRequirements = "flex.requirements";

/// Derived, put by EmitNetworks: lanes of a vector (i64), element type (type), names of the scalar results (strings).
inline constexpr llvm::StringLiteral kLanes = "flex.lanes";
inline constexpr llvm::StringLiteral kElementType = "flex.element_type";
inline constexpr llvm::StringLiteral kScalars = "flex.scalars";

/// Derived, put by EmitNetworks: the convolutions that a choice of algorithm is to be made for, as an array of dictionaries
/// {taps, data: symbol of a space; in, out: i64; causal: 0 or 1; wanted: flexrt_wanted; hidden: signals that
/// taps are mixtures of, or 0}.
inline constexpr llvm::StringLiteral kConvolutions = "flex.convolutions";

/// Put by BuildTrainingStep where the training step also yields the gradient of its input (unit).
inline constexpr llvm::StringLiteral kInputGradient = "flex.input_gradient";

/// All of the above, with what their values are; the dialect refuses others of the prefix `flex.` on ops.
enum class Form { String, Array, Integer, Type, Unit };
struct Known {
  llvm::StringLiteral name;
  Form form;
};
inline constexpr Known kAll[] = {
    {kExperiment, Form::String}, {kArchitecture, Form::String}, {kInput, Form::String},
    {kOutput, Form::String},     {kTarget, Form::String},       {kData, Form::String},
    {kRecipe, Form::String},     {kGroups, Form::Array},        {kLayers, Form::Array},
    {kRequirements, Form::Array}, {kLanes, Form::Integer},      {kElementType, Form::Type},
    {kScalars, Form::Array},     {kConvolutions, Form::Array}, {kInputGradient, Form::Unit}};

/// Name of the space whose points are the scalars of a group.
inline constexpr llvm::StringLiteral kElementsPrefix = "elements.";

} // namespace flex::module_attributes
