// covers: batch_session.cc gate_outputs.cc gate_launchpad.cc
#include "flow/gate_batch.h"

#include <doctest/doctest.h>

#include "support/gate_scene.h"
#include "support/get_only_http.h"

using namespace sluice;
using support::source;

namespace {

template <class Set>
flow::BatchOptions with(const Set& set) {
  flow::BatchOptions options;
  set(options);
  return options;
}

struct BatchScene : support::GateScene {
  base::Result<flow::BatchSummary> run(const flow::BatchOptions& options = {}) {
    return flow::run_gate_batch(config(), options, files, clock, log);
  }
  std::string read(const std::string& path) { return files.read(path).value_or("(missing)"); }
};

}  // namespace

// migration 8
TEST_CASE("batch: decides and writes every output") {
  BatchScene scene;
  const auto summary = scene.run();
  REQUIRE(summary);
  CHECK(summary->accepted == 1);
  CHECK(scene.read("o/Heidi").find("foo 2 source misc") != std::string::npos);
  CHECK(scene.read("o/HeidiDelta") == "#HeidiDelta\nfoo 2\n");
  CHECK(scene.read("o/output.txt").find("accepted: foo") != std::string::npos);
  CHECK(scene.read("o/excuses.yaml").find("is-candidate: true") != std::string::npos);
  CHECK(scene.read("s/age-policy-dates").find("foo 2 ") != std::string::npos);
  CHECK(scene.log.has("I: Update Excuses generation completed"));
  CHECK(scene.log.has("I: Test completed!"));
}

// migration 1.1
TEST_CASE("batch: a dry run writes the list of uninstallable packages and nothing else") {
  BatchScene scene;
  REQUIRE(scene.run(with([](auto& o) { o.dry_run = true; })));
  CHECK(scene.files.exists("o/noninst"));
  for (const auto* path :
       {"o/excuses.html", "o/excuses.yaml", "o/output.txt", "o/Heidi", "s/age-policy-dates"})
    CHECK(!scene.files.exists(path));
}

// migration 1.1, 0
TEST_CASE("batch: without computing migrations only excuses and state are written") {
  BatchScene scene;
  REQUIRE(scene.run(with([](auto& o) { o.compute_migrations = false; })));
  CHECK(scene.files.exists("o/excuses.yaml"));
  CHECK(scene.files.exists("s/age-policy-dates"));
  CHECK(!scene.files.exists("o/output.txt"));
  CHECK(!scene.files.exists("o/Heidi"));
}

// migration 1.1
TEST_CASE("batch: --actions tries exactly these and writes no Heidi files") {
  BatchScene scene;
  const auto summary = scene.run(with([](auto& o) { o.actions = "foo/2 nosuch/1 a/b/c/d/e"; }));
  REQUIRE(summary);
  CHECK(summary->accepted == 1);
  CHECK(!scene.files.exists("o/Heidi"));
  CHECK(!scene.files.exists("o/excuses.html"));
}

// migration 1.1, 8.7: nothing was judged, so nothing replaces what is known
TEST_CASE("batch: --actions leaves the state of the policies as it is") {
  for (const auto rules : {migrate::RuleSet::ubuntu, migrate::RuleSet::debian}) {
    BatchScene scene;
    scene.rules = rules;
    REQUIRE(scene.run());
    const auto dates = scene.read("s/age-policy-dates");
    REQUIRE(dates.contains("foo"));
    REQUIRE(scene.run(with([](auto& o) { o.actions = "foo/2"; })));
    CHECK(scene.read("s/age-policy-dates") == dates);
  }
}

// migration 1.1, 8.5
TEST_CASE("batch: --print-uninst prints the report and writes nothing") {
  BatchScene scene;
  std::string printed;
  REQUIRE(scene.run(with([&](auto& o) {
    o.print_uninst = true;
    o.print = [&](std::string_view text) { printed += text; };
  })));
  CHECK(printed.find("* amd64") != std::string::npos);
  CHECK(!scene.files.exists("o/noninst"));
  CHECK(!scene.files.exists("o/excuses.html"));
}

