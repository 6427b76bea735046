using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

/// <summary>Locks, reads and writes what is used of budgets, within a transaction that keeps the budgets as they are (<see cref="BudgetShelf"/>).</summary>
internal static class BudgetRows
{
    /// <summary>Locks rows of use, adding those that are missing, and gives what they hold.</summary>
    internal static async Task<Dictionary<BudgetKey, BudgetAmounts>> LockAsync(Session session, IEnumerable<BudgetKey> wanted)
    {
        var keys = wanted.Distinct().Order().ToList();
        if (keys.Count == 0)
        {
            return [];
        }

        var found = await ListAsync(session, keys).ConfigureAwait(false);
        if (found.Count < keys.Count)
        {
            await Bind(session.Use("AddBudgetUses"), keys.FindAll(key => !found.ContainsKey(key))).RunAsync(session.Cancellation).ConfigureAwait(false);
            found = await ListAsync(session, keys).ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>Adds what a transaction changed to rows it has locked; one statement.</summary>
    internal static async Task AddAsync(Session session, BudgetDeltas deltas)
    {
        if (deltas.IsEmpty)
        {
            return;
        }

        var profiles = await ProfilesAsync(session, deltas.Profiles).ConfigureAwait(false);
        await AddAsync(session, deltas.Take(number => profiles[number])).ConfigureAwait(false);
    }

    internal static async Task AddAsync(Session session, List<(Budget Budget, BudgetKey Key, BudgetAmounts Amounts)> changes)
    {
        if (changes.Count > 0)
        {
            await Bind(session.Use("AddToBudgetUses"), changes.ConvertAll(c => c.Key))
                .With(changes.ConvertAll(c => c.Amounts.Spent), NpgsqlDbType.Numeric)
                .With(changes.ConvertAll(c => c.Amounts.UnknownBound), NpgsqlDbType.Numeric)
                .With(changes.ConvertAll(c => c.Amounts.Reserved), NpgsqlDbType.Numeric)
                .With(changes.ConvertAll(c => c.Budget.LimitUsd), NpgsqlDbType.Numeric)
                .RunAsync(session.Cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The profiles of these numbers.</summary>
    internal static async Task<Dictionary<long, RequestProfile>> ProfilesAsync(Session session, IEnumerable<long> numbers)
    {
        var profiles = new Dictionary<long, RequestProfile>();
        foreach (var number in numbers.Distinct())
        {
            profiles.Add(number, await session.Dictionaries.ProfileAsync(session.Database, number, session.Cancellation).ConfigureAwait(false));
        }

        return profiles;
    }

    /// <summary>A row of use.</summary>
    internal static (BudgetKey Key, BudgetAmounts Amounts, int Warned) Read(Row row) =>
        (new BudgetKey(row.Int64(), row.Text(), row.Time()), new BudgetAmounts(row.Money(), row.Money(), row.Money()), row.Small());

    private static async Task<Dictionary<BudgetKey, BudgetAmounts>> ListAsync(Session session, List<BudgetKey> keys)
    {
        var rows = await Bind(session.Use("LockBudgetUses"), keys).ListAsync(Read, session.Cancellation).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Key, row => row.Amounts);
    }

    private static Command Bind(Command command, List<BudgetKey> keys) => command
        .With(keys.ConvertAll(k => k.Budget), NpgsqlDbType.Bigint).With(keys.ConvertAll(k => k.Value), NpgsqlDbType.Text)
        .With(keys.ConvertAll(k => k.Start.UtcDateTime), NpgsqlDbType.TimestampTz);
}
