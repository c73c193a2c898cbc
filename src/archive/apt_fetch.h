// Fetches two suites of an archive by apt itself into a private directory and lays them out as a
// mirror, ready for archive/reader. apt checks the signatures; the machine's proxies, credentials
// and certificates stay in force, and its own lists are not touched.
//
//   DIR/apt/          configuration, source, lists and log of the private apt
//   DIR/suites/SUITE/ Release, and links into the lists: COMPONENT/{source,binary-ARCH}/...
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/apt_sources.h"
#include "archive/release_file.h"
#include "base/result.h"
#include "sys/files.h"
#include "sys/processes.h"

namespace sluice::archive {

struct FetchRequest {
  std::string directory;  // absolute, without quotation marks
  std::string mirror;     // "": the first archive of the machine's sources with Origin Debian
  std::string target = "testing";
  std::string source = "unstable";
  std::vector<std::string> architectures;  // empty: apt's own
  std::vector<std::string> components;     // empty: all that the target's Release names
};

// fetched: as the archive has it now. kept: the archive is not reachable, so these are the lists of
// an earlier fetch.
enum class Freshness : std::uint8_t { fetched, kept };

struct FetchedArchive {
  std::string uri;
  std::string date;                        // of the source suite's Release
  std::vector<std::string> architectures;  // those asked for that both suites have
  std::string target_directory, source_directory;
  Freshness freshness = Freshness::fetched;
  std::vector<std::string> notes;  // for the user: archives passed over, why lists are kept
};

// A step of the fetch; `percent` is negative while it is not known.
struct FetchProgress {
  std::string text;
  double percent = -1;
};

class AptFetch {
 public:
  using OnProgress = std::function<void(const FetchProgress&)>;

  AptFetch(sys::FileSystem& files, sys::Processes& processes, OnProgress on_progress)
      : files_(files), processes_(processes), on_progress_(std::move(on_progress)) {}

  // Errors: not_found (no apt; no archive with that Origin), unavailable (network, signatures: with
  // what apt said), invalid (directory, architectures).
  base::Result<FetchedArchive> fetch(const FetchRequest& request);

 private:
  struct Machine {
    std::string architecture;
    std::vector<AptArchive> archives;
  };
  struct Releases {
    ReleaseFile target, source;
  };
  struct Choice {
    AptArchive archive;
    Releases releases;
    std::vector<std::string> notes;
  };

  struct Extent {
    std::vector<std::string> components, architectures;
  };

  base::Result<FetchedArchive> fetch_new(const FetchRequest& request);
  base::Result<Machine> ask_machine();
  void read_sources(const std::string& path, Machine& machine);
  base::Result<void> prepare(const FetchRequest& request);
  base::Result<Choice> choose(const FetchRequest& request, const Machine& machine);
  static base::Result<Extent> extent_of(const FetchRequest& request, const Machine& machine,
                                        const Choice& choice);
  base::Result<Releases> read_releases(const FetchRequest& request, const AptArchive& archive);
  base::Result<Releases> probe(const FetchRequest& request, const AptArchive& archive);
  base::Result<void> update(const FetchRequest& request, const std::string& sources,
                            std::string_view configuration);
  base::Result<ReleaseFile> read_release(const FetchRequest& request, const AptArchive& archive,
                                         const std::string& suite);
  base::Result<void> lay_out(const FetchRequest& request, const AptArchive& archive,
                             const std::string& suite, const ReleaseFile& release);
  base::Result<void> lay_out_index(const std::string& list, const std::string& path);
  base::Result<FetchedArchive> kept(const FetchRequest& request, const base::Error& why);

  sys::FileSystem& files_;
  sys::Processes& processes_;
  OnProgress on_progress_;
};

// The pure parts.

// The value of `NAME='value'` in the output of `apt-config shell`; "" if it is not there.
std::string shell_value(std::string_view output, std::string_view name);

// "dlstatus:7:29.3273:Retrieving file 7 of 16" -> progress; nothing for other lines.
std::optional<FetchProgress> parse_status_line(std::string_view line);

// Settings of the private apt. probe: Release files only, other lists stay; fetch: the indexes.
enum class AptTask : std::uint8_t { probe, fetch };
std::string apt_configuration(const std::string& apt_directory, AptTask task);

// The name under which apt stores URI/dists/SUITE/REST in its lists.
std::string list_name(std::string_view uri, std::string_view suite, std::string_view rest);

// What apt said that matters: lines that start with E:, W: or Err:, at most three, joined by "; ".
std::string complaint_of(const std::vector<std::string>& lines);

}  // namespace sluice::archive
