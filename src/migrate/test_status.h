// What a run makes of one test, and the words for it. Source: migration 4.6.7, 4.6.8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::migrate {

enum class TestStatus : std::uint8_t {
  pass,
  old_pass,
  neutral,
  old_neutral,
  always_fail,
  regression,
  ignore_fail,
  running,
  running_reference,
  running_always_fail,
};

std::string_view text_of(TestStatus status);   // "RUNNING-ALWAYSFAIL", as in excuses.yaml
std::string_view label_of(TestStatus status);  // "Test in progress", for people
std::string_view color_of(TestStatus status);  // "99ddff", behind the label

// One test of an item on one architecture, as an excuse shows it.
struct TestOutcome {
  std::string source;   // that is tested
  std::string version;  // of it; "" while nothing but running tests is known of the source
  std::string arch;
  TestStatus status = TestStatus::running;
  std::string log_url, history_url, artifact_url, retry_url;  // "" where there is none
  // Where the status says that a test runs, and none will before somebody asks: what became of the
  // request, "was cancelled by ada" (adr 35). The statuses are the peers', who have none for it.
  std::string end = {};
};

}  // namespace sluice::migrate
