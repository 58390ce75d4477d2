/// Object files by the content that they were made from, kept from one compilation to the next. Internal to Target.
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace flex {

/// A folder with one file per object. All of it can be deleted at any time, several compilers may use it at once, and
/// what cannot be read or written is simply not kept: no failure of the cache is an error.
class ObjectCache {
public:
  /// `folder` is made when something is kept; "": nothing ever is.
  explicit ObjectCache(std::string folder) : folder(std::move(folder)) {}

  /// Name of an object that is made from all `parts`, in this order.
  static std::string key(llvm::ArrayRef<llvm::StringRef> parts);

  /// The object, unless it is not there or not as it was written.
  std::optional<std::string> find(const std::string &key) const;
  void keep(const std::string &key, llvm::StringRef object) const;
  /// Removes what nobody has asked for in a month. Looks at the folder once a day at most.
  void prune() const;

private:
  /// LLVM only prunes files of such names.
  std::string path(const std::string &key) const { return folder + "/llvmcache-" + key + ".o"; }

  std::string folder;
};

} // namespace flex
