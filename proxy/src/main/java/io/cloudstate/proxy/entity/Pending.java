package io.cloudstate.proxy.entity;

import io.cloudstate.proxy.call.Answer;
import io.cloudstate.proxy.call.Call;
import java.util.function.Consumer;

/** A command that waits for its answer, and where the answer goes. */
public record Pending(Call call, Consumer<Answer> answer) {}
