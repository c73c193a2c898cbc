// commit, ask_keeper: one step of the grid's state for a journey that has its own thread. The
// keeper must run until the answer has come: who calls is stopped before it, and is not its thread.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "base/result.h"
#include "flow/keeper.h"

namespace sluice::flow {

template <class T>
using Question = std::function<base::Result<T>(JobDesk& desk, base::Instant now)>;

// Lets the keeper work something out, and waits until that is on disk. Errors: of the question, of
// the commit.
template <class T>
base::Result<T> ask_keeper(Keeper& keeper, Question<T> question) {
  // Shared: the keeper's thread may still be in set_value() when this one has its answer.
  const auto promise = std::make_shared<std::promise<base::Result<T>>>();
  auto answer = promise->get_future();
  keeper.post(
      [promise, question = std::move(question)](JobDesk& desk, base::Instant now) -> Keeper::After {
        return [promise, result = question(desk, now)](const base::Result<void>& committed) {
          promise->set_value(!result || committed ? result : std::unexpected(committed.error()));
        };
      });
  keeper.help();
  return answer.get();
}

using Step = Question<void>;

// Has the keeper do it, and waits until it is on disk. Errors: of the step, of the commit.
inline base::Result<void> commit(Keeper& keeper, Step step) {
  return ask_keeper<void>(keeper, std::move(step));
}

}  // namespace sluice::flow
