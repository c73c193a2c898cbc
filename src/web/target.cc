#include "web/target.h"

#include "base/text.h"
#include "codec/html.h"

namespace sluice::web {

std::string Target::parameter(std::string_view name) const {
  const auto at = query.find(name);
  return at == query.end() ? "" : at->second;
}

base::Result<Target> parse_target(std::string_view text) {
  const auto bad = [] {
    return base::fail(base::ErrorKind::invalid, "the request names no path of this server");
  };
  const auto mark = text.find('?');
  const auto path = text.substr(0, mark);
  if (!path.starts_with('/')) return bad();
  Target target;
  for (const auto part : base::split(path.substr(1), '/')) {
    auto name = codec::percent_decode(part, codec::Plus::stays);
    if (base::has_controls(name) || name == "..") return bad();
    target.path.push_back(std::move(name));
  }
  // "/x/" is "/x": what follows the last slash is nothing.
  if (target.path.back().empty()) target.path.pop_back();
  if (mark == std::string_view::npos) return target;
  for (const auto part : base::split(text.substr(mark + 1), '&')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    auto name = codec::percent_decode(part.substr(0, equals), codec::Plus::is_blank);
    auto value = equals == std::string_view::npos
                     ? std::string()
                     : codec::percent_decode(part.substr(equals + 1), codec::Plus::is_blank);
    target.query.emplace(std::move(name), std::move(value));
  }
  return target;
}

}  // namespace sluice::web
