#include "sys/secret.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace sluice::sys {

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> buffer(bytes);
  // Up to 256 bytes come at once, or not at all.
  const auto got = ::getrandom(buffer.data(), buffer.size(), 0);
  base::check(got == static_cast<ssize_t>(bytes), "the kernel gives random bytes");
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : buffer) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

base::Result<void> write_secret(const std::string& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    auto kind = base::ErrorKind::unavailable;
    if (errno == EEXIST) kind = base::ErrorKind::conflict;
    if (errno == ENOENT) kind = base::ErrorKind::not_found;
    if (errno == EACCES) kind = base::ErrorKind::denied;
    return base::fail(kind, path + ": " + std::strerror(errno));
  }
  const bool written = ::write(file, bytes.data(), bytes.size()) == std::ssize(bytes);
  const bool synced = ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  if (written && synced && closed) return {};
  return base::fail(base::ErrorKind::unavailable, path + ": cannot be written");
}

base::Result<std::string> read_key(FileSystem& files, const std::string& path) {
  const auto text = files.read(path);
  if (!text) return base::fail_with(text.error(), "reading a key");
  std::string key(base::trim(*text));
  if (key.empty()) return base::fail(base::ErrorKind::invalid, path + ": there is no key in it");
  return key;
}

}  // namespace sluice::sys
