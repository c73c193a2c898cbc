#include "sim/runs.h"

#include <array>

#include "base/text.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "results/bundle.h"
#include "support/jobs.h"
#include "support/tar_text.h"

namespace sluice::sim {
namespace {

std::string tar_of(const adt::RequestMessage& request, const adt::AttemptEnd& end,
                   const flow::LeaseRef& lease) {
  codec::List env;
  if (!request.triggers.empty())
    env.emplace_back("ADT_TEST_TRIGGERS=" + base::join(request.triggers, " "));
  codec::Map info{{"custom_environment", env}, {"outcome", adt::text_of(end.outcome)}};
  if (!lease.worker.empty()) {
    info["lease"] = results::lease_name(lease.job, lease.epoch);
    info["worker-unit"] = lease.worker;
    info["outcome-blame"] = adt::text_of(end.blame);
    info["outcome-phase"] = "test-end";
    if (!end.suspicion.empty()) info["outcome-suspicion"] = end.suspicion;
  }
  return test::tar_text({{"exitcode", std::to_string(end.exit_code)},
                         {"testpkg-version", end.version},
                         {"duration", std::to_string(end.duration.count())},
                         {"testinfo.json", codec::to_json(info, codec::JsonStyle::compact)}});
}

}  // namespace

adt::AttemptEnd end_of_run(const World& world, const adt::RequestMessage& request,
                           const adt::QueueName& queue, std::int64_t epoch, adt::Outcome outcome) {
  adt::AttemptEnd end;
  end.outcome = outcome;
  end.blame = adt::Blame::package;
  end.exit_code = test::exit_code_for(outcome);
  end.version = request.package + " 1";
  end.duration = std::chrono::seconds(60);
  const auto run_id = adt::make_run_id(world.clock.truth, adt::request_key(request, queue), epoch);
  end.place = adt::place_of(request, queue, run_id, adt::RunKind::result);
  end.digest = codec::sha256_hex(end.place.directory);  // the server compares it with nothing
  return end;
}

base::Result<void> store_run(World& world, const adt::RequestMessage& request,
                             const adt::AttemptEnd& end, const flow::LeaseRef& lease) {
  auto& store = world.store;
  if (auto made = store.ensure_container(end.place.container, {}); !made) return made;
  const std::array<std::pair<const char*, std::string>, 2> files{
      {{"/log.gz", "log"}, {"/result.tar", tar_of(request, end, lease)}}};
  for (const auto& [name, bytes] : files) {
    results::Object object;
    object.bytes = bytes;
    if (auto put = store.put(end.place.container, end.place.directory + name, object); !put)
      return put;
  }
  return {};
}

adt::Outcome some_verdict(World& world) {
  const auto luck = world.random.below(100);
  if (luck < 60) return adt::Outcome::pass;
  if (luck < 85) return adt::Outcome::fail;
  return luck < 93 ? adt::Outcome::neutral : adt::Outcome::untestable_deps;
}

}  // namespace sluice::sim
