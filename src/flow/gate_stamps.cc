#include "flow/gate_stamps.h"

#include <array>
#include <set>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::flow {
namespace {

// Deeper lies no index: dists/SUITE/COMPONENT/binary-ARCH/Packages.
constexpr int kDepthMax = 5;

// Read by policies, directly in a suite's directory (migration 2.5).
constexpr std::array<std::string_view, 4> kFactFiles = {"Blocks", "ExcuseBugs", "BugsV", "Urgency"};
// The same in STATE_DIR, by how their names begin; whatever else is there a run may have written.
constexpr std::array<std::string_view, 4> kStateFacts = {"rc-bugs-", "piuparts-summary-",
                                                         "age-policy-urgencies", "signers.json"};

// Reports, and the state that policies keep beside the suites (migration 4.4, 4.5.11 to 4.5.14).
std::set<std::string> written_by_runs(const britney::Paths& paths) {
  std::set<std::string> written{paths.noninst_status,      paths.excuses_output,
                                paths.excuses_yaml_output, paths.upgrade_output,
                                paths.heidi_output,        paths.heidi_delta_output,
                                paths.state_dir,           paths.testing + "/Dates"};
  for (const auto* name :
       {"/SourcePPA", "/EmailCache", "/EmailCache.new", "/sru_regress_inform_state"})
    written.insert(paths.unstable + name);
  return written;
}

class Look {
 public:
  Look(sys::FileSystem& files, std::set<std::string> passed_over)
      : files_(files), passed_over_(std::move(passed_over)) {}

  void add(const std::string& path, std::string& stamp, int depth = kDepthMax) {
    if (path.empty() || passed_over_.contains(path)) return;
    const auto status = files_.status(path);
    if (!status) return;
    if (!status->directory) {
      stamp += path + " " + std::to_string(status->size) + " " +
               std::to_string(status->modified_ns) + " " + std::to_string(status->inode) + "\n";
      return;
    }
    const auto names = files_.list(path);
    if (!names || depth == 0) return;
    for (const auto& name : *names) add(path + "/" + name, stamp, depth - 1);
  }

  // Files of the directory whose names begin so.
  void add_named(const std::string& directory, std::span<const std::string_view> beginnings,
                 std::string& stamp) {
    const auto names = directory.empty()
                           ? std::vector<std::string>()
                           : files_.list(directory).value_or(std::vector<std::string>());
    for (const auto& name : names)
      for (const auto beginning : beginnings)
        if (name.starts_with(beginning)) add(directory + "/" + name, stamp, 0);
  }

  void pass_over(std::string path) { passed_over_.insert(std::move(path)); }

 private:
  sys::FileSystem& files_;
  std::set<std::string> passed_over_;
};

}  // namespace

GateStamps stamps_of(sys::FileSystem& files, const std::string& config_path,
                     const britney::Config* config) {
  GateStamps stamps;
  Look(files, {}).add(config_path, stamps.whole, 0);
  if (config == nullptr) return stamps;
  const auto& paths = config->paths;
  Look(files, {}).add(config->settings.adt.shared_results, stamps.whole, 0);
  Look look(files, written_by_runs(paths));
  look.add(paths.hints_dir, stamps.hints);
  for (const auto& suite : {paths.testing, paths.unstable})
    for (const auto name : kFactFiles) {
      const auto path = suite + "/" + std::string(name);
      look.add(path, stamps.facts, 0);
      look.pass_over(path);
    }
  Look(files, {}).add_named(paths.state_dir, kStateFacts, stamps.facts);
  for (const auto& path :
       {paths.testing, paths.unstable, paths.pu, paths.tpu, paths.static_input_dir})
    look.add(path, stamps.archive);
  return stamps;
}

}  // namespace sluice::flow
