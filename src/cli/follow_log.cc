#include "cli/follow_log.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/grid_client.h"
#include "codec/base64.h"
#include "codec/html.h"

namespace sluice::cli {
namespace {

// First byte of the controls that terminals obey as they obey ESC [: one that came alone must wait
// for the byte after it.
constexpr char kC1 = '\xc2';

struct Slice {
  std::int64_t epoch = 0, from = 0;
  std::string bytes;
};

std::optional<std::int64_t> number_in(const codec::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  const auto* number = found == nullptr ? nullptr : std::get_if<std::int64_t>(found);
  // Numbers beyond this are not whole in every writer of JSON; no log comes near.
  if (number == nullptr || *number < 0 || *number > (std::int64_t{1} << 53)) return std::nullopt;
  return *number;
}

base::Result<Slice> slice_in(const codec::Value& value) {
  const auto epoch = number_in(value, "epoch"), from = number_in(value, "from");
  auto bytes = codec::from_base64(member(value, "bytes"));
  if (epoch && from && bytes) return Slice{*epoch, *from, std::move(*bytes)};
  return base::fail(base::ErrorKind::unavailable, "the controller answered with no part of a log");
}

}  // namespace

LogFollower::LogFollower(std::string id, GridParties& parties)
    : id_(std::move(id)),
      path_("/api/v1/jobs/" + codec::percent_encode(id_, codec::Slash::encode) + "/log"),
      parties_(parties) {}

base::Result<void> LogFollower::print_news() {
  while (true) {
    const auto answer =
        parties_.client.get(fmt::format("{}?epoch={}&from={}", path_, epoch_, next_));
    if (!answer) return std::unexpected(answer.error());
    const auto slice = slice_in(*answer);
    if (!slice) return std::unexpected(slice.error());
    if (slice->epoch != epoch_) begin_attempt(slice->epoch);
    if (slice->bytes.empty()) return {};
    if (slice->from < next_)
      return base::fail(base::ErrorKind::unavailable, "the controller told bytes of a log twice");
    if (slice->from > next_) {
      print_held();
      parties_.complain(fmt::format("{} bytes of the log are left out here", slice->from - next_));
      left_out_ += slice->from - next_;
    }
    print(slice->bytes);
    next_ = slice->from + static_cast<std::int64_t>(slice->bytes.size());
  }
}

void LogFollower::begin_attempt(std::int64_t epoch) {
  print_held();
  if (epoch_ != 0) parties_.complain(fmt::format("attempt {} of {} begins", epoch, id_));
  epoch_ = epoch;
  next_ = 0;
}

void LogFollower::print(std::string_view bytes) {
  has_printed_ = true;
  auto text = std::exchange(held_, "") + std::string(bytes);
  if (parties_.terminal && text.ends_with(kC1)) {
    held_ = kC1;
    text.pop_back();
  }
  if (!text.empty()) parties_.print(log_text(text, parties_.terminal));
}

void LogFollower::print_held() {
  if (!std::exchange(held_, "").empty()) parties_.print("?");
}

void LogFollower::end() {
  print_held();
  if (left_out_ > 0)
    parties_.complain(fmt::format("{} bytes were left out; \"sluice log {}\" prints what is stored",
                                  left_out_, id_));
}

}  // namespace sluice::cli
