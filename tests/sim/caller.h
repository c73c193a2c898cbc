// call(): one question of a party to the server over a network that loses questions and answers.
// Who asks hears `unavailable` when nothing came in time.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "sim/server.h"
#include "sim/world.h"

namespace sluice::sim {

template <class T>
using Answer = std::function<void(base::Result<T>)>;

// `ask` is called at the server with what takes its answer; `heard` at the party, once.
template <class T>
void call(World& world, std::function<void(flow::Keeper&, Answer<T>)> ask, Answer<T> heard) {
  using namespace std::chrono_literals;
  const auto open = std::make_shared<Answer<T>>(std::move(heard));
  const auto close = [open](base::Result<T> answer) {
    if (!*open) return;
    const auto tell = std::exchange(*open, nullptr);
    tell(std::move(answer));
  };
  world.after(90s, [close] { close(base::fail(base::ErrorKind::unavailable, "timeout")); });
  if (!world.is_calm && world.random.chance(3)) return world.coverage.hit("rpc: request lost");
  world.after(world.some(1, 300), [&world, ask = std::move(ask), close] {
    if (!world.server || !world.disk.is_on()) return;
    // A server that dies with the question open answers nothing.
    ask(world.server->keeper(), [&world, close](base::Result<T> answer) {
      if (!world.disk.is_on()) return;
      if (!world.is_calm && world.random.chance(3)) return world.coverage.hit("rpc: answer lost");
      world.after(world.some(1, 300), [close, answer = std::move(answer)] { close(answer); });
    });
    if (world.server) world.server->poke();
  });
}

// One step of the desk, answered when it is on disk. `done` is called at the server then: what it
// is told, the server has promised.
template <class T>
void step(World& world, std::function<base::Result<T>(flow::JobDesk&, base::Instant)> what,
          std::function<void(const T&)> done, Answer<T> heard) {
  call<T>(
      world,
      [&world, what = std::move(what), done = std::move(done)](flow::Keeper& keeper,
                                                               Answer<T> answer) {
        keeper.post([&world, what, done, answer](flow::JobDesk& desk,
                                                 base::Instant now) -> flow::Keeper::After {
          return [&world, done, answer, result = what(desk, now)](const base::Result<void>& kept) {
            if (!world.disk.is_on()) return;
            if (!kept) return answer(std::unexpected(kept.error()));
            if (result) done(*result);
            answer(result);
          };
        });
      },
      std::move(heard));
}

}  // namespace sluice::sim
