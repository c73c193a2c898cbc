#include "sys/secret.h"

#include <sys/random.h>

#include <vector>

#include "base/check.h"

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

}  // namespace sluice::sys
