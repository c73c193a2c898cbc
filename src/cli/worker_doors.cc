#include "cli/worker_doors.h"

#include <cstdlib>

#include "queue/amqp_test_queue.h"
#include "queue/http_test_queue.h"
#include "results/dir_result_store.h"
#include "results/swift_result_store.h"
#include "sys/seed.h"
#include "worker/ppa_keys.h"

namespace sluice::cli {
namespace {

constexpr const char* kLocalResults = "/var/lib/sluice/results";

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

// The worker waits between its own tries, and keeps its lease meanwhile; a store that waited by
// itself would lose it.
constexpr results::SwiftPatience kNoPatience{.tries = 1};

}  // namespace

base::Result<StorePlace> store_place(const std::string& results) {
  const bool named = results.starts_with("http://") || results.starts_with("https://");
  StorePlace place;
  auto& access = place.access;
  access.auth_url = named ? results : "";
  if (results.empty()) access.auth_url = environment("SWIFT_AUTH_URL", "");
  if (access.auth_url.empty()) {
    place.directory = results.empty() ? kLocalResults : results;
    return place;
  }
  access.auth = access.auth_url.contains("/v3") ? results::SwiftAuth::v3 : results::SwiftAuth::v1;
  access.user = environment("SWIFT_USERNAME", "");
  access.password = environment("SWIFT_PASSWORD", "");
  access.project = environment("SWIFT_PROJECT_NAME", "");
  access.user_domain = environment("SWIFT_USER_DOMAIN_NAME", "Default");
  access.project_domain = environment("SWIFT_PROJECT_DOMAIN_NAME", "Default");
  access.region = environment("SWIFT_REGION", "");
  if (access.user.empty() || access.password.empty())
    return base::fail(base::ErrorKind::invalid,
                      "a Swift store needs SWIFT_USERNAME and SWIFT_PASSWORD");
  return place;
}

namespace {

// Standalone (decision 18 c) where brokers are named, else a server's.
std::unique_ptr<queue::TestQueue> queue_behind(const SharedDoors& shared, const Places& places,
                                               sys::HttpClient& http) {
  if (!places.brokers)
    return std::make_unique<queue::HttpTestQueue>(http, places.server, places.token);
  return std::make_unique<queue::AmqpTestQueue>(*places.brokers, queue::standalone_limits(),
                                                shared.clock, sys::random_seed(), shared.log);
}

}  // namespace

SlotDoors::SlotDoors(const SharedDoors& shared, const worker::Settings& settings,
                     const worker::Slot& slot, const Places& places)
    : shared_(shared),
      waiter_(sys::system_waiter()),
      queue_http_(sys::curl_http_client()),
      store_http_(sys::curl_http_client()),
      queue_(queue_behind(shared, places, *queue_http_)),
      keys_(std::make_unique<worker::ServedPpaKeys>(
          *store_http_, shared.processes, shared.files, settings.config,
          settings.work_directory + "/keys-" + slot.name)) {
  const auto& place = places.store;
  if (place.access.auth_url.empty()) {
    store_ = std::make_unique<results::DirResultStore>(shared.files, place.directory);
    return;
  }
  account_ =
      std::make_unique<results::SwiftAccount>(*store_http_, *waiter_, place.access, kNoPatience);
  store_ = std::make_unique<results::SwiftResultStore>(*account_);
}

worker::Doors SlotDoors::doors() {
  return {shared_.files, shared_.clock, *waiter_, shared_.signals, shared_.groups,
          shared_.gauge, *queue_,       *store_,  *keys_,          shared_.log};
}

}  // namespace sluice::cli
