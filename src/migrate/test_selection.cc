#include "migrate/test_selection.h"

#include <algorithm>
#include <string>

#include "base/text.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

constexpr std::string_view kKernel = "linux";
constexpr std::string_view kLinuxMeta = "linux-meta";
constexpr std::string_view kRaspiMeta = "linux-meta-raspi";
constexpr std::string_view kImage = "-image";
// A kernel's meta package is tried with what breaks when kernels change.
constexpr std::string_view kCompanions[] = {"lxc", "lxd", "glibc", "", "systemd", "snapd"};
// Users of gcc at test time: enough to notice a broken compiler.
constexpr std::string_view kGccUsers[] = {"binutils", "fglrx-installer", "doxygen", "linux"};

bool is_gcc_release(std::string_view name, bool any_number) {
  if (name == "gcc-defaults") return true;
  const auto number = name.substr(std::string_view("gcc-").size());
  const bool digits = !number.empty() && number.find_first_not_of("0123456789") == number.npos;
  return digits && (any_number || number.size() == 1);
}

}  // namespace

TestSelection::TestSelection(const World& world, const TestRules& rules, TestsOfArchive& tests)
    : world_(world),
      rules_(rules),
      tests_(tests),
      index_(tests.index),
      selected_in_(world.snapshot.symbols.name_count(), 0) {}

const deb::SourcePackage* TestSelection::target_source(std::string_view name) const {
  return world_.target().source(world_.snapshot.symbols.find_name(name));
}

bool TestSelection::select(NameId source, VersionId version) {
  auto& question = selected_in_[source.value];
  if (question == question_) return false;
  question = question_;
  selected_.push_back({source, version});
  return true;
}

// Own tests; then users of the compiler, whether or not they declare tests.
std::vector<SelectedTest> TestSelection::of_gcc(const Question& q) {
  if (!is_gcc_release(q.name, rules_.gcc_of_any_number)) return {};
  if (index_.declares_tests(q.source)) select(q.source.name, q.source.version);
  for (const auto user : kGccUsers)
    if (const auto* source = target_source(user)) select(source->name, source->version);
  if (rules_.gcc_sorted)
    std::ranges::sort(selected_, {},
                      [&](const auto& test) { return world_.snapshot.text(test.source); });
  return std::move(selected_);
}

bool TestSelection::is_excluded(ArchIndex arch) const {
  const auto& excluded = world_.settings.adt.excluded_archs;
  return std::ranges::find(excluded, world_.snapshot.arch_name(arch)) != excluded.end();
}

// Such a kernel is tested through its meta package: nobody installs it before that.
bool TestSelection::is_kernel_with_meta(std::string_view name) const {
  if (!name.starts_with(kKernel)) return false;
  const auto meta = world_.snapshot.symbols.find_name(kernel_meta_of(name));
  return world_.target().source(meta) != nullptr ||
         (rules_.meta_in_source_suite && world_.suite(kPrimary).source(meta) != nullptr);
}

// i386 has no installation of its own any more: arch:all packages are tested elsewhere.
bool TestSelection::is_arch_all_on_i386(const Question& q) const {
  if (world_.snapshot.arch_name(q.arch) != "i386") return false;
  return std::ranges::all_of(q.source.binaries, [&](deb::BinaryRef ref) {
    const auto binary = world_.target().binary(q.arch, world_.snapshot.record(ref).name);
    return binary.valid() && world_.snapshot.record(q.arch, binary).arch_all;
  });
}

bool TestSelection::is_skipped(const Question& q) const {
  return is_excluded(q.arch) || q.name.starts_with(kRaspiMeta) || is_kernel_with_meta(q.name) ||
         (rules_.special_sources && is_arch_all_on_i386(q));
}

bool TestSelection::builds_image(const Question& q) const {
  return std::ranges::any_of(q.source.binaries, [&](deb::BinaryRef ref) {
    return ref.arch == q.arch &&
           world_.snapshot.text(world_.snapshot.record(ref).name).contains(kImage);
  });
}

bool TestSelection::has_own_tests(const Question& q) {
  if (!index_.has_tests(q.source, q.arch)) return false;
  return !rules_.own_tests_need_package ||
         std::ranges::find(q.excuse.packages, q.arch, &deb::BinaryRef::arch) !=
             q.excuse.packages.end();
}

