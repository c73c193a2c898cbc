// sluice request: asking for tests, and waiting for their ends. Source: autopkgtest 6;
// testgrid 5.3.
#include <set>

#include "adt/outcome.h"
#include "cli/cmd_grid.h"
#include "codec/json.h"

namespace sluice::cli {
namespace {

using codec::List;
using codec::Map;
using codec::Value;

constexpr std::chrono::seconds kResultPoll{2};

// The context is that of the peers' command: git before PPA before bulk.
std::string queue_name_of(const RequestArguments& arguments, const std::string& arch) {
  std::string context;
  if (arguments.bulk) context = "huge-";
  if (!arguments.ppas.empty()) context = "ppa-";
  if (!arguments.test_git.empty() || !arguments.build_git.empty()) context = "upstream-";
  return "debci-" + context + arguments.release + "-" + arch;
}

Map parameters_of(const RequestArguments& arguments, const std::string& user) {
  Map map{{"requester", arguments.requester.empty() ? user : arguments.requester}};
  const auto put_list = [&](const char* key, const std::vector<std::string>& texts) {
    if (!texts.empty()) map.emplace(key, codec::list_of(texts));
  };
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) map.emplace(key, text);
  };
  put_list("triggers", arguments.triggers);
  put_list("ppas", arguments.ppas);
  put_list("env", arguments.env);
  put("test-git", arguments.test_git);
  put("build-git", arguments.build_git);
  put("testname", arguments.testname);
  put_list("readable-by", arguments.readable_by);
  if (arguments.all_proposed) map.emplace("all-proposed", "1");
  return map;
}

Map batch_of(const RequestArguments& arguments, const std::string& user) {
  List requests;
  for (const auto& package : arguments.packages)
    for (const auto& arch : arguments.architectures)
      requests.emplace_back(Map{{"queue", queue_name_of(arguments, arch)},
                                {"package", package},
                                {"parameters", parameters_of(arguments, user)}});
  return Map{{"producer", arguments.requester.empty() ? user : arguments.requester},
             {"requests", std::move(requests)}};
}

// The exit code that an ended or held job means; nothing while there is hope soon.
std::optional<int> code_of(const Value& job) {
  const auto state = member(job, "state");
  if (state == "held") return 4;
  if (state == "aborted_infra" || state == "cancelled" || state == "superseded") return 5;
  if (state == "excluded") return 7;
  if (state != "done") return std::nullopt;
  const auto outcome = adt::parse_outcome(member(job, "outcome"));
  if (!outcome) return 3;
  if (adt::class_of(*outcome) == adt::OutcomeClass::untestable) return 7;
  if (adt::class_of(*outcome) != adt::OutcomeClass::ran) return 3;
  return adt::page_word_of(*outcome) == "fail" ? 1 : 0;
}

// The greatest of the codes: whatever is worse than a pass is told.
int wait_for(std::set<std::string> jobs, const RequestArguments& arguments, GridParties& parties) {
  const auto end = parties.clock.now() + std::chrono::minutes(arguments.timeout_minutes);
  int worst = 0;
  while (!jobs.empty()) {
    for (auto at = jobs.begin(); at != jobs.end();) {
      const auto job = parties.client.get("/api/v1/jobs/" + *at);
      const auto code = job ? code_of(*job) : std::nullopt;
      if (!job && job.error().kind != base::ErrorKind::unavailable) {
        parties.complain(job.error().text());
        return 1;
      }
      if (!code) {
        ++at;
        continue;
      }
      worst = std::max(worst, *code);
      parties.print(table_text(
          {{*at, member(*job, "package"), member(*job, "state"), member(*job, "outcome")}},
          parties.terminal));
      at = jobs.erase(at);
    }
    if (jobs.empty()) break;
    if (arguments.timeout_minutes > 0 && parties.clock.now() >= end) return 8;
    parties.waiter.wait(kResultPoll);
  }
  return worst;
}

}  // namespace

int run_request(const RequestArguments& arguments, GridParties& parties) {
  const auto answer = parties.client.post("/api/v1/jobs:batch", batch_of(arguments, parties.user));
  if (!answer) {
    parties.complain(answer.error().text());
    return answer.error().kind == base::ErrorKind::denied ? 6 : 1;
  }
  if (arguments.json) parties.print(codec::to_json(*answer, codec::JsonStyle::indented) + "\n");
  std::set<std::string> jobs;
  bool refused = false;
  const auto* results = answer->find("results");
  const List none;
  for (const auto& result : results == nullptr || !results->list() ? none : *results->list()) {
    const auto why = member(result, "why");
    if (!why.empty()) parties.complain("refused: " + without_controls(why));
    refused = refused || !why.empty();
    if (why.empty()) jobs.insert(member(result, "job"));
    if (why.empty() && !arguments.json)
      parties.print(table_text({{member(result, "job"), member(result, "how")}}, parties.terminal));
  }
  if (refused) return 1;
  return arguments.wait ? wait_for(std::move(jobs), arguments, parties) : 0;
}

}  // namespace sluice::cli
