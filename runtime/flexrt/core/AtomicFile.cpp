#include "flexrt/core/AtomicFile.h"

#include "flexrt/core/Error.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

namespace flexrt {
namespace {

[[noreturn]] void fail(const std::string &what, const std::filesystem::path &path, int error) {
  std::string hint;
  if (error == ENOSPC || error == EDQUOT)
    hint = "the disk is full: nothing was overwritten; make room, then 'resume' goes on from the last checkpoint";
  else if (error == EACCES || error == EROFS || error == EPERM)
    hint = "choose a folder that you may write to, for example run.folder=/tmp/runs";
  throw Error("cannot " + what + " '" + path.string() + "': " + std::strerror(error), hint);
}

/// A file descriptor that closes itself.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0)
      ::close(number);
  }
};

/// 0, or the error's number.
int writeAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return errno;
    bytes.remove_prefix(size_t(written));
  }
  return 0;
}

/// Makes the entry of a new or renamed file last. File systems that cannot sync folders say so; they are left in peace.
void syncFolder(const std::filesystem::path &folder) {
  const Descriptor file{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (file.number >= 0)
    ::fsync(file.number);
}

bool isSpecial(const std::filesystem::path &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void writeDirectly(const std::filesystem::path &path, std::string_view bytes) {
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (file.number < 0)
    fail("open", path, errno);
  if (const int error = writeAll(file.number, bytes))
    fail("write", path, error);
}

} // namespace

void writeFileAtomically(const std::filesystem::path &path, std::string_view bytes) {
  if (isSpecial(path))
    return writeDirectly(path, bytes);
  const std::string temporary = path.string() + ".tmp" + std::to_string(::getpid());
  const Descriptor file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
  if (file.number < 0)
    fail("write", path, errno);
  int error = writeAll(file.number, bytes);
  if (!error && ::fsync(file.number) != 0)
    error = errno;
  if (!error && ::rename(temporary.c_str(), path.c_str()) != 0)
    error = errno;
  if (error) {
    ::unlink(temporary.c_str());
    fail("write", path, error);
  }
  syncFolder(path.parent_path());
}

std::string readFile(const std::filesystem::path &path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    fail("read", path, errno);
  std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad())
    fail("read", path, EIO);
  return bytes;
}

AppendFile::AppendFile(const std::filesystem::path &path, int64_t size) : path_(path) {
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND, 0666);
  if (file_ < 0)
    fail("open", path, errno);
  size_ = ::lseek(file_, 0, SEEK_END);
  if (size < 0)
    return;
  if (size_ < size) {
    ::close(file_);
    throw Error("'" + path.string() + "' has " + std::to_string(size_) +
                    " bytes, but the checkpoint was written after " + std::to_string(size),
                "the log was cut or replaced; restore it, or start a new run");
  }
  if (size_ > size && ::ftruncate(file_, size) != 0)
    fail("shorten", path, errno);
  size_ = size;
}

AppendFile::~AppendFile() { ::close(file_); }

void AppendFile::append(std::string_view line) {
  if (const int error = writeAll(file_, line))
    fail("write", path_, error);
  size_ += int64_t(line.size());
}

void AppendFile::sync() {
  if (::fsync(file_) != 0 && errno != EINVAL)
    fail("write", path_, errno);
}

} // namespace flexrt
