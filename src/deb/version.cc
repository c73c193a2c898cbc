#include "deb/version.h"

#include <algorithm>

namespace sluice::deb {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Rank of one character of a non-digit run; 0 is the end of the run.
int order_of(char c) {
  if (c == '~') return -1;
  if (is_alpha(c)) return c;
  return static_cast<unsigned char>(c) + 256;
}

std::string_view digits_without_zeros(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  auto run = text.substr(0, end);
  text.remove_prefix(end);
  run.remove_prefix(std::min(run.find_first_not_of('0'), run.size()));
  return run;
}

std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

// Non-digit runs and numbers in turn, as policy says.
std::weak_ordering compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    for (;;) {
      const bool more_a = !a.empty() && !is_digit(a.front());
      const bool more_b = !b.empty() && !is_digit(b.front());
      if (!more_a && !more_b) break;
      const int rank_a = more_a ? order_of(a.front()) : 0;
      const int rank_b = more_b ? order_of(b.front()) : 0;
      if (rank_a != rank_b) return rank_a <=> rank_b;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const auto order = compare_numbers(digits_without_zeros(a), digits_without_zeros(b));
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

struct Parts {
  std::string_view epoch, upstream, revision;
};

Parts parts_of(std::string_view text) {
  Parts parts;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    parts.epoch = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const auto dash = text.rfind('-');
  parts.upstream = text.substr(0, dash);
  if (dash != std::string_view::npos) parts.revision = text.substr(dash + 1);
  return parts;
}

}  // namespace

std::weak_ordering compare_versions(std::string_view a, std::string_view b) {
  if (a == b) return std::weak_ordering::equivalent;
  const auto left = parts_of(a);
  const auto right = parts_of(b);
  if (const auto order = compare_part(left.epoch, right.epoch); order != 0) return order;
  if (const auto order = compare_part(left.upstream, right.upstream); order != 0) return order;
  return compare_part(left.revision, right.revision);
}

}  // namespace sluice::deb
