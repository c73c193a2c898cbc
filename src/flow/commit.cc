#include "flow/commit.h"

#include <future>
#include <memory>
#include <utility>

namespace sluice::flow {

base::Result<void> commit(Keeper& keeper, Step step) {
  // Shared: the keeper's thread may still be in set_value() when this one has its answer.
  const auto done = std::make_shared<std::promise<base::Result<void>>>();
  auto answer = done->get_future();
  keeper.post([step = std::move(step), done](JobDesk& desk, base::Instant now) -> Keeper::After {
    return [stepped = step(desk, now), done](const base::Result<void>& committed) {
      done->set_value(stepped ? committed : stepped);
    };
  });
  return answer.get();
}

}  // namespace sluice::flow
