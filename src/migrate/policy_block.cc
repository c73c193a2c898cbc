// Is the item blocked by a freeze, its suite or a hint, and was that lifted? Source:
// migration 4.5.6.
#include <algorithm>
#include <functional>
#include <optional>

#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

struct Block {
  HintType type = HintType::block;  // block or block_udeb
  std::string user;
};

struct Unblock {
  HintType type = HintType::block;  // what it lifts
  std::string user;
};

struct Requests {
  std::vector<Block> blocks;  // one per type, in the order in which the types came up
  std::vector<Unblock> unblocks;
  bool mismatch = false;  // an unblock exists that is not for this item
};

void set_block(Requests& requests, HintType type, std::string user) {
  const auto same = [&](const Block& block) { return block.type == type; };
  const auto at = std::ranges::find_if(requests.blocks, same);
  if (at != requests.blocks.end()) {
    at->user = std::move(user);
  } else {
    requests.blocks.push_back({type, std::move(user)});
  }
}

// `block-all source`, else `block-all new-source` for a source that the target lacks.
const Hint* block_all_for(const World& world, const Excuse& excuse) {
  const Hint* of_new = nullptr;
  const Hint* of_all = nullptr;
  for (const Hint* hint : world.hints.of_type(HintType::block_all)) {
    if (hint->word == "source") of_all = hint;
    if (hint->word == "new-source") of_new = hint;
  }
  if (of_all != nullptr) return of_all;
  return target_source_of(world, excuse) == nullptr ? of_new : nullptr;
}

// What blocks the item before any hint names it.
void add_general_block(const World& world, Excuse& excuse, Requests& requests) {
  const auto& suite = world.suite(excuse.item.suite);
  if (suite.suite_class == deb::SuiteClass::additional) {
    set_block(requests, HintType::block, suite.name);
    return;
  }
  if (const Hint* hint = block_all_for(world, excuse)) {
    set_block(requests, HintType::block, hint->user);
    excuse.hints.push_back(hint);
  }
}

bool is_for(const World& world, const Excuse& excuse, const ItemName& name, std::string_view arch) {
  return name.version == version_of(world, excuse) && name.suite == excuse.item.suite &&
         !name.removal && (name.architecture == "source" || name.architecture == arch);
}

// Block and unblock hints of the package in file order: hints stand in one array.
std::vector<const Hint*> block_hints_of(const World& world, const Excuse& excuse) {
  std::vector<const Hint*> found;
  for (const auto type :
       {HintType::block, HintType::block_udeb, HintType::unblock, HintType::unblock_udeb}) {
    const auto some = world.hints.of_package(type, package_of(world, excuse));
    found.insert(found.end(), some.begin(), some.end());
  }
  std::ranges::sort(found, std::less<>());
  return found;
}

Requests collect_blocks(const World& world, Excuse& excuse, std::string_view arch) {
  Requests requests;
  add_general_block(world, excuse, requests);
  for (const Hint* hint : block_hints_of(world, excuse)) {
    const bool blocks = hint->type == HintType::block || hint->type == HintType::block_udeb;
    if (!blocks && !is_for(world, excuse, hint->items.front(), arch)) {
      requests.mismatch = true;
      continue;
    }
    excuse.hints.push_back(hint);
    if (blocks) {
      set_block(requests, hint->type, hint->user);
    } else {
      const auto lifts = hint->type == HintType::unblock ? HintType::block : HintType::block_udeb;
      requests.unblocks.push_back({lifts, hint->user});
    }
  }
  return requests;
}

// The last one wins, as with the peers' dictionary.
const Unblock* lifted_by(const Requests& requests, HintType type) {
  const Unblock* found = nullptr;
  for (const auto& unblock : requests.unblocks)
    if (unblock.type == type) found = &unblock;
  return found;
}

Verdict judge_block(Excuse& excuse, const Block& block, const Unblock* unblock, bool by_suite) {
  const bool approval = by_suite && block.type == HintType::block;
  if (unblock != nullptr) {
    auto& finding =
        add_finding(excuse, PolicyId::block,
                    approval ? FindingKind::approved : FindingKind::unblocked, Place::info);
    finding.user = unblock->user;
    finding.words = {std::string(text_of(block.type)), block.user};
    return Verdict::pass;
  }
  auto& finding = add_finding(excuse, PolicyId::block,
                              approval ? FindingKind::needs_approval : FindingKind::blocked,
                              Place::verdict, Verdict::rejected_needs_approval);
  finding.user = block.user;
  finding.words = {std::string(text_of(block.type))};
  excuse.reasons.insert("block");
  return Verdict::rejected_needs_approval;
}

Verdict judge_blocks(PolicyRun& run, Excuse& excuse, std::string_view arch) {
  const auto& world = run.world;
  const auto requests = collect_blocks(world, excuse, arch);
  const bool by_suite = world.suite(excuse.item.suite).suite_class == deb::SuiteClass::additional;
  auto verdict = Verdict::pass;
  for (const auto& block : requests.blocks)
    verdict = worst(verdict, judge_block(excuse, block, lifted_by(requests, block.type), by_suite));
  if (requests.mismatch)
    add_finding(excuse, PolicyId::block, FindingKind::hints_mismatch, Place::detail);
  return verdict;
}

}  // namespace

Verdict block_on_source(PolicyRun& run, Excuse& excuse) {
  return judge_blocks(run, excuse, "source");
}

Verdict block_on_arch(PolicyRun& run, Excuse& excuse, ArchIndex arch) {
  return judge_blocks(run, excuse, run.world.snapshot.arch_name(arch));
}

}  // namespace sluice::migrate
