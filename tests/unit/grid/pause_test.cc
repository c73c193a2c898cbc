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
  for (const auto* bad : {"", "all", "arch", "arch:", "grid:x", "arch:a,,grid", "worker:"})
    CHECK(parse_scopes(bad).error().text().find("expected grid") != std::string::npos);
  CHECK(parse_pause_mode(text_of(PauseMode::hard)) == PauseMode::hard);
  CHECK(parse_pause_mode("soft") == PauseMode::soft);
  CHECK(parse_pause_mode(text_of(PauseMode::drain)) == PauseMode::drain);
  CHECK_FALSE(parse_pause_mode("medium"));
}

// testgrid 1.7
TEST_CASE("pause: a worker is a host, and covers what runs there, not what waits") {
  const Spot there{"noble", "amd64", "", "foo", "lab-3"};
  CHECK(matches(pause_of("worker:lab-3"), there));
  CHECK_FALSE(matches(pause_of("worker:lab"), there));
  CHECK_FALSE(matches(pause_of("worker:lab-3"), {"noble", "amd64", "", "foo"}));
  CHECK(matches(pause_of("worker:lab-3,release:noble"), there));
  CHECK_FALSE(matches(pause_of("worker:lab-3,release:jammy"), there));
  CHECK_FALSE(pause_of("worker:lab-3").covers_whole_grid());
}

// testgrid 1.7
TEST_CASE("pause: a worker is not named by a slot, nor with a package") {
  CHECK(parse_scopes("worker:lab~w-1").error().text().contains("expected the host alone"));
  CHECK(parse_scopes("worker:a,package:b").error().text().contains("not both"));
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
