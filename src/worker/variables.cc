#include "worker/variables.h"

#include <algorithm>

namespace sluice::worker {
namespace {

bool is_macro_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The longest name that the text begins with; null: none.
const Variables::value_type* find_longest(std::string_view text, const Variables& variables) {
  const Variables::value_type* best = nullptr;
  for (const auto& variable : variables)
    if (text.starts_with(variable.first) &&
        (best == nullptr || variable.first.size() > best->first.size()))
      best = &variable;
  return best;
}

}  // namespace

std::string fill_variables(std::string_view text, const Variables& variables) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto* variable = text[at] == '$' ? find_longest(text.substr(at + 1), variables) : nullptr;
    out += variable == nullptr ? std::string(1, text[at]) : variable->second;
    at += variable == nullptr ? 1 : 1 + variable->first.size();
  }
  return out;
}

base::Result<std::pair<std::string, std::string>> parse_variable(std::string_view text) {
  const auto at = text.find('=');
  if (at == std::string_view::npos || at == 0)
    return base::fail(base::ErrorKind::invalid,
                      "expected KEY=VALUE instead of " + std::string(text));
  return std::pair{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

base::Result<FilledText> fill_macros(std::string_view text, const Variables& credentials) {
  FilledText out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text[at] == '#' ? text.find('#', at + 1) : std::string_view::npos;
    const auto name =
        end == std::string_view::npos ? std::string_view() : text.substr(at + 1, end - at - 1);
    if (name.empty() || !std::ranges::all_of(name, is_macro_letter)) {
      out.text += text[at++];
      continue;
    }
    const auto found = credentials.find(name);
    if (found == credentials.end())
      return base::fail(base::ErrorKind::not_found,
                        "no credential for the macro #" + std::string(name) + "#");
    out.text += found->second;
    if (!found->second.empty()) out.used.push_back(found->second);
    at = end + 1;
  }
  return out;
}

}  // namespace sluice::worker
