using NpgsqlTypes;
using Parsimony.Engine;

namespace Parsimony.Storage.Postgres;

internal sealed class PostgresBudgetStore(PostgresDatabase database) : IBudgetStore
{
    public Task<Budget> SetAsync(Budget budget, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        if (budget.Validate() is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), nameof(budget));
        }

        return database.WriteAsync(
            Durability.Disk,
            async session =>
            {
                await session.Use("LockBudgets").RunAsync(cancellationToken).ConfigureAwait(false);
                var there = (await BudgetShelf.ListAsync(session).ConfigureAwait(false)).Find(b => (b.Dimension, b.Value, b.Period) == (budget.Dimension, budget.Value, budget.Period));
                var set = there is null
                    ? await AddAsync(session, budget with { CountsFrom = BudgetKey.StartOf(budget.Period, now) }).ConfigureAwait(false)
                    : await ChangeAsync(session, budget with { Number = there.Number, CountsFrom = there.CountsFrom }).ConfigureAwait(false);
                await session.Use("RenewBudgetVersion").RunAsync(cancellationToken).ConfigureAwait(false);
                return set;
            },
            cancellationToken);
    }

    public Task<bool> RemoveAsync(BudgetDimension dimension, string value, BudgetPeriod period, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            Durability.Disk,
            async session =>
            {
                await session.Use("LockBudgets").RunAsync(cancellationToken).ConfigureAwait(false);
                if (await session.Use("RemoveBudget").With((int)dimension).With(value).With((int)period)
                    .FirstAsync<long?>(static row => row.Int64(), cancellationToken).ConfigureAwait(false) is not { } number)
                {
                    return false;
                }

                await session.Use("RemoveBudgetUses").With(number).RunAsync(cancellationToken).ConfigureAwait(false);
                return await session.Use("RenewBudgetVersion").RunAsync(cancellationToken).ConfigureAwait(false) > 0;
            },
            cancellationToken);

    public Task<IReadOnlyList<BudgetUse>> ReadUsesAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.ReadAsync<IReadOnlyList<BudgetUse>>(
            async session =>
            {
                var book = await BookAsync(session).ConfigureAwait(false);
                var starts = Enum.GetValues<BudgetPeriod>().Select(period => BudgetKey.StartOf(period, now).UtcDateTime).Distinct().ToArray();
                var rows = await session.Use("ReadBudgetUses").With(starts, NpgsqlDbType.TimestampTz).ListAsync(BudgetRows.Read, cancellationToken).ConfigureAwait(false);
                return book.CurrentUses(rows, now);
            },
            cancellationToken);

    public Task<IReadOnlyList<BudgetUse>> RecountAsync(DateTimeOffset now, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<BudgetUse>>(
            Durability.Server,
            async session =>
            {
                await session.Use("LockBudgets").RunAsync(cancellationToken).ConfigureAwait(false);
                var book = await BookAsync(session).ConfigureAwait(false);
                return (await CountAsync(session, book).ConfigureAwait(false)).ConvertAll(c => BudgetBook.UseOf(c.Budget, c.Key, c.Amounts));
            },
            cancellationToken);

    public async Task<ReservationResult> ReserveAsync(BudgetReservation reservation, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var scope = await database.Dictionaries.ScopeNumberAsync(database, reservation.Scope, now, cancellationToken).ConfigureAwait(false);
        var profile = await database.Dictionaries.ProfileNumberAsync(database, reservation.Profile, cancellationToken).ConfigureAwait(false);
        return await database.WriteAsync(
            Durability.Server,
            async session =>
            {
                var book = await session.Dictionaries.Budgets.HoldAsync(session).ConfigureAwait(false);
                var keys = book.KeysOf(reservation.Profile, reservation.AcceptedAt).Select(key => key.Key).ToList();
                if (keys.Count == 0)
                {
                    return default;
                }

                var gate = new BudgetGate(book);
                foreach (var (key, amounts) in await BudgetRows.LockAsync(session, keys).ConfigureAwait(false))
                {
                    gate.Note(key, amounts);
                }

                if (gate.Take(BudgetGate.DemandsOf([(reservation.Profile, reservation.BoundUsd)], reservation.AcceptedAt)) is { } refusal)
                {
                    return new ReservationResult(IsHeld: false, refusal);
                }

                await BudgetReservations.AddAsync(session, reservation, scope, profile, book).ConfigureAwait(false);
                return new ReservationResult(IsHeld: true, Refusal: null);
            },
            cancellationToken).ConfigureAwait(false);
    }

    public Task<bool> ReleaseAsync(RequestId id, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Server,
        async session =>
        {
            var deltas = new BudgetDeltas { Book = await session.Dictionaries.Budgets.HoldAsync(session).ConfigureAwait(false) };
            if (await BudgetReservations.RemoveAsync(session, [id.Value]).ConfigureAwait(false) is not [var held])
            {
                return false;
            }

            var profile = await session.Dictionaries.ProfileAsync(database, held.Profile, cancellationToken).ConfigureAwait(false);
            await BudgetRows.LockAsync(session, deltas.Book.KeysOf(profile, held.AcceptedAt).Select(key => key.Key)).ConfigureAwait(false);
            deltas.GiveBack(held.Profile, held.AcceptedAt, held.BoundUsd);
            await BudgetRows.AddAsync(session, deltas).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    public async Task<IReadOnlyList<BudgetReservation>> ReadExpiredAsync(int max, DateTimeOffset now, CancellationToken cancellationToken = default)
    {
        var rows = await database.ReadAsync(
            session => session.Use("ReadExpiredReservations").With(session.LeaseNow).With(max).ListAsync(
                static row => (Id: row.Uuid(), Scope: row.Int64(), Profile: row.Int64(), Bound: row.MoneyOrNull(), AcceptedAt: row.Time(), EndsAt: row.Time()), cancellationToken),
            cancellationToken).ConfigureAwait(false);
        var expired = new List<BudgetReservation>(rows.Count);
        foreach (var row in rows)
        {
            expired.Add(new BudgetReservation
            {
                Id = new RequestId(row.Id),
                Scope = await database.Dictionaries.ScopeAsync(database, row.Scope, cancellationToken).ConfigureAwait(false),
                Profile = await database.Dictionaries.ProfileAsync(database, row.Profile, cancellationToken).ConfigureAwait(false),
                BoundUsd = row.Bound,
                AcceptedAt = row.AcceptedAt,
                KeptFor = row.EndsAt - row.AcceptedAt,
            });
        }

        return expired;
    }

    public Task<IReadOnlyList<BudgetUse>> TakeWarningsAsync(int max, CancellationToken cancellationToken = default) =>
        database.WriteAsync<IReadOnlyList<BudgetUse>>(
            Durability.Server,
            async session =>
            {
                var rows = await session.Use("ClaimBudgetWarnings").With(max).ListAsync(BudgetRows.Read, cancellationToken).ConfigureAwait(false);
                var book = rows.Count == 0 ? BudgetBook.Unread : await BookAsync(session).ConfigureAwait(false);
                return book.UsesOf(rows);
            },
            cancellationToken);

    public Task<int> PruneAsync(DateTimeOffset before, int max, CancellationToken cancellationToken = default) => database.WriteAsync(
        Durability.Server, session => session.Use("PruneBudgetUses").With(before).With(max).RunAsync(cancellationToken), cancellationToken);

    private static async Task<BudgetBook> BookAsync(Session session) => new(-1, await BudgetShelf.ListAsync(session).ConfigureAwait(false));

    private static async Task<Budget> AddAsync(Session session, Budget budget)
    {
        var number = await session.Use("AddBudget").With((int)budget.Dimension).With(budget.Value).With((int)budget.Period).With(budget.LimitUsd).With(budget.IsHard)
            .With(budget.AllowUnpriced).With(budget.CountsFrom).FirstAsync(static row => row.Int64(), session.Cancellation).ConfigureAwait(false);
        var added = budget with { Number = number };
        var counts = await CountAsync(session, new BudgetBook(-1, [added])).ConfigureAwait(false);
        await BudgetRows.LockAsync(session, counts.ConvertAll(c => c.Key)).ConfigureAwait(false);
        await BudgetRows.AddAsync(session, counts).ConfigureAwait(false);
        return added;
    }

    private static async Task<Budget> ChangeAsync(Session session, Budget budget)
    {
        await session.Use("SetBudget").With(budget.LimitUsd).With(budget.IsHard).With(budget.AllowUnpriced).With(budget.Number)
            .RunAsync(session.Cancellation).ConfigureAwait(false);
        await session.Use("RenewBudgetLevels").With(budget.LimitUsd).With(budget.Number).RunAsync(session.Cancellation).ConfigureAwait(false);
        return budget;
    }

    private static async Task<List<(Budget Budget, BudgetKey Key, BudgetAmounts Amounts)>> CountAsync(Session session, BudgetBook book)
    {
        if (book.IsEmpty)
        {
            return [];
        }

        var rows = await session.Use("ReadBudgetCounts").With(book.Budgets.Min(budget => budget.CountsFrom)).ListAsync(
            static row => (Profile: row.Int64(), Day: row.Time(), Amounts: new BudgetAmounts(row.Money(), row.Money(), row.Money())), session.Cancellation).ConfigureAwait(false);
        var profiles = await BudgetRows.ProfilesAsync(session, rows.Select(row => row.Profile)).ConfigureAwait(false);
        var deltas = new BudgetDeltas { Book = book };
        foreach (var (profile, day, amounts) in rows)
        {
            deltas.Spend(profile, day, amounts.Spent, amounts.UnknownBound);
            deltas.Reserve(profile, day, amounts.Reserved);
        }

        return deltas.Take(number => profiles[number]);
    }
}
