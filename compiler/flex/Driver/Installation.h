/// Where the parts of an installation are, relative to the running program: the same in a build tree and after
/// `cmake --install`.
#pragma once

#include <string>
#include <vector>

namespace flex {

/// The folder that holds bin/, lib/ and share/.
std::string installationPrefix();
/// Where `use std` is looked for: share/flex/stdlib.
std::string standardLibraryFolder();
/// Models that `flexc new --from` copies: share/flex/models.
std::string modelsFolder();
/// lib/, with libflexrt.so and the start-up object.
std::string runtimeFolder();

/// Where objects are kept from one compilation to the next: $FLEX_CACHE, or flex/ in the user's folder for caches. "" if
/// there is none, or FLEX_CACHE is set to nothing.
std::string cacheFolder();

/// Names of the folders in `modelsFolder()`, sorted.
std::vector<std::string> modelNames();

} // namespace flex
