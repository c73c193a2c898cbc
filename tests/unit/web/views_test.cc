#include "web/views.h"

#include <doctest/doctest.h>

#include "codec/json.h"
#include "support/jobs.h"

namespace sluice::web {

// testgrid 5.1
TEST_CASE("views: a held job says why") {
  auto job = test::job_for("foo");
  job.id = 7;
  job.state = adt::JobState::held;
  job.holds = {{adt::HoldKind::service_down, "p-1", test::kNow, {}, "dns is down"}};
  const auto text = codec::to_json(view_of(job), codec::JsonStyle::compact);
  CHECK(text.find("\"job\": \"j-7\"") != std::string::npos);
  CHECK(text.find("dns is down") != std::string::npos);
}

}  // namespace sluice::web
