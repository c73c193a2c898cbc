// The gate's two doors to a grid of its own: requests become jobs of the keeper, results are its
// runs. Calls wait for the keeper, so they must not come from its thread.
// Source: architecture 6; migration 4.6.2, 4.6.6.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flow/keeper.h"
#include "migrate/facts.h"
#include "migrate/settings.h"
#include "queue/request_queue.h"
#include "store/run_rows.h"

namespace sluice::flow {

class LocalRequestQueue final : public queue::RequestQueue {
 public:
  explicit LocalRequestQueue(Keeper& keeper) : keeper_(keeper) {}

  std::vector<queue::SendOutcome> publish(std::span<const adt::TestRequest> requests) override;
  // The keeper has what it confirmed: no request is ever uncertain for long.
  base::Result<std::vector<queue::SendState>> look_for(
      std::span<const adt::TestRequest> requests,
      std::span<const std::int64_t> behind = {}) override;
  std::size_t batch_max() const override { return 5'000; }

 private:
  Keeper& keeper_;
};

// Whose runs count for a gate.
struct GateRuns {
  std::string release;
  std::string container;  // without PPAs that of the release; with PPAs that of the last
};
GateRuns runs_of_gate(const std::string& release, const std::vector<std::string>& ppas);

class LocalResults final : public migrate::TestLookup {
 public:
  LocalResults(Keeper& keeper, GateRuns runs) : keeper_(keeper), runs_(std::move(runs)) {}

  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view arch,
                                                   std::string_view latest_run) override;

 private:
  Keeper& keeper_;
  GateRuns runs_;
};

// Takes back the gate's requests for a release whose triggers are not there any more (testgrid 6.5,
// item 5). Answers how many.
base::Result<std::size_t> withdraw_requests(Keeper& keeper, const std::string& release,
                                            const JobDesk::IsThere& is_there);

// A run as news for a gate; nothing if it is none: it did not run, was for another release or with
// other PPAs, or has no triggers.
std::optional<adt::TestNews> news_of_run(const store::RunRow& run, const GateRuns& runs);

// The grid is asked for one package after the other, as Swift is, whatever the configuration names.
void use_own_grid(migrate::Settings& settings);

// The gate's request as the grid sees it. Errors: invalid (a queue name that is none).
base::Result<Submission> submission_of(const adt::TestRequest& request);

}  // namespace sluice::flow
