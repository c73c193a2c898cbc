#include "cli/results_thread.h"

#include "web/api.h"

namespace sluice::cli {

ResultsThread::ResultsThread(web::ResultsDoor door)
    : door_(std::move(door)), thread_([this] { run(); }) {}

ResultsThread::~ResultsThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ResultsThread::answer(sys::ServerRequest request, sys::HttpServer::Reply reply) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kWaitingMax) {
      waiting_.emplace_back(std::move(request), std::move(reply));
      changed_.notify_one();
      return;
    }
  }
  auto busy = web::problem(503, "too many ask for results at once");
  busy.headers.emplace_back("Retry-After", "5");
  reply(std::move(busy));
}

void ResultsThread::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    auto [request, reply] = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    reply(door_(request));
    lock.lock();
  }
}

}  // namespace sluice::cli
