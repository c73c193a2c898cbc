// The floor that run_gate.py compares with: what it costs at least to look at every field of the
// indexes once and to intern every name in a relation. One thread, no structures but a hash table.
//
//   parse_floor FILE...    prints paragraphs, fields, relation atoms and distinct names
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <unordered_set>

namespace {

struct Counts {
  std::uint64_t paragraphs = 0, fields = 0, atoms = 0;
};

using Names = std::unordered_set<std::string_view>;

bool is_relation(std::string_view field) {
  return field == "Depends" || field == "Pre-Depends" || field == "Conflicts" ||
         field == "Breaks" || field == "Provides";
}

bool ends_name(char c) { return c == ' ' || c == ',' || c == '|' || c == '(' || c == ':'; }

void scan_relation(std::string_view value, Counts& counts, Names& names) {
  std::size_t at = 0;
  while (at < value.size()) {
    while (at < value.size() && (value[at] == ' ' || value[at] == ',' || value[at] == '|')) ++at;
    const auto begin = at;
    while (at < value.size() && !ends_name(value[at])) ++at;
    if (at > begin) {
      names.insert(value.substr(begin, at - begin));
      ++counts.atoms;
    }
    while (at < value.size() && value[at] != ',' && value[at] != '|') ++at;
  }
}

void scan(std::string_view text, Counts& counts, Names& names) {
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const void* found = std::memchr(text.data() + at, '\n', text.size() - at);
    const auto end = found == nullptr
                         ? text.size()
                         : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    const auto line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) {
      inside = false;
      continue;
    }
    if (!inside) ++counts.paragraphs;
    inside = true;
    if (line[0] == ' ') continue;
    ++counts.fields;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto field = line.substr(0, colon);
    if (is_relation(field)) scan_relation(line.substr(colon + 1), counts, names);
    if (field == "Package") names.insert(line.substr(colon + 1));
  }
}

// The file as memory, never unmapped: names point into it. Empty on any error.
std::string_view map_file(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  struct stat status{};
  if (fd < 0 || ::fstat(fd, &status) != 0 || status.st_size == 0) return {};
  const auto size = static_cast<std::size_t>(status.st_size);
  void* memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  if (memory == MAP_FAILED) return {};
  return {static_cast<const char*>(memory), size};
}

}  // namespace

int main(int argc, char** argv) {
  Counts counts;
  Names names;
  for (int i = 1; i < argc; ++i) scan(map_file(argv[i]), counts, names);
  std::printf("%llu paragraphs, %llu fields, %llu atoms, %zu names\n",
              static_cast<unsigned long long>(counts.paragraphs),
              static_cast<unsigned long long>(counts.fields),
              static_cast<unsigned long long>(counts.atoms), names.size());
  return 0;
}
