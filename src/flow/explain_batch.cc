#include "flow/explain_batch.h"

#include <algorithm>
#include <utility>

namespace sluice::flow {
namespace {

using base::ErrorKind;
using migrate::Explanation;
using migrate::Standing;

// The answers to one request, while the target is as the run leaves it.
class Answers {
 public:
  Answers(const ExplainRequest& request, const ExplainListener& listener,
          const migrate::WhyInput& input, sys::Clock& clock)
      : request_(request), listener_(listener), input_(input), clock_(clock), why_(input) {
    names_ = {input.world.suite(1).name, input.world.target().name, input.now};
  }

  base::Result<void> give() {
    if (request_.all)
      for (std::size_t i = 0; i < why_.size(); ++i)
        tell([&] { return std::vector{why_.of_excuse(i)}; });
    for (const auto& package : request_.packages) tell([&] { return why_.of_package(package); });
    for (const auto& binary : request_.uninstallable)
      if (auto told = tell_binary(binary); !told) return told;
    if (unknown_.empty()) return {};
    return base::fail(ErrorKind::not_found, "no suite has a package '" + unknown_ + "'");
  }

 private:
  template <class Ask>
  void tell(Ask ask) {
    const auto begin = clock_.now();
    auto explanations = ask();
    const auto took = (clock_.now() - begin).count();
    for (auto& each : explanations) {
      if (each.standing == Standing::unknown && each.new_version == "-") {
        if (unknown_.empty()) unknown_ = each.package;
        continue;
      }
      if (!concerns(each)) continue;
      if (!request_.arch.empty())
        std::erase_if(each.chains,
                      [&](const migrate::Chain& chain) { return chain.arch != request_.arch; });
      listener_.item(each, names_, took);
    }
  }

  // The item of another architecture is not asked about.
  bool concerns(const Explanation& each) const {
    if (request_.arch.empty()) return true;
    const auto slash = each.item.find('/');
    if (slash == std::string::npos) return true;
    const auto rest = each.item.substr(slash + 1);
    return rest == request_.arch || rest.starts_with(request_.arch + "_");
  }

  base::Result<void> tell_binary(const std::string& name) {
    const auto& snapshot = input_.world.snapshot;
    deb::SuiteIndex suite = deb::kTarget;
    if (!request_.suite.empty()) {
      const auto at = std::ranges::find(snapshot.suites, request_.suite, &deb::Suite::name);
      if (at == snapshot.suites.end())
        return base::fail(ErrorKind::invalid, "no suite '" + request_.suite + "'");
      suite = static_cast<deb::SuiteIndex>(at - snapshot.suites.begin());
    }
    bool found = false;
    for (deb::ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
      const auto arch_name = std::string(snapshot.arch_name(arch));
      if (!request_.arch.empty() && request_.arch != arch_name) continue;
      const auto answer = why_.of_binary(suite, arch, name);
      if (!answer) continue;
      found = true;
      listener_.binary(*answer,
                       migrate::package_text(snapshot, answer->binary) + " on " + arch_name,
                       snapshot.suites[suite].name);
    }
    if (found) return {};
    return base::fail(ErrorKind::not_found,
                      snapshot.suites[suite].name + " has no binary package '" + name + "' there");
  }

  const ExplainRequest& request_;
  const ExplainListener& listener_;
  const migrate::WhyInput& input_;
  sys::Clock& clock_;
  migrate::Why why_;
  migrate::WhyNames names_;
  std::string unknown_;  // the first package that is nowhere
};

}  // namespace

base::Result<void> explain_batch(const ExplainRequest& request, const ExplainListener& listener,
                                 migrate::Engine& engine, sys::Clock& clock) {
  const auto& archive = engine.archive();
  if (!request.arch.empty() && !archive.snapshot->find_arch(request.arch))
    return base::fail(ErrorKind::invalid, "no architecture '" + request.arch + "' is configured");
  const auto decision = engine.decide();
  if (decision->judgement.fatal) return std::unexpected(*decision->judgement.fatal);
  base::Result<void> done;
  engine.at_end(*decision, [&](const migrate::World& world, migrate::TargetState& target) {
    const migrate::WhyInput input{world,
                                  target,
                                  decision->judgement,
                                  decision->run,
                                  engine.facts().age_now,
                                  archive.must_stay};
    done = Answers(request, listener, input, clock).give();
  });
  return done;
}

}  // namespace sluice::flow
