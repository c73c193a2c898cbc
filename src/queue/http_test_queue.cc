#include "queue/http_test_queue.h"

#include "adt/job_json.h"
#include "codec/html.h"
#include "codec/json.h"
#include "queue/lease_json.h"

namespace sluice::queue {
namespace {

using base::ErrorKind;

// For the way there and back, beside the wait that was asked for.
constexpr std::chrono::seconds kGrace{30};
// A heartbeat comes in the middle of something that has limits of its own, as an upload; the next
// one says it again.
constexpr std::chrono::seconds kHeartbeatMax{10};

ErrorKind kind_of_status(int status) {
  if (status == 401 || status == 403) return ErrorKind::denied;
  if (status == 404 || status == 409) return ErrorKind::conflict;
  return status >= 400 && status < 500 && status != 429 ? ErrorKind::invalid
                                                        : ErrorKind::unavailable;
}

// The server says in its problem document what is wrong.
std::string detail_of(const sys::HttpResponse& response) {
  if (const auto value = codec::parse_json(response.body))
    if (const auto* detail = value->find("detail"); detail != nullptr && detail->string())
      return *detail->string();
  return "the controller answered " + std::to_string(response.status);
}

}  // namespace

base::Result<sys::HttpResponse> HttpTestQueue::post(const std::string& path,
                                                    const codec::Value& value,
                                                    std::chrono::seconds time_max) {
  sys::HttpSend send;
  send.method = sys::HttpMethod::post;
  send.url = server_ + path;
  send.headers = {{"Content-Type", "application/json"}};
  if (!token_.empty()) send.headers.emplace_back("Authorization", "Bearer " + token_);
  send.body = codec::to_json(value, codec::JsonStyle::compact);
  send.time_max = time_max;
  auto response = http_.send(send);
  if (!response) return response;
  if (response->status == sys::HttpResponse::kTimedOut)
    return base::fail(ErrorKind::unavailable, server_ + " did not answer in time");
  if (response->status >= 200 && response->status < 300) return response;
  return base::fail(kind_of_status(response->status), detail_of(*response));
}

base::Result<std::optional<Lease>> HttpTestQueue::lease(const LeaseAsk& ask) {
  worker_ = ask.worker;
  instance_ = ask.instance;
  const auto path =
      "/api/v1/workers/" + codec::percent_encode(ask.worker, codec::Slash::encode) + "/lease";
  const auto response = post(path, value_of(ask), ask.wait + kGrace);
  if (!response) return std::unexpected(response.error());
  if (response->status == 204) return std::nullopt;
  const auto value = codec::parse_json(response->body);
  if (!value) return base::fail(ErrorKind::unavailable, "lease: " + value.error().text());
  auto lease = parse_lease(*value);
  if (!lease) return base::fail_with(lease.error(), "lease");
  return std::optional(std::move(*lease));
}

base::Result<sys::HttpResponse> HttpTestQueue::tell(const Lease& lease, std::string_view action,
                                                    codec::Value value,
                                                    std::chrono::seconds time_max) {
  auto& said = std::get<codec::Map>(value);
  said.emplace("worker", worker_);
  if (!instance_.empty()) said.emplace("instance", instance_);
  const auto path = "/api/v1/leases/j-" + std::to_string(lease.job) + "." +
                    std::to_string(lease.epoch) + ":" + std::string(action);
  return post(path, value, time_max);
}

base::Result<Order> HttpTestQueue::heartbeat(const Lease& lease, const Progress& progress) {
  const auto response = tell(lease, "heartbeat", value_of(progress), kHeartbeatMax);
  if (!response) return std::unexpected(response.error());
  const auto value = codec::parse_json(response->body);
  if (!value) return base::fail(ErrorKind::unavailable, "heartbeat: " + value.error().text());
  return parse_order(*value);
}

base::Result<void> HttpTestQueue::finish(const Lease& lease, const AttemptEnd& end) {
  const auto response = tell(lease, "complete", adt::value_of(end), kGrace);
  if (!response) return std::unexpected(response.error());
  return {};
}

base::Result<void> HttpTestQueue::give_back(const Lease& lease, const std::string& why) {
  const auto response = tell(lease, "give_back", codec::Map{{"why", why}}, kGrace);
  if (!response) return std::unexpected(response.error());
  return {};
}

}  // namespace sluice::queue
