#include "flow/gate_tests.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "flow/gate_batch.h"
#include "flow/gate_inputs.h"
#include "support/gate_scene.h"
#include "support/published_results.h"
#include "support/temporary_directory.h"

using namespace sluice;
using support::binary;
using support::source;

namespace {

// foo 2 waits for its own test and for that of user, which depends on it.
struct GateTestsScene : support::GateScene {
  explicit GateTestsScene(const std::string& more = "", const std::string& enabled = "yes") {
    auto config = *files.read("c");
    config.replace(config.find("ADT_ENABLE = no"), 15, "ADT_ENABLE = " + enabled);
    config +=
        "ADT_ARCHES = amd64\nADT_AMQP = file:///q\nADT_SWIFT_URL = file:///r\n"
        "ADT_CI_URL = http://ci.example/\n";
    files.put("c", config + more);
    const std::string tested = "Testsuite: autopkgtest\n\n";
    const auto with_tests = [&](std::string text) {
      return text.substr(0, text.size() - 1) + tested;
    };
    files.put("t/Sources", with_tests(source("foo", "1")) + with_tests(source("user", "1")));
    files.put("u/Sources", with_tests(source("foo", "2")) + with_tests(source("user", "1")));
    const auto user = binary("user", "1", "Depends: foo\n");
    files.put("t/Packages_amd64", binary("foo", "1") + user);
    files.put("u/Packages_amd64", binary("foo", "2") + user);
    // Without a past, no failure would be a regression, and nothing would wait (4.6.7).
    files.put("s/autopkgtest-results.cache",
              R"({"old/1": {"user": {"amd64": ["PASS", "1", "20150101_100100@", 1420106460]}}})");
  }
  base::Result<flow::BatchSummary> run(bool dry_run = false) {
    flow::BatchOptions options;
    options.dry_run = dry_run;
    return flow::run_gate_batch(config(), options, files, clock, log);
  }
  std::string read(const std::string& path) { return files.read(path).value_or("(missing)"); }
  void result(const std::string& package, const std::string& status) {
    results +=
        (results.empty() ? "" : ", ") +
        (R"({"trigger": "foo/2", "package": ")" + package + R"(", "arch": "amd64", "version": ")" +
         (package == "foo" ? "2" : "1") + R"(", "status": ")" + status +
         R"(", "run_id": "1", "suite": "testing", "updated_at": "2026-01-01T00:00:00.000Z"})");
    files.put("/r", "{\"results\": [" + results + "]}");
  }
  std::string results;
};

// A store says the same as often as it is asked; Swift is asked about a package once in a run.
enum class Again : std::uint8_t { says_the_same, says_nothing };

// Knows, or does not, a result of the tests of `gone` for old/2.
class ResultOfGone final : public migrate::TestLookup {
 public:
  ResultOfGone(bool has_result, std::string& asked_since, Again again = Again::says_the_same)
      : has_result_(has_result), asked_since_(asked_since), again_(again) {}
  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view,
                                                   std::string_view latest) override {
    if (source != "gone") return std::vector<adt::TestNews>{};
    asked_since_ = latest;
    std::vector<adt::TestNews> news(has_result_ ? 1 : 0);
    for (auto& each : news) each.triggers = {"old/2"};
    if (again_ == Again::says_nothing) has_result_ = false;
    return news;
  }

 private:
  bool has_result_;
  std::string& asked_since_;
  Again again_;
};

// A broker that never says what arrived.
class NeverSure final : public queue::RequestQueue {
 public:
  std::vector<queue::SendOutcome> publish(std::span<const adt::TestRequest> asked) override {
    for (const auto& each : asked) sent.push_back(each.source);
    return std::vector<queue::SendOutcome>(asked.size(), {queue::SendState::unconfirmed, ""});
  }
  base::Result<std::vector<queue::SendState>> look_for(std::span<const adt::TestRequest> asked,
                                                       std::span<const std::int64_t>) override {
    return std::vector<queue::SendState>(asked.size(), queue::SendState::unconfirmed);
  }
  std::vector<std::string> sent;
};

