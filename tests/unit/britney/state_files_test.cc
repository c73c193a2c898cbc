#include "britney/state_files.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/memory_files.h"

namespace sluice::britney {
namespace {

constexpr std::int64_t kStateNow = 1700864000;

struct StateSetting {
  explicit StateSetting(migrate::RuleSet rules = migrate::RuleSet::ubuntu) {
    config.settings.rules = rules;
    config.settings.age.days_of_urgency = {{"medium", 5}, {"high", 2}};
    config.settings.age.default_urgency = "medium";
    config.paths.testing = "t";
    config.paths.unstable = "u";
    config.paths.state_dir = "state";
    snapshot = support::archive().testing().package("a", "1").unstable().package("a", "2").build();
  }
  Read<State> load() {
    return load_state(files, config, *snapshot, base::instant_of_seconds(kStateNow));
  }
  base::Result<void> save(const State& state) {
    return save_state(files, config, state,
                      {state.facts.age.first_seen, {}, state.facts.source_ppas});
  }
  test::MemoryFileSystem files;
  Config config;
  std::shared_ptr<const deb::Snapshot> snapshot;
};

bool mentions(const Messages& messages, std::string_view text) {
  return std::ranges::any_of(
      messages, [&](const Message& each) { return each.text.find(text) != std::string::npos; });
}

}  // namespace

// migration 2.5, 8.7
TEST_CASE("state: nothing there means nothing known, and a run that can go on") {
  StateSetting setting;

  const auto read = setting.load();

  CHECK(read.value.dates_read);
  CHECK(read.value.facts.age.first_seen.empty());
  CHECK(read.value.facts.blocks.empty());
  CHECK(std::ranges::count(read.messages, base::Level::error, &Message::level) == 0);
  CHECK(mentions(read.messages, "No urgencies"));
}

// migration 2.5, 8.7
TEST_CASE("state: FAKE_RUNTIME is the time of the age policy only") {
  StateSetting setting;
  setting.config.fake_runtime = 1000;

  const auto facts = setting.load().value.facts;

  CHECK(facts.now == base::instant_of_seconds(kStateNow));
  CHECK(facts.age_now == base::instant_of_seconds(1000));
}

// migration 2.5, 8.7
TEST_CASE("state: the state directory comes before the suite's old files") {
  StateSetting setting;
  setting.files.put("t/Dates", "a 1 1600000000\n");
  CHECK(setting.load().value.facts.age.first_seen.at("a").version == "1");
  setting.files.put("state/age-policy-dates", "a 2 1700000000\n");

  CHECK(setting.load().value.facts.age.first_seen.at("a").version == "2");
}

// migration 2.5, 8.7
TEST_CASE("state: dates of the suite directory move into the state directory") {
  StateSetting setting;
  setting.files.put("t/Dates", "b 1 1600000000\na 1 1600000001\n");

  REQUIRE(setting.save(setting.load().value));

  CHECK(setting.files.read("state/age-policy-dates").value() == "a 1 1600000001\nb 1 1600000000\n");
  CHECK_FALSE(setting.files.exists("t/Dates"));
}

// migration 2.5, 8.7
TEST_CASE("state: without a state directory the dates stay in the suite") {
  StateSetting setting;
  setting.config.paths.state_dir = "";
  setting.files.put("t/Dates", "a 1 1600000000\n");

  REQUIRE(setting.save(setting.load().value));

  CHECK(setting.files.read("t/Dates").value() == "a 1 1600000000\n");
}

// migration 2.5, 8.7
TEST_CASE("state: Debian's rules keep days") {
  StateSetting setting(migrate::RuleSet::debian);
  setting.files.put("state/age-policy-dates", "a 1 19000\n");

  REQUIRE(setting.save(setting.load().value));

  CHECK(setting.files.read("state/age-policy-dates").value() == "a 1 19000\n");
}

// migration 2.5, 8.7
TEST_CASE("state: urgencies are filtered by the versions of the suites") {
  StateSetting setting;
  setting.files.put("state/age-policy-urgencies", "a 2 high\na 1 high\nother 2 high\n");

  CHECK(setting.load().value.facts.age.urgency == migrate::ByName<std::string>{{"a", "high"}});
}

// migration 2.5, 8.7
TEST_CASE("state: bugs by suite name, else both old files together") {
  StateSetting setting;
  setting.files.put("t/BugsV", "a 1\n");
  CHECK(setting.load().value.facts.bugs_in_target.empty());
  setting.files.put("u/BugsV", "a 1,2\n");
  CHECK(setting.load().value.facts.bugs_in_target.contains("a"));
  setting.files.put("state/rc-bugs-unstable", "a 7\n");

  const auto facts = setting.load().value.facts;

  CHECK(facts.bugs_in_target.empty());
  CHECK(facts.bugs_in_source.at("a").contains("7"));
}

// migration 2.5, 8.7
TEST_CASE("state: piuparts is read only when its policy is on") {
  StateSetting setting;
  const std::string summary =
      R"({"_id": "Piuparts Package Test Results Summary", "_version": "1.0", )"
      R"("packages": {"a": {"s": ["F", 0, "u"]}}})";
  setting.files.put("state/piuparts-summary-testing.json", summary);
  setting.files.put("state/piuparts-summary-unstable.json", "{");

  const auto read = setting.load();
  setting.config.settings.piuparts = false;
  const auto off = setting.load();

  CHECK(read.value.facts.piuparts_in_target.at("a").state == 'F');
  CHECK(read.value.facts.piuparts_in_source.empty());
  CHECK(mentions(read.messages, "state/piuparts-summary-unstable.json: "));
  CHECK(off.value.facts.piuparts_in_target.empty());
}

// migration 2.5, 8.7
TEST_CASE("state: signers are read only when their policy is on, and missed then") {
  StateSetting setting;
  setting.config.settings.check_buildd = true;
  CHECK(mentions(setting.load().messages, "there is no state/signers.json"));
  setting.files.put("state/signers.json", R"({"b": {"1": {"all": {"buildd": true}}}})");

  CHECK(setting.load().value.facts.signers.at("b").at("1").at("all").buildd);
}

// migration 2.5, 8.7
TEST_CASE("state: Launchpad's files belong to Ubuntu's rules") {
  StateSetting ubuntu;
  StateSetting debian(migrate::RuleSet::debian);
  for (auto* setting : {&ubuntu, &debian}) {
    setting->files.put("u/Blocks", "a 1 2\n");
    setting->files.put("u/ExcuseBugs", "a 3 4\n");
    setting->files.put("u/SourcePPA", R"({"a": {"2": "ppa"}})");
  }

  CHECK(ubuntu.load().value.facts.blocks.at("a")[0].bug == "1");
  CHECK(ubuntu.load().value.facts.excuse_bugs.at("a")[0].bug == "3");
  CHECK(ubuntu.load().value.facts.source_ppas.at("a").at("2") == "ppa");
  CHECK(debian.load().value.facts.blocks.empty());
  REQUIRE(debian.save(debian.load().value));
  CHECK(debian.files.read("u/SourcePPA").value() == R"({"a": {"2": "ppa"}})");
}

// migration 2.5, 8.7
TEST_CASE("state: binary garbage in every file costs messages, never the run") {
  StateSetting setting;
  setting.config.settings.check_buildd = true;
  const std::string garbage("\x7f\xff\0\n\x80 \x81 \x82 {[\n", 14);
  for (const auto* file :
       {"state/age-policy-dates", "state/age-policy-urgencies", "state/rc-bugs-testing",
        "state/rc-bugs-unstable", "state/piuparts-summary-testing.json",
        "state/piuparts-summary-unstable.json", "state/signers.json", "u/Blocks", "u/ExcuseBugs",
        "u/SourcePPA"})
    setting.files.put(file, garbage);

  const auto read = setting.load();

  CHECK(read.value.facts.age.first_seen.empty());
  CHECK(mentions(read.messages, "state/age-policy-dates, line 1"));
  CHECK(mentions(read.messages, "state/rc-bugs-testing, line 1"));
  CHECK(mentions(read.messages, "state/signers.json: text"));
  CHECK(mentions(read.messages, "u/Blocks, line 1"));
  CHECK(mentions(read.messages, "u/SourcePPA: text"));
}

// migration 2.5, 8.7
TEST_CASE("state: dates that cannot be read are not overwritten") {
  StateSetting setting;
  REQUIRE(setting.files.create_directories("state/age-policy-dates"));

  const auto read = setting.load();

  CHECK_FALSE(read.value.dates_read);
  CHECK(mentions(read.messages, "state/age-policy-dates"));
  CHECK(setting.save(read.value));
  CHECK(setting.files.status("state/age-policy-dates")->directory);
}

// migration 2.5, 8.7
TEST_CASE("state: a full disk leaves every old file whole") {
  for (const int nth : {1, 2}) {
    CAPTURE(nth);
    StateSetting setting;
    setting.files.put("t/Dates", "a 1 1600000000\n");
    setting.files.put("u/SourcePPA", "{}");
    const auto state = setting.load().value;
    setting.files.fill_up_at(nth);

    const auto saved = setting.save(state);

    REQUIRE_FALSE(saved);
    CHECK(saved.error().text().find("No space left") != std::string::npos);
    CHECK(setting.files.read("t/Dates").value() == "a 1 1600000000\n");
    CHECK(setting.files.read("u/SourcePPA").value() == "{}");
    CHECK_FALSE(setting.files.exists("state/age-policy-dates"));
  }
}

// migration 2.5, 8.7
TEST_CASE("state: a power cut after saving loses no date") {
  StateSetting setting;
  setting.files.put("t/Dates", "a 1 1600000000\n");
  REQUIRE(setting.save(setting.load().value));

  setting.files.crash();

  CHECK(setting.load().value.facts.age.first_seen.at("a").seconds == 1600000000);
}

}  // namespace sluice::britney