void TestSelection::add_dependent(const Question& q, NameId binary) {
  const auto package = world_.target().binary(q.arch, binary);
  if (!package.valid()) return;
  const auto source = world_.snapshot.record(q.arch, package).source;
  if (source == q.source.name || selected_in_[source.value] == question_) return;
  const auto* record = world_.target().source(source);
  if (record != nullptr && index_.has_tests(*record, q.arch)) select(source, record->version);
}

void TestSelection::add_dependents(const Question& q, deb::BinaryRef binary) {
  const auto& universe = *world_.universes[binary.arch];
  for (const auto dependent : universe.reverse_dependencies(binary.package))
    add_dependent(q, world_.snapshot.record(binary.arch, dependent).name);
}

void TestSelection::add_triggered(const Question& q, NameId binary) {
  for (const auto source : index_.triggered_by(binary)) {
    const auto* record = world_.target().source(source);
    if (record == nullptr || !index_.has_tests(*record, q.arch)) continue;
    const bool is_here = std::ranges::any_of(
        record->binaries, [&](deb::BinaryRef ref) { return ref.arch == q.arch; });
    if (is_here) select(source, record->version);
  }
}

std::vector<deb::BinaryRef> TestSelection::extra_binaries(const Question& q) const {
  std::vector<deb::BinaryRef> extra;
  const auto pretend = [&](std::string_view name) {
    const auto package = world_.target().binary(q.arch, world_.snapshot.symbols.find_name(name));
    if (package.valid()) extra.push_back({q.arch, package});
  };
  if (q.name.starts_with(kLinuxMeta) && builds_image(q)) pretend("dkms");
  if (rules_.special_sources && q.name == "rust-coreutils") pretend("coreutils");
  return extra;
}

void TestSelection::add_companions(const Question& q) {
  if (!rules_.special_sources || !q.name.starts_with(kLinuxMeta) || !builds_image(q)) return;
  const auto kernel = base::replace_all(q.name, kLinuxMeta, kKernel);
  for (const auto companion : kCompanions) {
    const auto name = world_.snapshot.symbols.find_name(companion.empty() ? kernel : companion);
    const auto* source = world_.suite(kPrimary).source(name);
    if (source == nullptr) source = world_.target().source(name);
    if (source != nullptr) select(source->name, source->version);
  }
}

// Reverse dependencies are those of the binaries of all architectures, as in the peers.
void TestSelection::load_item(const deb::SourcePackage& source) {
  if (item_ == &source) return;
  item_ = &source;
  item_names_.clear();
  item_dependents_.clear();
  for (const auto ref : source.binaries) {
    item_names_.push_back(world_.snapshot.record(ref).name);
    for (const auto dependent : world_.universes[ref.arch]->reverse_dependencies(ref.package))
      item_dependents_.push_back(world_.snapshot.record(ref.arch, dependent).name);
  }
  for (auto* names : {&item_names_, &item_dependents_}) {
    std::ranges::sort(*names, {}, &NameId::value);
    names->erase(std::ranges::unique(*names).begin(), names->end());
  }
}

const std::vector<SelectedTest>& TestSelection::of(const Excuse& excuse, ArchIndex arch) {
  const auto* source = source_of(world_, excuse);
  const auto [at, fresh] = tests_.selected.try_emplace({source, arch});
  if (fresh && source != nullptr)
    at->second = select(Question{excuse, *source, package_of(world_, excuse), arch});
  return at->second;
}

std::vector<SelectedTest> TestSelection::select(const Question& q) {
  ++question_;
  selected_.clear();
  if (q.name.starts_with("gcc-")) return is_excluded(q.arch) ? selected_ : of_gcc(q);
  if (is_skipped(q)) return {};
  load_item(q.source);
  if (has_own_tests(q)) select(q.source.name, q.source.version);
  for (const auto name : item_dependents_) add_dependent(q, name);
  for (const auto name : item_names_) add_triggered(q, name);
  for (const auto extra : extra_binaries(q)) {
    add_dependents(q, extra);
    add_triggered(q, world_.snapshot.record(extra).name);
  }
  add_companions(q);
  std::ranges::sort(selected_, {},
                    [&](const auto& test) { return world_.snapshot.text(test.source); });
  return std::move(selected_);
}

}  // namespace sluice::migrate
