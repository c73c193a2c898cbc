// What the gate writes to people. Source: migration 4.5.13, 4.5.14.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "notify/mailer.h"

namespace sluice::notify {

// A version that did not migrate for days, told to its uploaders.
struct StuckNotice {
  std::string source, version, series;
  std::int64_t days = 0;
  std::vector<std::string> reasons;  // names: "autopkgtest"
  std::string excuses_url;           // "" if it is not known
};
Mail stuck_mail(const StuckNotice& notice, std::vector<std::string> recipients);

// Tests that an update broke, told to the bugs that it fixes.
struct RegressionNotice {
  std::string source, version, series;
  std::vector<std::string> tests;  // "green/2 (amd64, arm64)"
  std::string excuses_url;
};
Mail regression_mail(const RegressionNotice& notice, std::string_view bug);

// Of one person's addresses the one to write to: at ubuntu.com, else at canonical.com, else the
// first; "" if there are none.
std::string preferred_address(const std::vector<std::string>& addresses);

}  // namespace sluice::notify
