#include "results/readers.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::results {

std::string text_of(const Readers& readers) {
  if (readers.everybody) return ".rlistings,.r:*";
  return readers.user.empty() ? "" : "*:" + readers.user;
}

Readers parse_readers(std::string_view text) {
  bool may_list = false, may_read = false;
  Readers readers{.everybody = false, .user = ""};
  for (const auto field : base::split(text, ',')) {
    const auto rule = base::trim(field);
    if (rule == ".rlistings") may_list = true;
    if (rule == ".r:*") may_read = true;
    const auto colon = rule.rfind(':');
    if (readers.user.empty() && colon != std::string_view::npos && !rule.starts_with('.'))
      readers.user = rule.substr(colon + 1);
  }
  if (may_list && may_read) return {.everybody = true, .user = ""};
  return readers;
}

base::Result<void> check_admits(const Readers& there, const Readers& wanted,
                                std::string_view container) {
  if (wanted.everybody || (!there.everybody && there.user == wanted.user)) return {};
  return base::fail(base::ErrorKind::conflict,
                    "container " + std::string(container) +
                        " has other readers than this request names: expected " +
                        (wanted.user.empty() ? "nobody" : "\"" + text_of(wanted) + "\""));
}

base::Result<void> check_readers(const Readers& readers) {
  const auto is_plain = [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != ',' && c != ':' && c != '\x7f';
  };
  if (std::ranges::all_of(readers.user, is_plain)) return {};
  return base::fail(base::ErrorKind::invalid,
                    "a reader's name: expected no blank, comma, colon or control character");
}

}  // namespace sluice::results