const std::string kRequests =
    "debci-testing-amd64:foo {\"triggers\": [\"foo/2\"], \"submit-time\": \"2023-11-24 "
    "22:13:20\"}\n"
    "debci-testing-amd64:user {\"triggers\": [\"foo/2\"], \"submit-time\": \"2023-11-24 "
    "22:13:20\"}\n";

// Requests for a package that nobody else asks about, made five hours ago, of unknown fate.
void leave_uncertain(GateTestsScene& scene, std::initializer_list<const char*> triggers) {
  auto journal = britney::PendingJournal::load(scene.files, "s");
  REQUIRE(journal);
  for (const auto* trigger : triggers) {
    const std::vector<adt::TestRequest> requests = {
        {"debci-testing-amd64", "gone", "amd64", {trigger}, {}, ""}};
    REQUIRE(journal->intend(requests, scene.clock.now() - std::chrono::hours(5)));
  }
}

}  // namespace

// migration 4.6.6, 4.6.1
TEST_CASE("gate with tests: requests go out once, are noted, and the item waits") {
  GateTestsScene scene;
  REQUIRE(scene.run());
  CHECK(scene.read("/q") == kRequests);
  CHECK(scene.read("s/autopkgtest-pending.json").find("\"foo/2\"") != std::string::npos);
  CHECK(scene.read("o/excuses.yaml").find("RUNNING") != std::string::npos);
  CHECK(scene.read("o/Heidi").find("foo 2") == std::string::npos);
  REQUIRE(scene.run());
  CHECK(scene.read("/q") == kRequests);  // the second run asks nothing
}

// migration 4.6.2, 4.6.7
TEST_CASE("gate with tests: passes let it migrate, and are kept for the next run") {
  GateTestsScene scene;
  REQUIRE(scene.run());
  scene.result("foo", "pass");
  scene.result("user", "pass");
  REQUIRE(scene.run());
  CHECK(scene.read("/q") == kRequests);
  CHECK(scene.read("o/Heidi").find("foo 2") != std::string::npos);
  CHECK(scene.read("s/autopkgtest-results.cache").find("PASS") != std::string::npos);
  CHECK(scene.read("s/autopkgtest-pending.json").find("foo") == std::string::npos);
}

// migration 4.6.1: nobody can know whether an unconfirmed message arrived
TEST_CASE("gate with tests: a debci file does not make uncertain requests go out again") {
  for (const bool told : {false, true}) {
    CAPTURE(told);
    GateTestsScene scene;
    auto config = *scene.files.read("c");
    config.replace(config.find("file:///q"), 9, "amqp://u:p@localhost:1");
    scene.files.put("c", config);
    scene.files.put("/r", R"({"results": []})");
    {
      auto journal = britney::PendingJournal::load(scene.files, "s");
      REQUIRE(journal);
      const std::vector<adt::TestRequest> requests = {
          {"debci-testing-amd64", "foo", "amd64", {"foo/2"}, {}, ""},
          {"debci-testing-amd64", "user", "amd64", {"foo/2"}, {}, ""}};
      REQUIRE(journal->intend(requests, scene.clock.now()));
    }
    if (told) {
      scene.result("foo", "pass");
      scene.result("user", "pass");
    }

    REQUIRE(scene.run());

    const auto pending = scene.read("s/autopkgtest-pending.json");
    CHECK((pending.find("\"user\"") != pending.npos) == !told);
    const auto journal = scene.files.read("s/autopkgtest-pending.journal");
    CHECK(journal.has_value() == !told);  // uncertain ones only
    CHECK(std::ranges::none_of(
        scene.log.lines, [](const auto& line) { return line.find("were not sent") != line.npos; }));
  }
}