// migration 1.1, 8.4
TEST_CASE("batch: --nuninst-cache believes the file") {
  BatchScene scene;
  scene.files.put("o/noninst", "Built on: x\n\namd64: user\namd64+all: user\n");
  const auto summary = scene.run(with([](auto& o) { o.nuninst_cache = true; }));
  REQUIRE(summary);
  CHECK(summary->uninstallable.at("amd64").first == 1);
}

// migration 8.9
TEST_CASE("batch: the hint tester executes easy hints and judges again with others") {
  BatchScene scene;
  std::vector<std::string> blocked, forced, names;
  base::Result<std::vector<std::string>> bad = std::vector<std::string>{};
  const auto test_hints = [&](flow::HintSession& session) {
    names = session.complete_item("f");
    forced = session.apply("force-hint foo/2").value();
    bad = session.apply("no-such-hint foo");
    blocked = session.apply("block foo").value();
  };
  REQUIRE(scene.run(with([&](auto& o) { o.hint_tester = test_hints; })));
  CHECK(names == std::vector<std::string>{"foo/2"});
  CHECK(std::ranges::find(forced, "final: foo") != forced.end());
  CHECK(!bad);
  CHECK(scene.read("o/excuses.yaml").find("due to block request by") != std::string::npos);
}

// a disk that is full costs the run, and leaves old outputs whole
TEST_CASE("batch: when the disk is full the error names the file and old outputs stay") {
  for (int nth = 1; nth <= 7; ++nth) {
    CAPTURE(nth);
    BatchScene scene;
    REQUIRE(scene.run());
    const auto before = scene.read("o/Heidi");
    scene.files.put("u/Sources", source("foo", "3"));
    scene.files.fill_up_at(nth);
    const auto again = scene.run();
    REQUIRE(!again);
    CHECK(again.error().text().find("No space left") != std::string::npos);
    if (nth <= 5) CHECK(scene.read("o/Heidi") == before);
  }
}

// migration 2.1
TEST_CASE("batch: a missing index ends the run and is named") {
  BatchScene scene;
  REQUIRE(scene.files.remove("u/Packages_amd64"));
  const auto done = scene.run();
  REQUIRE(!done);
  CHECK(done.error().text().find("u/Packages_amd64") != std::string::npos);
}

namespace {

// A Launchpad that nobody reaches.
class NoNetwork final : public test::GetOnlyHttp {
 public:
  base::Result<sys::HttpResponse> get(const sys::HttpRequest&) override {
    ++asked;
    return base::fail(base::ErrorKind::unavailable, "no such machine");
  }
  int asked = 0;
};

}  // namespace

// migration 0, 4.5.11
TEST_CASE(
    "batch: an unreachable Launchpad is one warning, asked once, and never the end of a run") {
  BatchScene scene;
  REQUIRE(scene.files.remove("u/SourcePPA"));
  NoNetwork network;
  const auto summary = scene.run(with([&](auto& o) { o.http = &network; }));
  REQUIRE(summary);
  CHECK(summary->accepted == 1);
  CHECK(network.asked == 1);
  CHECK(std::ranges::count_if(scene.log.lines, [](const auto& line) {
          return line.starts_with("W: ") && line.find("aunchpad") != std::string::npos;
        }) == 1);
}

// migration 9 (c)
TEST_CASE("batch: --maximal prints hints after the run and changes nothing") {
  BatchScene plain, asked;
  std::vector<std::string> printed;
  REQUIRE(plain.run());
  REQUIRE(asked.run(with([&](auto& options) {
    options.maximal = flow::Maximal::show;
    options.print = [&](std::string_view line) {
      printed.emplace_back(line);
      CHECK(asked.files.read("o/Heidi"));  // what fails here costs the run nothing
    };
  })));
  REQUIRE(printed.size() == 1);
  CHECK(printed[0].starts_with("# Maximal set: 0 more items"));
  CHECK(asked.read("o/Heidi") == plain.read("o/Heidi"));
  CHECK(asked.read("o/output.txt") == plain.read("o/output.txt"));
}

