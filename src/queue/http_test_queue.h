// The TestQueue of a controller, over HTTP. Format: docs/formats/queue-api.md.
#pragma once

#include <string>
#include <utility>

#include "codec/value.h"
#include "queue/test_queue.h"
#include "sys/http_client.h"

namespace sluice::queue {

class HttpTestQueue : public TestQueue {
 public:
  // `server`: as "http://127.0.0.1:8300", without a slash at its end. `token`: "" for none. One
  // thread at a time; every slot has its own.
  HttpTestQueue(sys::HttpClient& http, std::string server, std::string token)
      : http_(http), server_(std::move(server)), token_(std::move(token)) {}

  base::Result<std::optional<Lease>> lease(const LeaseAsk& ask) override;
  base::Result<Order> heartbeat(const Lease& lease, const Progress& progress) override;
  base::Result<void> finish(const Lease& lease, const AttemptEnd& end) override;
  base::Result<void> give_back(const Lease& lease, const std::string& why) override;

 private:
  base::Result<sys::HttpResponse> post(const std::string& path, const codec::Value& value,
                                       std::chrono::seconds time_max);
  base::Result<sys::HttpResponse> tell(const Lease& lease, std::string_view action,
                                       codec::Value value, std::chrono::seconds time_max);

  sys::HttpClient& http_;
  std::string server_, token_;
  std::string worker_, instance_;  // of the last lease: who speaks
};

}  // namespace sluice::queue
