#include "solve/resolved_clauses.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "deb/byte_rows.h"
#include "deb/stanza_index.h"
#include "solve/clauses_head.h"

namespace sluice::solve {
namespace {

// The last digit changes with every change of what is stored or of how relations are resolved.
constexpr std::array<char, 8> kMark = {'s', 'l', 'u', 'i', 'c', 'e', 'r', '3'};

struct Head {
  std::array<char, 8> mark = kMark;
  std::uint64_t count = 0;  // architectures
  deb::StanzaIndex::Digest body;
};

static_assert(std::has_unique_object_representations_v<DependencyClause>, "bytes are compared");

// Rows of `values`, one more offset than rows, from 0 to the number of values.
bool are_rows(const std::vector<std::uint32_t>& begin, std::size_t values) {
  return !begin.empty() && begin.front() == 0 && begin.back() == values &&
         std::ranges::is_sorted(begin);
}

bool is_sound(const ResolvedClauses& clauses) {
  if (clauses.depends_begin.size() != clauses.size() + 1 ||
      !are_rows(clauses.depends_begin, clauses.depends.size()) ||
      clauses.excluded_begin.size() != clauses.size() + 1 ||
      !are_rows(clauses.member_begin, clauses.members.size()) ||
      !are_rows(clauses.excluded_begin, clauses.excluded.size()) ||
      !are_rows(clauses.witness_begin, clauses.witnesses.size()))
    return false;
  const auto unknown = [&](PackageIndex p) { return p.value >= clauses.size(); };
  if (std::ranges::any_of(clauses.witnesses, unknown) ||
      std::ranges::any_of(clauses.excluded, unknown))
    return false;
  for (std::uint32_t set = 0; set < clauses.set_count(); ++set) {
    const auto members = clauses.members_of(SetIndex(set));
    if (std::ranges::adjacent_find(members, std::greater_equal<>()) != members.end() ||
        (!members.empty() && members.back().value >= clauses.size()))
      return false;
  }
  return std::ranges::all_of(
      clauses.depends, [&](const auto& clause) { return clause.set.value < clauses.set_count(); });
}

void save(const ResolvedClauses& clauses, deb::ByteWriter& to) {
  to.value(clauses.origin.low);
  to.value(clauses.origin.high);
  to.value(clauses.origin.records);
  to.row(clauses.records);
  to.row(clauses.depends_begin);
  to.row(clauses.depends);
  to.row(clauses.member_begin);
  to.row(clauses.members);
  to.row(clauses.excluded_begin);
  to.row(clauses.excluded);
  to.row(clauses.witness_begin);
  to.row(clauses.witnesses);
  to.text(clauses.passing_names);
}

bool restore(deb::ByteReader& from, ResolvedClauses& clauses) {
  std::string_view names;
  if (!from.value(clauses.origin.low) || !from.value(clauses.origin.high) ||
      !from.value(clauses.origin.records) || !from.row(clauses.records) ||
      !from.row(clauses.depends_begin) || !from.row(clauses.depends) ||
      !from.row(clauses.member_begin) || !from.row(clauses.members) ||
      !from.row(clauses.excluded_begin) || !from.row(clauses.excluded) ||
      !from.row(clauses.witness_begin) || !from.row(clauses.witnesses) || !from.text(names))
    return false;
  clauses.passing_names = names;
  return is_sound(clauses);
}

}  // namespace

std::string sealed_clauses(std::uint64_t architectures, std::string_view body) {
  Head head;
  head.count = architectures;
  head.body = deb::StanzaIndex::digest_of(body, architectures);
  deb::ByteWriter to;
  to.value(head);
  return to.take().append(body);
}

std::string bytes_of(std::span<const ResolvedClauses> all) {
  deb::ByteWriter to;
  for (const auto& clauses : all) save(clauses, to);
  return sealed_clauses(all.size(), to.take());
}

std::optional<std::vector<ResolvedClauses>> parse_resolved_clauses(std::string_view bytes) {
  Head head;
  if (!deb::ByteReader(bytes).value(head) || head.mark != kMark) return std::nullopt;
  const auto body = bytes.substr(sizeof head);
  // Not more architectures than bytes can be: nothing is reserved for a number out of nowhere.
  if (head.count > body.size() || head.body != deb::StanzaIndex::digest_of(body, head.count))
    return std::nullopt;
  deb::ByteReader from(body);
  std::vector<ResolvedClauses> all;
  for (std::uint64_t i = 0; i < head.count; ++i)
    if (!restore(from, all.emplace_back())) return std::nullopt;
  if (!from.at_end()) return std::nullopt;
  return all;
}

}  // namespace sluice::solve
