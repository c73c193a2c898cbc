#include "adt/glob.h"

#include <cstddef>

namespace sluice::adt {
namespace {

// What one element of the glob says about one character: whether it matches, and how long it is.
struct Element {
  bool matches = false;
  std::size_t length = 1;
};

Element look_at_set(std::string_view glob, char c) {
  const std::size_t begin = glob.starts_with("[!") ? 2 : 1;
  const auto end = glob.find(']', begin + 1);  // a "]" that comes first is a member
  if (end == std::string_view::npos) return {c == '['};
  bool found = false;
  for (auto at = begin; at < end; ++at) {
    const bool range = at + 2 < end && glob[at + 1] == '-';
    found = found || (range ? glob[at] <= c && c <= glob[at + 2] : glob[at] == c);
    if (range) at += 2;
  }
  return {found == (begin == 1), end + 1};
}

Element look_at(std::string_view glob, char c) {
  if (glob.front() == '[') return look_at_set(glob, c);
  return {glob.front() == '?' || glob.front() == c};
}

}  // namespace

bool matches_glob(std::string_view glob, std::string_view text) {
  constexpr auto kNone = std::string_view::npos;
  std::size_t at = 0, in = 0;
  std::size_t star = kNone, from = 0;  // the last star, and where in the text it is tried next
  while (in < text.size()) {
    if (at < glob.size() && glob[at] == '*') {
      star = ++at;
      from = in;
      continue;
    }
    const auto element = at < glob.size() ? look_at(glob.substr(at), text[in]) : Element{};
    if (element.matches) {
      at += element.length;
      ++in;
    } else if (star != kNone) {
      at = star;
      in = ++from;
    } else {
      return false;
    }
  }
  while (at < glob.size() && glob[at] == '*') ++at;
  return at == glob.size();
}

}  // namespace sluice::adt
