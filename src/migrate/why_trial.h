// why_trial: what would break if some items moved now. The target is changed, asked and put back.
// Source: migration 5.5, 7.2, 9.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "migrate/trial.h"
#include "migrate/why_chain.h"
#include "solve/explain.h"

namespace sluice::migrate {

// A binary that would become uninstallable on its own account, not because of another that would;
// and the reasons, each of which has to be remedied.
struct Breakage {
  deb::BinaryRef binary;
  std::vector<std::vector<solve::Fact>> reasons;
  std::vector<Chain> chains;  // the same in words
};

// The step of one of the reasons whose relation is to be changed: the last one that nothing there
// meets, else the last.
const ChainStep& blamed_step(const Breakage& breakage, std::size_t reason);

struct Trouble {
  bool accepted = false;
  std::optional<Constraint> constraint;  // the items cannot even be applied
  std::vector<Breakage> breakages;       // of the architectures that got worse, in their order
  bool cut = false;                      // not all that would break was looked at
  std::size_t unexplained = 0;           // further binaries that would break, most because of those
};

class WhyTrial {
 public:
  // `target`: the target as it is now, which is `world.now`. References must outlive this.
  WhyTrial(const World& world, TargetState& target, Tolerance tolerance);

  // Nothing of the attempt stays. `item_of`: see ChainContext.
  Trouble try_items(std::span<const Item> items,
                    const std::function<std::string(deb::BinaryRef)>& item_of);

  // Why a binary of a suite is not installable among that suite's binaries; empty reasons: it is.
  Breakage explain_in(SuiteIndex suite, deb::BinaryRef binary,
                      const std::function<std::string(deb::BinaryRef)>& item_of);

 private:
  bool is_worse(ArchIndex arch, const std::vector<Nuninst>& before) const;
  bool is_tolerated(ArchIndex arch, std::span<const Item> items) const;
  void explain_arch(Trouble& trouble, ArchIndex arch, const std::vector<Nuninst>& before,
                    const std::function<std::string(deb::BinaryRef)>& item_of);
  std::vector<deb::PackageIndex> suspects(ArchIndex arch, const std::vector<Nuninst>& before) const;
  solve::Explainer& explainer(ArchIndex arch);
  Breakage breakage(deb::BinaryRef binary, const ChainContext& context);

  const World& world_;
  TargetState& target_;
  Tolerance tolerance_;
  Trial trial_;
  std::vector<std::unique_ptr<solve::Explainer>> explainers_;  // by ArchIndex; made when needed
};

}  // namespace sluice::migrate
