#include "probe/probe_amqp.h"

#include <amqp.h>
#include <amqp_tcp_socket.h>

#include <memory>
#include <optional>

namespace sluice::probe {
namespace {

using State = std::unique_ptr<amqp_connection_state_t_, int (*)(amqp_connection_state_t)>;

base::Result<State> connect(const queue::AmqpUrl& url) {
  State state(amqp_new_connection(), &amqp_destroy_connection);
  auto* const socket = amqp_tcp_socket_new(state.get());
  if (amqp_socket_open(socket, url.host.c_str(), url.port) != AMQP_STATUS_OK)
    return base::fail(base::ErrorKind::unavailable, "cannot connect to " + url.shown());
  const auto login = amqp_login(state.get(), url.vhost.c_str(), 0, 131'072, 0,
                                AMQP_SASL_METHOD_PLAIN, url.user.c_str(), url.password.c_str());
  if (login.reply_type != AMQP_RESPONSE_NORMAL)
    return base::fail(base::ErrorKind::denied, "cannot log in to " + url.shown());
  amqp_channel_open(state.get(), 1);
  return state;
}

base::Result<void> last_reply(const State& state, const std::string& what) {
  if (amqp_get_rpc_reply(state.get()).reply_type == AMQP_RESPONSE_NORMAL) return {};
  return base::fail(base::ErrorKind::unavailable, what + " failed");
}

}  // namespace

base::Result<void> declare_queue(const queue::AmqpUrl& url, const std::string& queue) {
  auto state = connect(url);
  if (!state) return std::unexpected(std::move(state.error()));
  amqp_queue_declare(state->get(), 1, amqp_cstring_bytes(queue.c_str()), /*passive=*/0,
                     /*durable=*/1, /*exclusive=*/0, /*auto_delete=*/0, amqp_empty_table);
  return last_reply(*state, "declaring " + queue);
}

base::Result<void> declare_priority_queue(const queue::AmqpUrl& url, const std::string& queue) {
  auto state = connect(url);
  if (!state) return std::unexpected(std::move(state.error()));
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes("x-max-priority");
  entry.value.kind = AMQP_FIELD_KIND_I32;
  entry.value.value.i32 = 10;
  amqp_queue_declare(state->get(), 1, amqp_cstring_bytes(queue.c_str()), /*passive=*/0,
                     /*durable=*/1, /*exclusive=*/0, /*auto_delete=*/0, {1, &entry});
  return last_reply(*state, "declaring " + queue);
}

base::Result<void> declare_fanout(const queue::AmqpUrl& url, const queue::AmqpFanout& fanout) {
  auto state = connect(url);
  if (!state) return std::unexpected(std::move(state.error()));
  amqp_exchange_declare(state->get(), 1, amqp_cstring_bytes(fanout.name.c_str()),
                        amqp_cstring_bytes("fanout"), /*passive=*/0,
                        fanout.durability == queue::AmqpDurability::durable ? 1 : 0,
                        /*auto_delete=*/0, /*internal=*/0, amqp_empty_table);
  return last_reply(*state, "declaring " + fanout.name);
}

base::Result<std::vector<std::string>> drain_queue(const queue::AmqpUrl& url,
                                                   const std::string& queue) {
  auto state = connect(url);
  if (!state) return std::unexpected(std::move(state.error()));
  std::vector<std::string> bodies;
  for (;;) {
    const auto got = amqp_basic_get(state->get(), 1, amqp_cstring_bytes(queue.c_str()),
                                    /*no_ack=*/1);
    if (got.reply_type != AMQP_RESPONSE_NORMAL)
      return base::fail(base::ErrorKind::unavailable, "draining " + queue + " failed");
    if (got.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) return bodies;
    amqp_message_t message;
    if (amqp_read_message(state->get(), 1, &message, 0).reply_type != AMQP_RESPONSE_NORMAL)
      return base::fail(base::ErrorKind::unavailable, "reading a message of " + queue + " failed");
    bodies.emplace_back(static_cast<const char*>(message.body.bytes), message.body.len);
    amqp_destroy_message(&message);
    amqp_maybe_release_buffers(state->get());
  }
}

}  // namespace sluice::probe
