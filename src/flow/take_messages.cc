#include "flow/take_messages.h"

#include <utility>
#include <vector>

#include "adt/names.h"
#include "codec/utf8.h"
#include "flow/commit.h"

namespace sluice::flow {
namespace {

using base::Result;
using queue::Settle;

// How long one turn waits for messages: a stop takes as long.
constexpr std::chrono::milliseconds kWait{1'000};
// What of a rejected body is kept to be looked at.
constexpr std::size_t kBodyKept = 4'096;

// Texts of the database and its pages are UTF-8, whatever came.
std::string readable(std::string_view body) {
  std::string text;
  for (std::size_t at = 0; at < body.size() && text.size() < kBodyKept;) {
    const auto rune = codec::decode_utf8(body, at);
    codec::append_utf8(text, rune.value);
    at += rune.bytes;
  }
  return text;
}

}  // namespace

Result<Settle> reject(JobDesk& desk, const queue::AmqpDelivery& delivery, std::string_view why,
                      base::Instant now) {
  // Before anything is cut off, and an "@" with it.
  const auto body = readable(adt::without_credentials(delivery.body));
  const auto reason = readable(adt::without_credentials(why));
  auto told = desk.reject({0, now, "amqp", delivery.queue, body, reason});
  if (!told) return std::unexpected(std::move(told.error()));
  return Settle::reject;
}

Result<void> check_whole(const queue::AmqpDelivery& delivery) {
  if (delivery.body_bytes <= delivery.body.size()) return {};
  return base::fail(base::ErrorKind::invalid,
                    "the message has " + std::to_string(delivery.body_bytes) + " bytes");
}

TakeMessages::TakeMessages(queue::MessageSource& source, Keeper& keeper, base::Log& log,
                           std::string what, Enter enter)
    : source_(source),
      keeper_(keeper),
      enter_(std::move(enter)),
      retry_(log, "amqp: no " + what + " are taken", "amqp: " + what + " are taken again") {}

std::chrono::milliseconds TakeMessages::turn() {
  const auto taken = take();
  if (!taken) return retry_.failed(taken.error());
  retry_.succeeded();
  return std::chrono::milliseconds(0);
}

Result<void> TakeMessages::take() {
  const auto taken = source_.receive(kWait);
  if (!taken) return std::unexpected(taken.error());
  if (taken->empty()) return {};
  std::vector<Settle> fates;
  auto committed = commit(keeper_, [&](JobDesk& desk, base::Instant now) -> Result<void> {
    for (const auto& delivery : *taken) {
      const auto fate = enter_(desk, delivery, now);
      if (!fate) return std::unexpected(fate.error());
      fates.push_back(*fate);
    }
    return {};
  });
  if (committed) return source_.settle(fates);
  source_.drop();
  return committed;
}

}  // namespace sluice::flow
