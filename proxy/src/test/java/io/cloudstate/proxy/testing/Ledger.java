package io.cloudstate.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What callers were told about the texts they appended, and whether it is true. A text is
 * acknowledged with its place in the list, or its outcome is unknown: then it may be there or not,
 * and once {@link #settle} has looked, that is how it has to stay. Thread-safe.
 */
public final class Ledger {

  private static final class Account {
    private List<String> settled = List.of();
    private final Map<String, Integer> acknowledged = new LinkedHashMap<>(); // with their places
    private final Set<String> unknown = new LinkedHashSet<>();
  }

  private final List<String> entities;
  private final Map<String, Account> accounts = new HashMap<>(); // guarded by itself
  private long texts;
  private int acknowledgedInAll;

  /** A ledger of so many entities, all empty. */
  public Ledger(int entities) {
    this.entities = IntStream.range(0, entities).mapToObj(number -> "list-" + number).toList();
    this.entities.forEach(entity -> accounts.put(entity, new Account()));
  }

  public List<String> entities() {
    return entities;
  }

  /** A text that has not been used before. */
  public String newText() {
    synchronized (accounts) {
      texts++;
      return "t" + texts;
    }
  }

  public void acknowledged(String entity, String text, int place) {
    synchronized (accounts) {
      acknowledgedInAll++;
      account(entity).acknowledged.put(text, place);
    }
  }

  public void unknown(String entity, String text) {
    synchronized (accounts) {
      account(entity).unknown.add(text);
    }
  }

  /** How many texts were acknowledged so far. */
  public int acknowledgements() {
    synchronized (accounts) {
      return acknowledgedInAll;
    }
  }

  /** How many outcomes are unknown since the last {@link #settle} of their entity. */
  public int unknowns() {
    synchronized (accounts) {
      return accounts.values().stream().mapToInt(account -> account.unknown.size()).sum();
    }
  }

  /** Reads every entity's list and holds it against what was said. */
  public void settleAll(AppendingClient client) {
    for (var entity : entities) {
      settle(entity, client.read(entity));
    }
  }

  /**
   * Holds an entity's list against what was said about it. No call for it may be under way.
   *
   * @throws AssertionError naming the texts that were lost, moved, doubled or never sent
   */
  public void settle(String entity, List<String> actual) {
    synchronized (accounts) {
      var account = account(entity);
      var lost = new ArrayList<>(account.settled);
      lost.addAll(account.acknowledged.keySet());
      lost.removeAll(Set.copyOf(actual));
      assertThat(lost).as("texts of %s that were acknowledged and lost", entity).isEmpty();
      assertThat(actual).as("texts of %s", entity).doesNotHaveDuplicates();
      assertThat(actual.subList(0, account.settled.size()))
          .as("texts of %s that were there before", entity)
          .isEqualTo(account.settled);
      account.acknowledged.forEach(
          (text, place) ->
              assertThat(actual.get(place - 1)).as("text %d of %s", place, entity).isEqualTo(text));
      var unaccounted = new ArrayList<>(actual.subList(account.settled.size(), actual.size()));
      unaccounted.removeAll(account.acknowledged.keySet());
      unaccounted.removeAll(account.unknown);
      assertThat(unaccounted).as("texts of %s that nobody appended", entity).isEmpty();
      account.settled = List.copyOf(actual);
      account.acknowledged.clear();
      account.unknown.clear();
    }
  }

  private Account account(String entity) {
    @Nullable Account account = accounts.get(entity);
    if (account == null) {
      throw new AssertionError("not an entity of this ledger: " + entity);
    }
    return account;
  }
}
