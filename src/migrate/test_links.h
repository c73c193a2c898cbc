// Addresses of a test's log, history, artifacts and retry. Source: migration 4.6.8, 4.8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "migrate/settings.h"
#include "migrate/test_rules.h"

namespace sluice::migrate {

class TestLinks {
 public:
  // Both must outlive this. `series` is never empty.
  TestLinks(const AdtSettings& settings, const TestRules& rules, std::string series);

  // `run_id`: nothing for a test that has no result yet.
  std::string log(std::string_view source, std::string_view arch,
                  std::optional<std::string_view> run_id) const;
  std::string history(std::string_view source, std::string_view arch) const;  // "" with PPAs
  // "" without PPAs, or for a log that is not one of a run.
  std::string artifacts(std::string_view log_url) const;
  std::string retry(std::string_view source, std::string_view arch, std::string_view trigger,
                    std::string_view run_id) const;

 private:
  const AdtSettings& settings_;
  const TestRules& rules_;
  std::string series_;
};

}  // namespace sluice::migrate
