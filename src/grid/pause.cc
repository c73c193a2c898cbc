#include "grid/pause.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sluice::grid {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"grid",    "release", "arch",
                                                    "context", "worker",  "package"};
constexpr std::array<std::string_view, 3> kModes = {"soft", "drain", "hard"};
constexpr std::string_view kMonitor = "monitor:";
// Queues without a context are shown by this word. Source: autopkgtest 1.1.
constexpr std::string_view kMainContext = "ubuntu";

bool covers(const Scope& scope, const Spot& spot) {
  switch (scope.kind) {
    case ScopeKind::grid: return true;
    case ScopeKind::release: return scope.name == spot.release;
    case ScopeKind::arch: return scope.name == spot.arch;
    case ScopeKind::context:
      return scope.name == (spot.context.empty() ? kMainContext : spot.context);
    case ScopeKind::worker: return scope.name == spot.host;
    case ScopeKind::package: return scope.name == spot.package;
  }
  return false;
}

}  // namespace

std::string Scope::text() const {
  const auto word = std::string(kKinds.at(static_cast<std::size_t>(kind)));
  return kind == ScopeKind::grid ? word : word + ":" + name;
}

std::string Pause::ref() const { return "p-" + std::to_string(id); }

base::Result<Scope> parse_scope(std::string_view text) {
  const auto colon = text.find(':');
  const auto at = std::ranges::find(kKinds, text.substr(0, colon));
  const auto kind = static_cast<ScopeKind>(at - kKinds.begin());
  const bool named = colon != std::string_view::npos && colon + 1 < text.size();
  if (at == kKinds.end() || named != (kind != ScopeKind::grid))
    return base::fail(base::ErrorKind::invalid,
                      "\"" + std::string(text) +
                          "\" is no scope: expected grid, release:NAME, arch:NAME, context:NAME, "
                          "worker:HOST or package:NAME");
  // It would match nothing: the names of slots and of workers there are not those of hosts.
  if (kind == ScopeKind::worker && text.contains('~'))
    return base::fail(base::ErrorKind::invalid,
                      "\"" + std::string(text) + "\": expected the host alone, without \"~\"");
  return Scope{kind, named ? std::string(text.substr(colon + 1)) : ""};
}

base::Result<std::vector<Scope>> parse_scopes(std::string_view text) {
  std::vector<Scope> scopes;
  for (const auto part : base::split(text, ',')) {
    auto scope = parse_scope(base::trim(part));
    if (!scope) return std::unexpected(scope.error());
    scopes.push_back(std::move(*scope));
  }
  const auto has = [&](ScopeKind kind) {
    return std::ranges::find(scopes, kind, &Scope::kind) != scopes.end();
  };
  if (has(ScopeKind::worker) && has(ScopeKind::package))
    return base::fail(base::ErrorKind::invalid,
                      "\"" + std::string(text) + "\": expected worker: or package:, not both");
  return scopes;
}

std::string text_of(const std::vector<Scope>& scopes) {
  std::vector<std::string> texts;
  for (const auto& scope : scopes) texts.push_back(scope.text());
  return base::join(texts, ",");
}

std::string_view text_of(PauseMode mode) { return kModes.at(static_cast<std::size_t>(mode)); }

std::optional<PauseMode> parse_pause_mode(std::string_view text) {
  const auto at = std::ranges::find(kModes, text);
  if (at == kModes.end()) return std::nullopt;
  return static_cast<PauseMode>(at - kModes.begin());
}

std::string Pause::service() const {
  return origin.starts_with(kMonitor) ? origin.substr(kMonitor.size()) : "";
}

bool Pause::covers_whole_grid() const {
  return std::ranges::all_of(scopes, [](const Scope& s) { return s.kind == ScopeKind::grid; });
}

bool matches(const Pause& pause, const Spot& spot) {
  return std::ranges::all_of(pause.scopes, [&](const Scope& s) { return covers(s, spot); });
}

}  // namespace sluice::grid
