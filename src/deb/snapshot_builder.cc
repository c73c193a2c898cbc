#include "deb/snapshot_builder.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/check.h"
#include "deb/snapshot_memory.h"
#include "deb/stanza_index.h"
#include "deb/stanza_parser.h"
#include "deb/version.h"

namespace sluice::deb {

struct SnapshotBuilder::State {
  std::shared_ptr<Snapshot> snapshot = std::make_shared<Snapshot>();
  SnapshotOptions options;
  std::vector<Problem> problems;
  StanzaIndex source_stanzas, binary_stanzas;
  std::vector<SourcePackage> source_records;  // by number of source_stanzas; name invalid: skipped
  std::vector<RecordIndex> binary_records;    // by number of binary_stanzas; invalid: unusable
  std::uint64_t seed = 0;                     // of the memory that was recalled; 0: none

  // Paragraphs with problems are parsed, and told of, in every run: by number, in order.
  std::vector<std::uint32_t> bad_sources, bad_binaries;

  std::string save(std::uint64_t new_seed);
  void set_origin(const StanzaIndex::Digest& memory);
  bool restore(std::string_view memory);

  void report(std::string_view place, std::string text) {
    problems.push_back({Problem::Severity::error, std::string(place) + ": " + std::move(text)});
  }

  // Parses a new paragraph; problems found in it get their place.
  void add_binary_record(std::string_view stanza, std::string_view place) {
    const auto before = problems.size();
    auto parsed = parse_binary_stanza(stanza, *snapshot, problems);
    if (!parsed || problems.size() > before)
      bad_binaries.push_back(static_cast<std::uint32_t>(binary_records.size()));
    for (auto i = before; i < problems.size(); ++i)
      problems[i].text = std::string(place) + ": " + problems[i].text;
    if (!parsed) {
      report(place, parsed.error().what + " in paragraph '" +
                        std::string(stanza.substr(0, stanza.find('\n'))) + "'");
      binary_records.emplace_back();
      return;
    }
    binary_records.emplace_back(snapshot->binaries.size());
    snapshot->binaries.push_back(*parsed);
  }

  void add_source_record(std::string_view stanza, std::string_view place) {
    auto parsed = parse_source_stanza(stanza, options.build_relations, snapshot->symbols);
    if (!parsed) bad_sources.push_back(static_cast<std::uint32_t>(source_records.size()));
    if (!parsed)
      report(place, parsed.error().what + " in paragraph '" +
                        std::string(stanza.substr(0, stanza.find('\n'))) + "'");
    source_records.push_back(parsed && *parsed ? std::move(**parsed) : SourcePackage{});
  }

  std::uint32_t& source_slot(Suite& suite, NameId name) {
    if (name.value >= suite.source_of_name.size())
      suite.source_of_name.resize(snapshot->symbols.name_count() + 1024, NameId::kNone);
    return suite.source_of_name[name.value];
  }

  PackageIndex& binary_slot(Suite& suite, ArchIndex arch, NameId name) {
    auto& table = suite.binary_of_name[arch];
    if (name.value >= table.size()) table.resize(snapshot->symbols.name_count() + 4096);
    return table[name.value];
  }

  // The suite's source; one is made up if it is in no index (migration 2.4).
  SourcePackage& source_or_fake(Suite& suite, NameId name, VersionId version) {
    auto& slot = source_slot(suite, name);
    if (slot == NameId::kNone) {
      slot = static_cast<std::uint32_t>(suite.sources.size());
      SourcePackage fake;
      fake.name = name;
      fake.version = version;
      fake.section = snapshot->symbols.text_id("faux");
      fake.fake = true;
      suite.sources.push_back(std::move(fake));
    }
    return suite.sources[slot];
  }

  void add_source(Suite& suite, const SourcePackage& record) {
    auto& slot = source_slot(suite, record.name);
    if (slot == NameId::kNone) {
      slot = static_cast<std::uint32_t>(suite.sources.size());
      suite.sources.push_back(record);
      return;
    }
    auto& known = suite.sources[slot];
    const auto& symbols = snapshot->symbols;
    if (compare_versions(symbols.text(known.version), symbols.text(record.version)) <= 0)
      known = record;
  }

