// The test grid's side of a broker as commands. URL may be several, with blanks between.
//
//   publish URL QUEUE BODY...             a foreign producer: not mandatory, nothing declared
//   ingest URL DB QUEUE TURNS [die]       requests become rows of DB; `die`: killed between the
//                                         commit and the acknowledgement
//   egress URL DB QUEUE TURNS PACKAGE...  jobs are published for foreign workers
//   learn URL DB TURNS                    their ends become rows of DB
//   work URL QUEUE SECONDS [die]          a worker without controller runs one test for so long;
//   `die`:
//                                         killed in the middle
//   announce URL DB PACKAGE               a run of our own worker is told of
//   declare-fanout URL NAME durable|transient   as a peer does
//   jobs DB                               what the rows say
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sluice::probe {

// The exit code; nothing if there is no such command.
std::optional<int> run_grid(const std::string& command, const std::vector<std::string>& words);

}  // namespace sluice::probe
