// Any bytes as the journal of test requests: reading never fails, what is left open is what is
// pending, and a checkpoint of it reads back as the same. Source: migration 4.6.1.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "britney/pending.h"
#include "support/memory_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  test::MemoryFileSystem files;
  files.put("state/autopkgtest-pending.journal", {reinterpret_cast<const char*>(data), size});
  auto journal = britney::PendingJournal::load(files, "state");
  base::check(journal.has_value(), "a journal of whatever bytes is read");
  for (const auto& each : journal->uncertain())
    base::check(journal->loaded().has(each.request.triggers.front(), each.request.source,
                                      each.request.arch),
                "what is uncertain is pending");
  const auto pending = journal->loaded();
  base::check(journal->checkpoint(pending).has_value(), "memory has room");
  auto again = britney::PendingJournal::load(files, "state");
  base::check(again.has_value() && again->take_messages().empty(), "what we write we can read");
  base::check(again->loaded() == pending, "a checkpoint keeps what is pending");
  base::check(again->uncertain() == journal->uncertain(), "a checkpoint keeps what is open");
  return 0;
}
