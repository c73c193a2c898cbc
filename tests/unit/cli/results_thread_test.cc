#include "cli/results_thread.h"

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

namespace sluice::cli {
namespace {

sys::ServerRequest ask(const std::string& target) { return {"GET", target, {}, "", "127.0.0.1"}; }

}  // namespace

// autopkgtest 5.1
TEST_CASE("results thread: every request has its answer, in another thread") {
  std::thread::id there;
  ResultsThread results([&](const sys::ServerRequest& request) -> sys::ServerResponse {
    there = std::this_thread::get_id();
    return {200, {}, request.target};
  });
  for (const auto* target : {"/results/a", "/results/b"}) {
    std::promise<sys::ServerResponse> got;
    results.answer(ask(target), [&](sys::ServerResponse answer) { got.set_value(answer); });
    CHECK(got.get_future().get().body == target);
  }
  CHECK(there != std::this_thread::get_id());
}

TEST_CASE("results thread: while a store does not answer the server is not held, and says so") {
  std::promise<void> began, go_on;
  auto going = go_on.get_future().share();
  bool first = true;
  std::vector<int> statuses;  // of those who were not answered by the thread
  auto results = std::make_unique<ResultsThread>([&](const sys::ServerRequest&) {
    if (first) began.set_value();
    first = false;
    going.wait();
    return sys::ServerResponse{200, {}, ""};
  });
  const auto told = [&](sys::ServerResponse answer) {
    if (answer.status != 200) statuses.push_back(answer.status);
  };
  results->answer(ask("/results/slow"), told);
  began.get_future().wait();
  for (std::size_t i = 0; i < ResultsThread::kWaitingMax; ++i)
    results->answer(ask("/results/x"), told);
  CHECK(statuses.empty());
  results->answer(ask("/results/one-too-many"), told);
  CHECK(statuses == std::vector<int>{503});
  go_on.set_value();
  results.reset();
}

}  // namespace sluice::cli
