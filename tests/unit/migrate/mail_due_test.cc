#include "migrate/mail_due.h"

#include <doctest/doctest.h>

#include <vector>

namespace sluice::migrate {
namespace {

// The ages at which a version that is looked at every day gets mails.
std::vector<std::int64_t> mails(StuckKind kind, std::int64_t age_max) {
  std::vector<std::int64_t> ages;
  std::int64_t last_sent = 0;
  for (auto age = stuck_from(kind); age <= age_max; ++age) {
    if (last_sent >= mail_due(age, kind)) continue;
    ages.push_back(age);
    last_sent = mail_due(age, kind);
  }
  return ages;
}

}  // namespace

// migration 4.5.13
TEST_CASE("mail due: rarer and rarer, then every thirty days") {
  CHECK(mails(StuckKind::invalid, 130) == std::vector<std::int64_t>{1, 3, 7, 15, 31, 61, 91, 121});
  CHECK(mails(StuckKind::valid, 130) == std::vector<std::int64_t>{5, 7, 11, 19, 35, 65, 95, 125});
}

// migration 4.5.13
TEST_CASE("mail due: a version that was not looked at for long gets one mail") {
  CHECK(mail_due(100, StuckKind::invalid) == 91);
  CHECK(mail_due(12, StuckKind::valid) == 11);
  CHECK(mail_due(10'000, StuckKind::valid) == 9'995);
}

// migration 4.5.13
TEST_CASE("mail due: never before it is stuck") {
  for (const std::int64_t age : {-1, 0, 1, 3, 4, 5}) CHECK(mail_due(age, StuckKind::valid) == 5);
  CHECK(mail_due(0, StuckKind::invalid) == 1);
}

}  // namespace sluice::migrate
