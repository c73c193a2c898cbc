#include "grid/pause.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::grid {
namespace {

Pause pause_of(const char* scopes) {
  Pause pause;
  pause.scopes = parse_scopes(scopes).value();
  return pause;
}

}  // namespace

// testgrid 1.7
TEST_CASE("pause: which jobs it covers") {
  const Spot spot{"noble", "riscv64", "huge", "foo"};
  const struct {
    const char* scopes;
    bool matches;
  } cases[] = {{"grid", true},
               {"release:noble", true},
               {"release:jammy", false},
               {"arch:riscv64", true},
               {"arch:amd64", false},
               {"context:huge", true},
               {"context:ppa", false},
               {"package:foo", true},
               {"package:bar", false},
               {"release:noble,arch:riscv64", true},
               {"release:noble, arch:amd64", false}};
  for (const auto& c : cases)
    CHECK_MESSAGE(matches(pause_of(c.scopes), spot) == c.matches, c.scopes);
  CHECK(pause_of("grid").covers_whole_grid());
  CHECK_FALSE(pause_of("arch:amd64").covers_whole_grid());
}

// testgrid 1.7; autopkgtest 1.1
TEST_CASE("pause: the main queue has a name, and only it is meant by that") {
  CHECK(matches(pause_of("context:ubuntu"), {"noble", "amd64", "", "foo"}));
  CHECK_FALSE(matches(pause_of("context:ubuntu"), {"noble", "amd64", "huge", "foo"}));
  CHECK_FALSE(matches(pause_of("context:huge"), {"noble", "amd64", "", "foo"}));
  CHECK_FALSE(parse_scopes("context:"));
}

// testgrid 1.7
TEST_CASE("pause: texts are read back, others named") {
  for (const auto* text : {"grid", "arch:riscv64", "release:noble,arch:riscv64"})
    CHECK(text_of(parse_scopes(text).value()) == text);
  for (const auto* bad : {"", "all", "arch", "arch:", "grid:x", "arch:a,,grid"})
    CHECK(parse_scopes(bad).error().text().find("expected grid") != std::string::npos);
  CHECK(parse_pause_mode(text_of(PauseMode::hard)) == PauseMode::hard);
  CHECK(parse_pause_mode("soft") == PauseMode::soft);
  CHECK_FALSE(parse_pause_mode("medium"));
}

// testgrid 1.7
TEST_CASE("pause: holds and people name it by its number") {
  Pause pause;
  pause.id = 7;
  CHECK(pause.ref() == "p-7");
}

// testgrid 1.7
TEST_CASE("pause: of a monitor it names the service") {
  Pause pause;
  CHECK(pause.service().empty());
  pause.origin = "monitor:dns";
  CHECK(pause.service() == "dns");
}

}  // namespace sluice::grid
