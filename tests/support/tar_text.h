// A tar archive as text, written by hand: ustar headers, no library, so it can lie.
#pragma once

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace sluice::test {

struct TarEntry {
  std::string name, content;
  char type = '0';          // '1' hard link, '2' link, '3' and '4' devices, '5' directory, '6' pipe
  std::string link = {};    // to what
  std::size_t claimed = 0;  // its size as the header has it; 0: what it is
};

inline std::string tar_of(const std::vector<TarEntry>& entries) {
  std::string tar;
  for (const auto& [name, content, type, link, claimed] : entries) {
    std::string head(512, '\0');
    char octal[16];
    const auto put = [&](std::size_t at, const std::string& text) {
      head.replace(at, text.size(), text);
    };
    put(0, name);
    put(100, "0000644");
    put(108, "0000000");
    put(116, "0000000");
    std::snprintf(octal, sizeof octal, "%011zo", claimed > 0 ? claimed : content.size());
    put(124, octal);
    put(136, "00000000000");
    put(148, "        ");
    put(156, std::string(1, type));
    put(157, link);
    put(257, std::string("ustar\0"
                         "00",
                         8));
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    std::snprintf(octal, sizeof octal, "%06o", sum);
    put(148, std::string(octal) + '\0' + ' ');
    tar += head + content + std::string((512 - content.size() % 512) % 512, '\0');
  }
  return tar + std::string(1024, '\0');
}

// Regular files.
inline std::string tar_text(const std::vector<std::pair<std::string, std::string>>& files) {
  std::vector<TarEntry> entries;
  for (const auto& [name, content] : files) entries.push_back({name, content});
  return tar_of(entries);
}

}  // namespace sluice::test
