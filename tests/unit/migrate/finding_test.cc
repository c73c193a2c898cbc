// covers: finding_text.cc
#include "migrate/finding.h"

#include <doctest/doctest.h>

using namespace sluice::migrate;

// migration 4.4
TEST_CASE("policy names are the keys of policy_info") {
  CHECK(text_of(PolicyId::rc_bugs) == "rc-bugs");
  CHECK(text_of(PolicyId::implicit_deps) == "implicit-deps");
  CHECK(text_of(PolicyId::linux_meta) == "linux");
  CHECK(text_of(PolicyId::builtonbuildd) == "builtonbuildd");
  CHECK(text_of(PolicyId::sru_regression) == "sruadtregression");
}