// migration 4.6.2: a debci file of unstable's results
TEST_CASE("gate with tests: results of another suite count under Debian's rules only") {
  for (const bool debian : {false, true}) {
    CAPTURE(debian);
    GateTestsScene scene;
    auto config = *scene.files.read("c");
    if (debian) config.erase(config.find("PIUPARTS_ENABLE"), sizeof("PIUPARTS_ENABLE = no"));
    scene.files.put("c", config);
    scene.result("foo", "pass");
    scene.result("user", "pass");
    auto results = scene.read("/r");
    for (auto at = results.find("testing"); at != results.npos; at = results.find("testing"))
      results.replace(at, 7, "sid");
    scene.files.put("/r", results);
    REQUIRE(scene.run());
    CHECK((scene.read("/q") == "(missing)") == debian);
  }
}

// migration 4.6.6
TEST_CASE("gate with tests: a dry run asks and writes nothing") {
  GateTestsScene scene;
  REQUIRE(scene.run(true));
  CHECK(scene.read("/q") == "(missing)");
  CHECK(scene.read("s/autopkgtest-pending.json") == "(missing)");
  CHECK(scene.read("s/autopkgtest-results.cache").starts_with(R"({"old/1")"));
}

// migration 4.6.6
TEST_CASE("gate with tests: ADT_ENABLE = dry-run notes what it would have asked") {
  GateTestsScene scene("", "dry-run");
  REQUIRE(scene.run());
  CHECK(scene.read("/q") == "(missing)");
  CHECK(scene.read("s/autopkgtest-pending.json").find("\"foo/2\"") != std::string::npos);
}

// migration 4.6.1
TEST_CASE("gate with tests: damaged state stops the run instead of asking everything again") {
  GateTestsScene scene;
  scene.files.put("s/autopkgtest-pending.json", "{\"foo/2\": {");
  const auto pending = scene.run();
  REQUIRE_FALSE(pending.has_value());
  CHECK(pending.error().text().find("autopkgtest-pending.json") != std::string::npos);
  GateTestsScene other;
  other.files.put("s/autopkgtest-results.cache", "[]");
  const auto cache = other.run();
  REQUIRE_FALSE(cache.has_value());
  CHECK(cache.error().text().find("autopkgtest-results.cache") != std::string::npos);
  CHECK(other.read("/q") == "(missing)");
}

// migration 4.6.1
TEST_CASE("gate with tests: a second run on one state directory says so and stops") {
  GateTestsScene scene;
  const auto lock = britney::lock_state_directory(scene.files, "s");
  REQUIRE(lock);
  const auto second = scene.run();
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().kind == base::ErrorKind::conflict);
  CHECK(scene.read("/q") == "(missing)");
}

// migration 4.6.1: what was sent stands in the peers' file, whatever becomes of the run
TEST_CASE("gate with tests: a run that breaks off has told what it asked") {
  GateTestsScene scene;
  scene.files.put("o/excuses.html/file", "");  // a directory is where the excuses should be
  REQUIRE_FALSE(scene.run());
  CHECK(scene.read("/q") == kRequests);
  CHECK(scene.read("s/autopkgtest-pending.json").find("\"foo/2\"") != std::string::npos);

  GateTestsScene tester;
  flow::BatchOptions options;
  options.hint_tester = [](flow::HintSession&) {};
  REQUIRE(flow::run_gate_batch(tester.config(), options, tester.files, tester.clock, tester.log));
  CHECK(tester.read("/q") == kRequests);
  CHECK(tester.read("s/autopkgtest-pending.json").find("\"foo/2\"") != std::string::npos);
}

// migration 4.6.1: "without status message or result": nobody asked for it in this run, but it is
// there
TEST_CASE("gate with tests: what has a result is not sent again, whoever asks for it") {
  for (const bool has_result : {true, false}) {
    CAPTURE(has_result);
    GateTestsScene scene;
    leave_uncertain(scene, {"old/2"});
    NeverSure broker;
    std::string asked_since;
    flow::BatchOptions options;
    options.requests = &broker;
    options.results = [&](const std::string&) {
      return std::make_unique<ResultOfGone>(has_result, asked_since);
    };
    REQUIRE(flow::run_gate_batch(scene.config(), options, scene.files, scene.clock, scene.log));
    CHECK(asked_since.starts_with("20231124_16"));  // an hour before it was asked
    CHECK((std::ranges::count(broker.sent, "gone") == 0) == has_result);
    CHECK((scene.read("s/autopkgtest-pending.json").find("gone") == std::string::npos) ==
          has_result);
  }
}

