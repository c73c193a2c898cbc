// Pause: a part of the grid in which no test is begun, with reason and end. A pause never opens the
// gate. Source: testgrid 1.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace sluice::grid {

// What a pause covers, from the wide to the narrow.
// A worker is meant by its host: all slots there, and nothing of what waits, which others may run.
enum class ScopeKind : std::uint8_t { grid, release, arch, context, worker, package };

struct Scope {
  ScopeKind kind = ScopeKind::grid;
  std::string name;  // "" for the whole grid

  std::string text() const;  // "grid", "arch:riscv64"
  friend bool operator==(const Scope&, const Scope&) = default;
};

// Errors: invalid (names the forms).
base::Result<Scope> parse_scope(std::string_view text);

// soft: nothing new is begun; drain: the same, and who asked waits until nothing runs there; hard:
// what runs is stopped and goes back to the queue, without blame.
enum class PauseMode : std::uint8_t { soft, drain, hard };
std::string_view text_of(PauseMode mode);
std::optional<PauseMode> parse_pause_mode(std::string_view text);

struct Pause {
  std::int64_t id = 0;
  // All of them must match: {release:noble, arch:riscv64}. Never empty.
  std::vector<Scope> scopes;
  PauseMode mode = PauseMode::soft;
  std::string origin = "admin";  // or "monitor:SERVICE"
  std::string reason, created_by;
  base::Instant since{};
  std::optional<base::Instant> until, lifted;

  // The service of a monitor's pause, "" for one of a person.
  std::string service() const;
  bool covers_whole_grid() const;
  std::string ref() const;  // "p-7": how holds and people name it
  friend bool operator==(const Pause&, const Pause&) = default;
};

// Where a job stands. The main queue has no context and is paused as "context:ubuntu".
struct Spot {
  std::string release, arch, context, package;
  std::string host = {};  // that has its lease, or asks for one; "" of a job that waits
};

bool matches(const Pause& pause, const Spot& spot);

// "release:noble,arch:riscv64". Errors: invalid; also of a worker with a package, because whether a
// worker may be served is decided before its next job is looked for.
base::Result<std::vector<Scope>> parse_scopes(std::string_view text);
std::string text_of(const std::vector<Scope>& scopes);

}  // namespace sluice::grid
