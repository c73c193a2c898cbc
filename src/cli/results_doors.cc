// The doors of `sluice results`, and which of its actions was meant.
#include <cstdio>
#include <memory>

#include "cli/cmd_results.h"
#include "cli/progress.h"
#include "cli/worker_doors.h"
#include "results/dir_result_store.h"
#include "results/swift_result_store.h"
#include "sys/terminal.h"
#include "sys/waiter.h"

namespace sluice::cli {
namespace {

int run_action(const ResultsArguments& arguments, const ResultsParties& parties) {
  if (arguments.action == "rescan") return results_rescan(arguments, parties);
  if (arguments.action == "list") return results_list(arguments, parties);
  if (arguments.action == "get") return results_get(arguments, parties);
  if (arguments.action == "put") return results_put(arguments, parties);
  if (arguments.action == "url") return results_url(arguments, parties);
  return results_key(arguments, parties);
}

void complain(std::string_view line) {
  (void)std::fprintf(stderr, "sluice: %.*s\n", static_cast<int>(line.size()), line.data());
}

}  // namespace

int run_results(const ResultsArguments& arguments, sys::FileSystem& files, sys::Clock& clock) {
  const auto place = store_place(arguments.results);
  if (!place) return complain(place.error().text()), 1;
  const auto http = sys::curl_http_client();
  const auto waiter = sys::system_waiter();
  std::unique_ptr<results::SwiftAccount> account;
  std::unique_ptr<results::SwiftResultStore> swift;
  std::unique_ptr<results::DirResultStore> directory;
  if (place->access.auth_url.empty()) {
    directory = std::make_unique<results::DirResultStore>(files, place->directory);
  } else {
    account = std::make_unique<results::SwiftAccount>(*http, *waiter, place->access,
                                                      results::SwiftPatience{});
    swift = std::make_unique<results::SwiftResultStore>(*account);
  }
  Progress progress(progress_style());
  auto named = arguments;
  named.results = account ? place->access.auth_url : place->directory;
  results::ResultStore& store = swift ? static_cast<results::ResultStore&>(*swift) : *directory;
  return run_action(
      named,
      {store, files, clock,
       [&]() -> base::Result<std::string> {
         if (!account)
           return base::fail(base::ErrorKind::invalid,
                             "a directory has no address: --address says where it is served");
         const auto session = account->session();
         if (!session) return std::unexpected(session.error());
         return session->url;
       },
       [&](const std::string& key) {
         return swift ? swift->set_temp_url_key(key) : base::Result<void>();
       },
       [](std::string_view bytes) { (void)std::fwrite(bytes.data(), 1, bytes.size(), stdout); },
       &complain,
       [&](std::string_view text) {
         if (text.empty())
           progress.clear();
         else
           progress.show(text, -1);
       }});
}

}  // namespace sluice::cli