// migration 4.6.1: one answer about a package is enough for all that was asked of it
TEST_CASE("gate with tests: two requests of unknown fate for one package") {
  GateTestsScene scene;
  leave_uncertain(scene, {"older/1", "old/2"});
  NeverSure broker;
  std::string asked_since;
  flow::BatchOptions options;
  options.requests = &broker;
  options.results = [&](const std::string&) {
    return std::make_unique<ResultOfGone>(true, asked_since, Again::says_nothing);
  };
  REQUIRE(flow::run_gate_batch(scene.config(), options, scene.files, scene.clock, scene.log));
  CHECK(std::ranges::count(broker.sent, "gone") == 1);  // older/1, which has no result
  CHECK(scene.read("s/autopkgtest-pending.json").find("older/1") != std::string::npos);
  CHECK(scene.read("s/autopkgtest-pending.json").find("old/2") == std::string::npos);
}

// migration 4.6.1: "without status message or result", and nobody could say whether there is one
TEST_CASE("gate with tests: where results cannot be looked up nothing is sent again") {
  // Fails for `gone` only, which the policy does not ask about.
  class NoAnswer final : public migrate::TestLookup {
   public:
    base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view,
                                                     std::string_view) override {
      if (source == "gone") return base::fail(base::ErrorKind::unavailable, "the store is down");
      return std::vector<adt::TestNews>{};
    }
  };
  GateTestsScene scene;
  leave_uncertain(scene, {"old/2"});
  NeverSure broker;
  flow::BatchOptions options;
  options.requests = &broker;
  options.results = [](const std::string&) { return std::make_unique<NoAnswer>(); };

  REQUIRE(flow::run_gate_batch(scene.config(), options, scene.files, scene.clock, scene.log));

  CHECK(std::ranges::count(broker.sent, "gone") == 0);
  CHECK(scene.read("s/autopkgtest-pending.json").find("gone") != std::string::npos);
  CHECK(scene.files.exists("s/autopkgtest-pending.journal"));  // the next run tries again
  CHECK(scene.log.has(
      "E: Test requests of unknown fate are not sent again in this run: the store is down"));
}

// migration 4.6.2
TEST_CASE("gate with tests: without any database of results the run stops") {
  GateTestsScene scene("ADT_DB_URL = file:///nosuch.db\n");
  const auto stopped = scene.run();
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().text().find("autopkgtest.db") != std::string::npos);
  CHECK(scene.read("/q") == "(missing)");
  CHECK_FALSE(scene.run(true));  // a dry run judges no worse
}

// migration 4.6.2, 1.1: what it does not write it can still read
TEST_CASE("gate with tests: a dry run knows what a database that is here says") {
  const test::TemporaryDirectory directory;
  const auto path = directory.root + "/published.db";
  test::publish_results(
      path,
      "INSERT INTO test VALUES (1, 'testing', 'amd64', 'user'), (2, 'testing', 'amd64', 'foo');"
      "INSERT INTO result VALUES (1, '20230101_100100@', '1', 'foo/2', 1, 0, ''),"
      " (2, '20230101_100101@', '2', 'foo/2', 1, 0, '');");
  GateTestsScene scene("ADT_DB_URL = file://" + path + "\n");
  const auto summary = scene.run(true);
  // So do questions, which are answered as a run would decide (9 (b), 9 (e)).
  const auto config = scene.config();
  const auto loaded = flow::load_engine(config, "", scene.files, scene.clock, scene.log);
  const auto moved = loaded ? loaded->engine->decide()->run.accepted.size() : 0;
  REQUIRE(summary);
  CHECK(summary->accepted == 1);
  CHECK(moved == 1);
  CHECK_FALSE(scene.files.exists("s/autopkgtest.db"));
}