  std::string_view difference(const BinaryPackage& a, const BinaryPackage& b) const;
  PackageIndex package_id(ArchIndex arch, RecordIndex record, std::string_view place);
  void add_binary(SuiteIndex suite_index, ArchIndex arch, RecordIndex record,
                  std::string_view place);
  void add_faux(const FauxPackage& faux, ArchIndex arch, std::span<const SuiteIndex> into);
  RecordIndex promoted(RecordIndex record, ArchIndex arch);
  void merge_missing_sources(SuiteIndex overlay);
  bool is_stale(const Suite& overlay, ArchIndex arch, const BinaryPackage& binary) const;
};

namespace {

// A source record without what belongs to one suite.
struct PlainSource {
  NameId name;
  VersionId version;
  TextId section, maintainer, testsuite, testsuite_triggers, build_depends, build_depends_indep;
  Component component = Component::none;
};

PlainSource plain(const SourcePackage& from) {
  return {from.name,          from.version,
          from.section,       from.maintainer,
          from.testsuite,     from.testsuite_triggers,
          from.build_depends, from.build_depends_indep,
          from.component};
}

SourcePackage source_of(const PlainSource& from) {
  SourcePackage made;
  made.name = from.name;
  made.version = from.version;
  made.section = from.section;
  made.maintainer = from.maintainer;
  made.testsuite = from.testsuite;
  made.testsuite_triggers = from.testsuite_triggers;
  made.build_depends = from.build_depends;
  made.build_depends_indep = from.build_depends_indep;
  made.component = from.component;
  return made;
}

void drop(std::vector<BinaryRef>& binaries, BinaryRef ref) { std::erase(binaries, ref); }

}  // namespace

void SnapshotBuilder::State::set_origin(const StanzaIndex::Digest& memory) {
  snapshot->origin = {memory.low, memory.high, snapshot->binaries.size()};
}

std::string SnapshotBuilder::State::save(std::uint64_t new_seed) {
  const auto kept = seed != 0 ? seed : new_seed;
  ByteWriter to;
  to.room(memory_head_bytes());
  snapshot->symbols.save(to);
  snapshot->relations.save(to);
  to.row(snapshot->binaries);
  to.row(snapshot->clause_pool);
  source_stanzas.save(to, kept, bad_sources);
  binary_stanzas.save(to, kept, bad_binaries);
  std::vector<PlainSource> sources;
  for (const auto& record : source_records) sources.push_back(plain(record));
  to.row(sources);
  to.row(binary_records);
  auto bytes = to.take();
  set_origin(seal_memory(options.build_relations, kept, bytes));
  return bytes;
}

// False leaves a state that is of no use.
bool SnapshotBuilder::State::restore(std::string_view memory) {
  const auto head = open_memory(options.build_relations, memory);
  if (!head) return false;
  seed = head->seed;
  ByteReader from(head->body);
  std::vector<PlainSource> sources;
  if (!snapshot->symbols.restore(from) || !snapshot->relations.restore(from) ||
      !from.row(snapshot->binaries) || !from.row(snapshot->clause_pool) ||
      !source_stanzas.restore(from, seed) || !binary_stanzas.restore(from, seed) ||
      !from.row(sources) || !from.row(binary_records) || !from.at_end())
    return false;
  source_records.reserve(sources.size());
  for (const auto& source : sources) source_records.push_back(source_of(source));
  set_origin(head->digest);
  return source_records.size() == source_stanzas.size() &&
         binary_records.size() == binary_stanzas.size();
}

// The first field in which two paragraphs differ that must agree when two suites have the same
// pkg-id (migration 2.4); empty for none.
std::string_view SnapshotBuilder::State::difference(const BinaryPackage& a,
                                                    const BinaryPackage& b) const {
  if (a.source != b.source || a.source_version != b.source_version) return "Source";
  if (a.architecture != b.architecture) return "Architecture";
  if (a.multi_arch != b.multi_arch) return "Multi-Arch";
  constexpr std::array<std::pair<RelationField, std::string_view>, 5> kFields{
      {{RelationField::pre_depends, "Pre-Depends"},
       {RelationField::depends, "Depends"},
       {RelationField::conflicts, "Conflicts"},
       {RelationField::breaks, "Breaks"},
       {RelationField::provides, "Provides"}}};
  for (const auto& [field, name] : kFields)
    if (!std::ranges::equal(snapshot->clauses(a, field), snapshot->clauses(b, field))) return name;
  return {};
}

// The pkg-id of a record on an architecture; the record loaded first defines it.
PackageIndex SnapshotBuilder::State::package_id(ArchIndex arch, RecordIndex record,
                                                std::string_view place) {
  auto& packages = snapshot->archs[arch];
  const auto& binary = snapshot->binaries[record.value];
  const auto known = snapshot->find_package(arch, binary.name, binary.version);
  if (known.valid()) {
    const auto first = packages.records[known.value];
    const auto field =
        first == record ? std::string_view() : difference(snapshot->binaries[first.value], binary);
    if (!field.empty())
      report(place, "package " + snapshot->text_of({arch, known}) + ": " + std::string(field) +
                        ": the same as in the index read before expected");
    if (binary.essential) packages.essential[known.value] = 1;
    return known;
  }
  const PackageIndex made(packages.records.size());
  if (binary.name.value >= packages.first_of_name.size())
    packages.first_of_name.resize(snapshot->symbols.name_count() + 4096);
  packages.records.push_back(record);
  packages.essential.push_back(binary.essential ? 1 : 0);
  packages.next_of_name.emplace_back();
  // Appended to the chain, so that it stays in the order of loading.
  auto* link = &packages.first_of_name[binary.name.value];
  while (link->valid()) link = &packages.next_of_name[link->value];
  *link = made;
  return made;
}

void SnapshotBuilder::State::add_binary(SuiteIndex suite_index, ArchIndex arch, RecordIndex record,
                                        std::string_view place) {
  auto& suite = snapshot->suites[suite_index];
  const auto binary = snapshot->binaries[record.value];
  const auto& symbols = snapshot->symbols;
  const auto old = suite.binary(arch, binary.name);
  if (old.valid() && compare_versions(symbols.text(snapshot->record(arch, old).version),
                                      symbols.text(binary.version)) > 0)
    return;
  const auto made = package_id(arch, record, place);
  if (old.valid()) {
    // The successor also joins the source that it was taken from, so that an arch:all take-over
    // reads the same on every architecture.
    const auto& predecessor = snapshot->record(arch, old);
    auto& source = source_or_fake(suite, predecessor.source, predecessor.source_version);
    drop(source.binaries, {arch, old});
    source.binaries.push_back({arch, made});
  }
  source_or_fake(suite, binary.source, binary.source_version).binaries.push_back({arch, made});
  binary_slot(suite, arch, binary.name) = made;
}

// In amd64v3 indexes, amd64 packages count as amd64v3 (Ubuntu).
RecordIndex SnapshotBuilder::State::promoted(RecordIndex record, ArchIndex arch) {
  auto copy = snapshot->binaries[record.value];
  copy.architecture = snapshot->archs[arch].name;
  snapshot->binaries.push_back(copy);
  return RecordIndex(snapshot->binaries.size() - 1);
}

void SnapshotBuilder::State::merge_missing_sources(SuiteIndex overlay) {
  auto& suite = snapshot->suites[overlay];
  for (const auto& source : snapshot->suites[kTarget].sources) {
    if (suite.source(source.name) != nullptr) continue;
    auto copy = source;
    copy.binaries.clear();
    add_source(suite, copy);
  }
}

// Migration 3.8: the source was updated in the overlay and has already been built there.
bool SnapshotBuilder::State::is_stale(const Suite& overlay, ArchIndex arch,
                                      const BinaryPackage& binary) const {
  const auto* there = overlay.source(binary.source);
  const auto* here = snapshot->suites[kTarget].source(binary.source);
  if (there == nullptr || here == nullptr || there->version == here->version) return false;
  if (binary.arch_all) return true;
  return std::ranges::any_of(there->binaries, [&](BinaryRef ref) {
    return ref.arch == arch && snapshot->record(ref).architecture == binary.architecture;
  });
}

SnapshotBuilder::SnapshotBuilder(const SnapshotOptions& options)
    : state_(std::make_unique<State>()) {
  state_->options = options;
  if (!state_->restore(options.memory)) {
    state_ = std::make_unique<State>();
    state_->options = options;
  }
  state_->options.memory = {};
  auto& snapshot = *state_->snapshot;
  for (const auto& arch : options.architectures) {
    ArchPackages packages;
    packages.name = snapshot.symbols.text_id(arch);
    snapshot.archs.push_back(std::move(packages));
  }
}

SnapshotBuilder::~SnapshotBuilder() = default;

SuiteIndex SnapshotBuilder::add_suite(std::string name, std::string short_name,
                                      SuiteClass suite_class) {
  auto& suites = state_->snapshot->suites;
  base::check((suite_class == SuiteClass::target) == suites.empty(),
              "the target suite comes first");
  Suite suite;
  suite.name = std::move(name);
  suite.short_name = std::move(short_name);
  suite.suite_class = suite_class;
  suite.binary_of_name.resize(state_->snapshot->archs.size());
  suites.push_back(std::move(suite));
  return static_cast<SuiteIndex>(suites.size() - 1);
}

void SnapshotBuilder::add_sources(SuiteIndex suite, std::string_view text, std::string_view place) {
  StanzaCursor cursor(state_->source_stanzas, text);
  StanzaCursor::Step step{};
  while (cursor.next(step)) {
    if (step.is_new) state_->add_source_record(state_->source_stanzas.text(step.id), place);
    const auto& record = state_->source_records[step.id];
    if (record.name.valid()) state_->add_source(state_->snapshot->suites[suite], record);
  }
}

void SnapshotBuilder::add_packages(SuiteIndex suite, ArchIndex arch, std::string_view text,
                                   std::string_view place) {
  const auto arch_name = state_->snapshot->archs[arch].name;
  const bool promotes = state_->snapshot->arch_name(arch) == "amd64v3";
  StanzaCursor cursor(state_->binary_stanzas, text);
  StanzaCursor::Step step{};
  while (cursor.next(step)) {
    if (step.is_new) state_->add_binary_record(state_->binary_stanzas.text(step.id), place);
    auto record = state_->binary_records[step.id];
    if (!record.valid()) continue;
    const auto& binary = state_->snapshot->binaries[record.value];
    if (!binary.arch_all && binary.architecture != arch_name) {
      if (promotes && state_->snapshot->text(binary.architecture) == "amd64") {
        record = state_->promoted(record, arch);
      } else {
        state_->report(place, "package " + std::string(state_->snapshot->text(binary.name)) +
                                  ": architecture '" +
                                  std::string(state_->snapshot->arch_name(arch)) +
                                  "' or 'all' expected, got '" +
                                  std::string(state_->snapshot->text(binary.architecture)) + "'");
        continue;
      }
    }
    state_->add_binary(suite, arch, record, place);
  }
}

void SnapshotBuilder::overlay_sources(SuiteIndex overlay) {
  state_->merge_missing_sources(overlay);
}

void SnapshotBuilder::overlay_packages(SuiteIndex overlay) {
  state_->merge_missing_sources(overlay);
  auto& snapshot = *state_->snapshot;
  auto& suite = snapshot.suites[overlay];
  const auto& target = snapshot.suites[kTarget];
  for (ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    std::unordered_map<NameId, bool> merges;  // sources of which one binary was merged already
    for (std::size_t i = 0; i < snapshot.archs[arch].records.size(); ++i) {
      const PackageIndex package(i);
      const auto& binary = snapshot.record(arch, package);
      if (target.binary(arch, binary.name) != package || suite.binary(arch, binary.name).valid())
        continue;
      if (!merges.contains(binary.source) && state_->is_stale(suite, arch, binary)) continue;
      merges[binary.source] = true;
      state_->binary_slot(suite, arch, binary.name) = package;
      state_->source_or_fake(suite, binary.source, binary.source_version)
          .binaries.push_back({arch, package});
    }
  }
}

// Each architecture has a record of its own: an arch:all one would count nowhere but on the
// NOBREAKALL architectures (migration 5.4), where a constraint has to hold everywhere.
void SnapshotBuilder::add_faux(const FauxPackage& faux, std::span<const SuiteIndex> suites) {
  const auto& snapshot = *state_->snapshot;
  const auto& wanted = faux.architectures;
  for (ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    const auto name = snapshot.arch_name(arch);
    if (wanted.empty() || std::ranges::find(wanted, name) != wanted.end())
      state_->add_faux(faux, arch, suites);
  }
}

void SnapshotBuilder::State::add_faux(const FauxPackage& faux, ArchIndex arch,
                                      std::span<const SuiteIndex> into) {
  add_binary_record("Package: " + faux.name + "\nVersion: " + faux.version + "\nSection: " +
                        faux.section + "\nArchitecture: " + std::string(snapshot->arch_name(arch)) +
                        "\nMulti-Arch: " + faux.multi_arch + "\nProvides: " + faux.provides +
                        "\nDepends: " + faux.depends + "\n",
                    "static input");
  const auto record = binary_records.back();
  binary_records.pop_back();
  if (!record.valid()) return;
  for (const auto suite : into) {
    const auto& binary = snapshot->binaries[record.value];
    auto& source = source_or_fake(snapshot->suites[suite], binary.source, binary.version);
    source.section = binary.section;
    add_binary(suite, arch, record, "static input");
  }
}

std::string SnapshotBuilder::remember(std::uint64_t seed) { return state_->save(seed); }

SnapshotBuilder::Recall SnapshotBuilder::recall() const {
  Recall sum;
  for (const auto* index : {&state_->source_stanzas, &state_->binary_stanzas}) {
    sum.known += index->remembered();
    sum.used += index->used();
    sum.parsed += index->size() - index->remembered();
  }
  return sum;
}

std::vector<Problem> SnapshotBuilder::take_problems() {
  return std::exchange(state_->problems, {});
}

std::shared_ptr<const Snapshot> SnapshotBuilder::finish() {
  auto& snapshot = *state_->snapshot;
  const auto names = snapshot.symbols.name_count();
  for (auto& packages : snapshot.archs) packages.first_of_name.resize(names);
  for (auto& suite : snapshot.suites) {
    suite.source_of_name.resize(names, NameId::kNone);
    for (auto& table : suite.binary_of_name) table.resize(names);
    for (auto& source : suite.sources) {
      std::ranges::sort(source.binaries);
      const auto twice = std::ranges::unique(source.binaries);
      source.binaries.erase(twice.begin(), twice.end());
    }
  }
  return std::move(state_->snapshot);
}

}  // namespace sluice::deb