// migration 9 (c): asked for in vain, it is not passed over in silence
TEST_CASE("batch: --maximal without a migration says that there is no set") {
  for (const auto maximal : {flow::Maximal::show, flow::Maximal::apply}) {
    BatchScene scene;
    REQUIRE(scene.run(with([&](auto& options) {
      options.maximal = maximal;
      options.compute_migrations = false;
    })));
    CHECK(scene.log.has("W: No maximal set is sought, as no migration is computed"));
  }
}

// migration 9 (c): a and b need each other and c is linked to both. c breaks its user, so the three
// fail together, and the run then tries only single ones.
TEST_CASE("batch: --apply-maximal moves what the run left behind") {
  using support::binary;
  for (const bool applied : {false, true}) {
    CAPTURE(applied);
    BatchScene scene;
    std::string old_sources, new_sources, old_packages;
    for (const auto* name : {"a", "b", "c"}) {
      old_sources += source(name, "1");
      new_sources += source(name, "2");
      old_packages += binary(name, "1");
    }
    const auto user = binary("user", "1", "Depends: c (<< 2)\n");
    scene.files.put("t/Sources", old_sources + source("user", "1"));
    scene.files.put("u/Sources", new_sources + source("user", "1"));
    scene.files.put("t/Packages_amd64", old_packages + user);
    scene.files.put("u/Packages_amd64", binary("a", "2", "Depends: b (>= 2) | c (>= 2)\n") +
                                            binary("b", "2", "Depends: a (>= 2)\n") +
                                            binary("c", "2", "Depends: a (>= 2)\n") + user);
    scene.files.put("c", *scene.files.read("c") + "IMPLICIT_DEPS = no\n");
    std::vector<std::string> printed;
    const auto summary = scene.run(with([&](auto& options) {
      options.maximal = applied ? flow::Maximal::apply : flow::Maximal::show;
      options.print = [&](std::string_view line) { printed.emplace_back(line); };
    }));
    REQUIRE(summary);
    CHECK(printed.back() == "easy a/2 b/2");
    CHECK(summary->accepted == (applied ? 2 : 0));
    CHECK(summary->uninstallable.at("amd64") == std::pair<std::int64_t, std::int64_t>{0, 0});
    CHECK((scene.read("o/output.txt").find("Trying easy from maximal: a/2 b/2") !=
           std::string::npos) == applied);
  }
}

// migration 4.6.1: also without tests: the dates of one run must not undo those of another
TEST_CASE("batch: a second run on one state directory says so and stops") {
  BatchScene scene;
  const auto lock = scene.files.lock("s/.sluice.lock");
  REQUIRE(lock);
  const auto second = scene.run();
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == base::ErrorKind::conflict);
  CHECK(scene.run(with([](auto& o) { o.dry_run = true; })));  // writes nothing there
  CHECK(!scene.files.exists("o/Heidi"));
}

// migration 9 (c), 7.3: what the run could not add when it began may go when it ends. b is of bsrc
// 1 in testing, with a higher version than asrc 2 has, until bsrc 2 does without it.
TEST_CASE("batch: --maximal knows of items that the run could not even try") {
  using support::binary;
  BatchScene scene;
  scene.files.put("t/Sources", source("asrc", "1") + source("bsrc", "1"));
  scene.files.put("u/Sources", source("asrc", "2") + source("bsrc", "2"));
  scene.files.put("t/Packages_amd64", binary("a", "1", "Source: asrc\n") +
                                          binary("b", "2.0", "Source: bsrc (1)\n") +
                                          binary("c", "1", "Source: bsrc\n"));
  scene.files.put("u/Packages_amd64", binary("a", "2", "Source: asrc\n") +
                                          binary("b", "1.0", "Source: asrc (2)\n") +
                                          binary("c", "2", "Source: bsrc\n"));
  std::vector<std::string> printed;
  REQUIRE(scene.run(with([&](auto& options) {
    options.maximal = flow::Maximal::show;
    options.print = [&](std::string_view line) { printed.emplace_back(line); };
  })));
  REQUIRE(scene.read("o/output.txt").find("not adding package to list: asrc") != std::string::npos);
  REQUIRE(!printed.empty());
  CHECK(printed.front().starts_with("# Maximal set: 1 more items"));
  CHECK(std::ranges::find(printed, "hint asrc/2") != printed.end());
}
