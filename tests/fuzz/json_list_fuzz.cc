// Any bytes as a document with one long list: what the walker accepts, the parser accepts, with the
// same elements.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "codec/json.h"
#include "codec/json_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::codec;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  List items;
  const auto read = read_json_list(text, "r", [&](const Value& item) { items.push_back(item); });
  const auto whole = parse_json(text);
  // The parser counts the depth from the outside, and of two lists with one key it has the last.
  if (!read || !whole) return 0;
  const auto* list = whole->find("r");
  sluice::base::check(list != nullptr && list->list() != nullptr, "both find the list");
  const auto& last = *list->list();
  sluice::base::check(items.size() >= last.size(), "no element is missing");
  const List tail(items.end() - static_cast<std::ptrdiff_t>(last.size()), items.end());
  sluice::base::check(to_json(tail, JsonStyle::compact) == to_json(last, JsonStyle::compact),
                      "the elements are the same");
  return 0;
}
