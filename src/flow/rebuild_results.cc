#include "flow/rebuild_results.h"

#include <algorithm>
#include <utility>

#include "codec/json.h"
#include "flow/private_state.h"
#include "flow/rescan_results.h"
#include "store/run_rows.h"
#include "store/state_db.h"

namespace sluice::flow {
namespace {

using base::ErrorKind;
using base::Result;
using codec::Map;

// How far an earlier try came: a small file beside the database. It is behind the rows, never
// before them, and entering a run twice does nothing.
struct Mark {
  std::string container, directory;
};

class Rebuild {
 public:
  Rebuild(const RebuildParties& parties, const RebuildAsk& ask) : parties_(parties), ask_(ask) {}

  Result<RebuildReport> run() {
    auto lock = parties_.files.lock(ask_.state + "/lock");
    if (!lock && lock.error().kind == ErrorKind::conflict)
      return base::fail_with(lock.error(), "a server has the state " + ask_.state + ": stop it");
    if (!lock) return std::unexpected(lock.error());
    const auto database = ask_.state + "/grid.db";
    if (auto closed = make_state_private(parties_.files, database); !closed)
      return std::unexpected(closed.error());
    auto db = store::StateDb::open(database);
    if (!db) return std::unexpected(db.error());
    auto containers = wanted_containers();
    if (!containers) return std::unexpected(containers.error());
    const auto mark = read_mark();
    report_.resumed = !mark.container.empty();
    for (const auto& container : *containers) {
      if (container >= mark.container) {
        const auto from = container == mark.container ? mark.directory : "";
        if (auto done = read_container(*db, container, from); !done)
          return std::unexpected(done.error());
      }
      ++report_.containers;
    }
    if (auto ended = forget_derived(); !ended) return std::unexpected(ended.error());
    return report_;
  }

 private:
  std::string mark_path() const { return ask_.state + "/rescan.json"; }

  Result<std::vector<std::string>> wanted_containers() {
    auto names = ask_.containers.empty() ? result_containers(parties_.store)
                                         : Result<std::vector<std::string>>(ask_.containers);
    if (names) {
      std::ranges::sort(*names);
      names->erase(std::ranges::unique(*names).begin(), names->end());
    }
    return names;
  }

  // What makes two tries the same one.
  Map identity() const {
    codec::List containers;
    for (const auto& name : ask_.containers) containers.emplace_back(name);
    return {{"store", ask_.source}, {"after", ask_.after}, {"containers", std::move(containers)}};
  }

  // Nothing that can be read, or of another try: from the beginning.
  Mark read_mark() {
    if (ask_.from_the_beginning) return {};
    const auto text = parties_.files.read(mark_path());
    if (!text) return {};
    const auto value = codec::parse_json(*text);
    const auto* map = value ? value->map() : nullptr;
    if (map == nullptr) return {};
    for (const auto& [key, wanted] : identity()) {
      const auto* found = value->find(key);
      if (found == nullptr || !(*found == wanted)) return {};
    }
    const auto* container = value->find("container");
    const auto* directory = value->find("directory");
    if (container == nullptr || !container->string() || directory == nullptr ||
        !directory->string())
      return {};
    return {*container->string(), *directory->string()};
  }

  Result<void> write_mark(const std::string& container, const std::string& directory) {
    auto map = identity();
    map.emplace("container", container);
    map.emplace("directory", directory);
    return parties_.files.replace(mark_path(), codec::to_json(map, codec::JsonStyle::compact));
  }

  Result<void> read_container(store::StateDb& db, const std::string& container,
                              const std::string& from) {
    Rescan scan(parties_.store, {.container = container, .after = ask_.after, .marker = from});
    while (!scan.is_over()) {
      auto rows = scan.next();
      if (!rows) return base::fail_with(rows.error(), container);
      if (auto entered = enter(db, *rows); !entered) return entered;
      if (auto marked = write_mark(container, scan.marker()); !marked) return marked;
      for (const auto& line : scan.take_messages()) {
        ++report_.passed_over;
        parties_.on_passed_over(line);
      }
      parties_.on_page(report_, container);
    }
    return {};
  }

  // One transaction a page.
  Result<void> enter(store::StateDb& db, std::vector<store::RunRow>& rows) {
    std::size_t entered = 0;
    const auto now = parties_.clock.now();
    const auto done = db.in_transaction([&]() -> Result<void> {
      for (auto& row : rows) {
        row.seen = now;
        const auto added = store::add_run(db, row);
        if (!added) return std::unexpected(added.error());
        entered += *added ? 1 : 0;
      }
      return {};
    });
    if (!done) return done;
    report_.runs += rows.size();
    report_.entered += entered;
    return {};
  }

  // The peers' database is kept up to date from the newest run back, so old runs would never get
  // into it: the server makes it anew from the rows. An earlier try may have entered some, too.
  Result<void> forget_derived() {
    for (const auto* name : {"/results.db", "/results.db-wal", "/results.db-shm", "/rescan.json"}) {
      const auto removed = parties_.files.remove(ask_.state + name);
      if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
    }
    return {};
  }

  const RebuildParties& parties_;
  const RebuildAsk& ask_;
  RebuildReport report_;
};

}  // namespace

Result<RebuildReport> rebuild_results(const RebuildParties& parties, const RebuildAsk& ask) {
  return Rebuild(parties, ask).run();
}

}  // namespace sluice::flow
